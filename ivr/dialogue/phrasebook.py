"""The hotline's own phrases, in variants that are taken in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Phrases by key. A missing key or value is a mistake in the catalog and raises KeyError."""

    phrases: Mapping[str, Sequence[str]]

    def fixed(self) -> list[str]:
        """All phrases that are always said in the same words."""
        return [text for variants in self.phrases.values() for text in variants if "{" not in text]

    def say(self, key: str, times_used: int, **values: str) -> str:
        """The variant that is due after `times_used` uses, with its values filled in."""
        variants = self.phrases[key]
        return variants[times_used % len(variants)].format(**values)
