"""Calls from browsers: the call page, the button for other sites, and what both speak with."""
