"""Near-duplicates among thousands of examples, found again in milliseconds after a change."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from ivr.training.likeness import NEAR, likeness, near_pairs
from ivr.training.reading import read

Place: TypeAlias = tuple[str, int]
"""A label and the number of its text."""
Pair: TypeAlias = tuple[Place, Place]

_MANY = 20
"""From so many changed labels on, all are compared anew."""
_COMMON = 300
"""A word in more texts than this says too little to compare all of them by it."""


class NearSearch:
    """Remembers what it compared. One user at a time."""

    def __init__(self) -> None:
        self._texts: dict[str, Sequence[str]] = {}
        self._by_word: dict[str, set[Place]] = {}
        self._pairs: set[Pair] = set()

    def pairs(self, texts: Mapping[str, Sequence[str]]) -> list[Pair]:
        """Texts that are nearly the same under different labels, in the order of `texts`; of a
        pair the earlier one comes first."""
        changed = [
            label
            for label in {**self._texts, **texts}
            if self._texts.get(label, ()) != texts.get(label, ())
        ]
        if len(changed) > _MANY:
            self._begin(texts)
        else:
            for label in changed:
                self._change(label, texts.get(label, ()))
        order = {label: number for number, label in enumerate(texts)}
        ordered = (sorted(pair, key=lambda at: (order[at[0]], at[1])) for pair in self._pairs)
        found = [(one, two) for one, two in ordered]
        return sorted(found, key=lambda pair: [(order[at[0]], at[1]) for at in pair[::-1]])

    def like(self, text: str) -> Iterator[tuple[Place, str]]:
        """The known texts that are nearly the same as this one, with their places."""
        for label, at in sorted(self._like(text)):
            yield (label, at), self._texts[label][at]

    def _begin(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._texts = dict(texts)
        index: dict[str, set[Place]] = defaultdict(set)
        places = [(label, at) for label, listed in texts.items() for at in range(len(listed))]
        sets = [read(texts[label][at]).words for label, at in places]
        for place, words in zip(places, sets, strict=True):
            for word in words:
                index[word].add(place)
        self._by_word = index
        labelled = [(words, label) for words, (label, _) in zip(sets, places, strict=True)]
        self._pairs = {(places[one], places[two]) for one, two in near_pairs(labelled)}

    def _change(self, label: str, texts: Sequence[str]) -> None:
        for at, text in enumerate(self._texts.pop(label, ())):
            for word in read(text).words:
                self._by_word[word].discard((label, at))
        self._pairs = {pair for pair in self._pairs if label not in (pair[0][0], pair[1][0])}
        for at, text in enumerate(texts):
            self._pairs.update(((label, at), other) for other in self._like(text))
        for at, text in enumerate(texts):
            for word in read(text).words:
                self._by_word.setdefault(word, set()).add((label, at))
        if texts:
            self._texts[label] = texts

    def _like(self, text: str) -> Iterator[Place]:
        words = read(text).words
        listed = sorted((self._by_word.get(word, set()) for word in words), key=len)
        seen: set[Place] = set()
        # Two texts that have most of their words in common share one of the two rarest.
        for places in listed[:2]:
            for place in places - seen if len(places) <= _COMMON else ():
                seen.add(place)
                if likeness(words, read(self._texts[place[0]][place[1]]).words) >= NEAR:
                    yield place
