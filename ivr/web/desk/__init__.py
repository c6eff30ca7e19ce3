"""The agents' desk: who is free, what rings, and what can be done in a call."""
