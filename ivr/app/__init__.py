"""The composition root: what the program consists of, put together from its settings."""
