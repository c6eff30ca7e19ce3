"""Recognizers behind the `Recognizer` port."""
