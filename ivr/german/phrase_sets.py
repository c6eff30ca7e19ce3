"""Sets of phrases, matched by their words: case, punctuation and hesitations do not matter."""

import re

from ivr.german.words import HESITATIONS, word_set, words

_SOFT = (HESITATIONS - {"hm", "hmm", "mh", "mm"}) | word_set(
    "bitte mal doch eben halt denn einfach eigentlich jetzt gleich also"
)
"""Words that soften: left out of what is said and of the phrases alike."""


def content(text: str) -> str:
    """The words of a text, one space apart, without those that only soften it."""
    return " ".join(_content_words(text))


def _content_words(text: str) -> list[str]:
    found = words(text)
    return [word for word in found if word not in _SOFT] or found


class PhraseSet:
    """Phrases listed with `|` between them; `*` after a word stands for any ending."""

    def __init__(self, listed: str) -> None:
        phrases = (" ".join(_content_words(part.replace("*", "0"))) for part in listed.split("|"))
        self._listed = sorted((part for part in phrases if part), key=len, reverse=True)
        alternatives = "|".join(re.sub(r" ?0", r"[^\\W_]*", phrase) for phrase in self._listed)
        self._anywhere = re.compile(rf"\b(?:{alternatives})\b")
        self._all = re.compile(rf"(?:(?:{alternatives})(?: |$))+")

    def inside(self, text: str) -> bool:
        """Whether one of the phrases occurs in the text."""
        return self._anywhere.search(content(text)) is not None

    def covers(self, text: str) -> bool:
        """Whether the text is made of nothing but these phrases."""
        return self._all.fullmatch(content(text)) is not None

    def cut(self, text: str) -> str:
        """What of a text is left without the phrases."""
        return " ".join(self._anywhere.sub(" ", content(text)).split())
