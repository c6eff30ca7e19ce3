"""Rasa over HTTP, the actions it calls back, and what stands in for it in fast tests."""
