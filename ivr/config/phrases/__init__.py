"""The hotline's own phrases, one catalog a language."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files


def load_phrases(language: str = "de") -> Mapping[str, Sequence[str]]:
    """All phrases of a language by key, each with its variants."""
    text = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
