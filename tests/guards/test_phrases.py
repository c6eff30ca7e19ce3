"""Everything the hotline may say itself can be said: it exists, fills in, and is German speech."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Formatter

import pytest

from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.phrases import load_phrases
from ivr.german.speakable import speakable

WRITTEN = ("topic_", "todo_", "summary_")
"""Parts of a summary, which a colleague reads."""
PHRASES: Mapping[str, Sequence[str]] = load_phrases()
SOURCES = [
    *(PROGRAM_FOLDER / "ivr" / "dialogue").glob("*.py"),
    *(PROGRAM_FOLDER / "ivr" / "app").glob("*.py"),
    *(PROGRAM_FOLDER / "ivr" / "understanding" / "actions").glob("*.py"),
]


def _named(file: Path) -> Iterator[tuple[str, bool]]:
    """Texts in the source, and whether each is only the beginning of a name (`f"topic_{x}"`)."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, False
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            yield str(node.values[0].value), True


NAMED = {each for file in SOURCES for each in _named(file)}
FAMILIES = tuple(text for text, begins in NAMED if begins and re.fullmatch(r"[a-z_]+_", text))


@pytest.mark.parametrize("key", PHRASES)
def test_every_phrase_is_used(key: str) -> None:
    assert (key, False) in NAMED or key.startswith(FAMILIES)


@pytest.mark.parametrize("key", PHRASES)
def test_every_variant_is_speech(key: str) -> None:
    variants = PHRASES[key]
    assert variants
    assert len(set(variants)) == len(variants)
    for text in variants:
        filled = text.format(**dict.fromkeys(_places(text), "acht"))
        spoken = speakable(filled)
        assert any(letter.isalpha() for letter in spoken)
        assert not re.search(r"[<>{}\\\[\]#*_|]", spoken), "a voice would read this out or drop it"
        if not (key.startswith(WRITTEN) or text.endswith("}")):
            assert filled.rstrip()[-1] in ".?!:,", "how it ends decides its melody"


@pytest.mark.parametrize("key", PHRASES)
def test_variants_tell_the_same(key: str) -> None:
    first, *others = (_places(text) for text in PHRASES[key])
    assert all(places == first for places in others)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", PHRASES)
def test_callers_are_addressed_formally(key: str) -> None:
    for text in PHRASES[key]:
        assert not re.search(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Ee]uch)\b", text)
