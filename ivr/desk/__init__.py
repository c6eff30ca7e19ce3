"""Who of the people takes which call: agents, the queue, sites, and the office in between."""
