"""Listing things aloud."""

from collections.abc import Sequence


def say_list(items: Sequence[str], word: str = "und") -> str:
    """ "a", "a und b", "a, b und c"; with another word "a, b oder c". Empty for nothing."""
    *rest, last = [item.strip() for item in items if item.strip()] or [""]
    return f"{', '.join(rest)} {word} {last}" if rest else last
