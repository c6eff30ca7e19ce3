"""Engines for speech: detection, recognition, voices, and the workers that run them."""
