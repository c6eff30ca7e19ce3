"""Voices behind the `Voice` port."""
