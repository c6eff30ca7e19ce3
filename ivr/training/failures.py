"""Why a training failed, in the admin's words, with the place to correct."""

import re
from collections.abc import Iterator

from ivr.training import pieces as p
from ivr.training.pieces import Content
from ivr.training.texts import say

_CONTRADICTION = re.compile(r"contradict|InvalidRule|incomplete rules", re.IGNORECASE)
_YAML = re.compile(r"Failed to (?:read|validate)[^'\n]*'([^'\n]+)'.*?line[: ]+(\d+)", re.DOTALL)
_MEMORY = re.compile(r"MemoryError|Cannot allocate memory|Killed", re.IGNORECASE)
_DISK = re.compile(r"No space left on device", re.IGNORECASE)
_QUOTED = re.compile(r"['\"]([^'\"\n]{2,80})['\"]")
_ERROR = re.compile(r"^(?:[\w.]+(?:Error|Exception|Rule|Domain)): *(.+)$")
_LONGEST = 300


def explain(words: str, content: Content) -> tuple[str, tuple[str, ...]]:
    """What Rasa's last words mean, and the places they name: `kind/name`, after `#` the line."""
    if _DISK.search(words):
        return say("fail_disk"), ()
    if _MEMORY.search(words):
        return say("fail_memory"), ()
    if found := _YAML.search(words):
        file = found[1].rsplit("/nlu/", 1)[-1]
        return say("fail_yaml", file=file, line=found[2]), (f"{p.FILE}/{file}#{found[2]}",)
    places = tuple(dict.fromkeys(_places(words, content)))
    if _CONTRADICTION.search(words):
        named = ", ".join(place.split("/", 1)[1] for place in places) or _shortest(words)
        return say("fail_contradiction", what=named), places
    return say("fail_other", what=_shortest(words)), places


def unforeseen(error: Exception) -> str:
    """An error that nobody has reckoned with, in the admin's words."""
    words = f"{type(error).__name__}: {error}"
    if _DISK.search(words):
        return say("fail_disk")
    if _MEMORY.search(words):
        return say("fail_memory")
    if isinstance(error, OSError):
        return say("fail_system", what=error.strerror or error)
    return say("fail_program", what=type(error).__name__)


def _places(words: str, content: Content) -> Iterator[str]:
    """Rules and conversations that are named; where none is, whatever else is."""
    named = _QUOTED.findall(words)
    for kinds in ((p.RULE, p.STORY), (p.INTENT, p.ANSWER)):
        found = [f"{kind}/{name}" for name in named for kind in kinds if name in content.of(kind)]
        if found:
            yield from found
            return


def _shortest(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    named = [found[1] for line in lines if (found := _ERROR.match(line))]
    return (named[-1] if named else lines[-1] if lines else "?")[:_LONGEST]
