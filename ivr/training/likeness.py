"""How alike utterances are: for grouping what callers said, and for finding near-duplicates."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from ivr.german.words import FILLERS, word_set
from ivr.training.examples import key

_T = TypeVar("_T", bound=Hashable)

_POLITE = word_set(
    "guten tag hallo bitte mal ich wollte möchte würde gern gerne fragen wissen danke ja also so"
    " denn eigentlich nur noch doch eben halt einmal jetzt"
)
_COMMON = 300
"""A word in more texts than this says too little to compare all of them by it."""
NEAR = 0.8
"""Share of words in common from which two texts count as near-duplicates."""
ALIKE = 0.5
"""Share from which utterances are shown as one group."""


def words_of(text: str) -> frozenset[str]:
    """What is said without courtesies and hesitation; all words where nothing else is left."""
    every = frozenset(key(text).split())
    return every - FILLERS - _POLITE or every


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in common over all words of both (Jaccard's index): 0 to 1."""
    both = len(one | other)
    return len(one & other) / both if both else 1.0


def near_pairs(
    texts: Sequence[tuple[frozenset[str], _T]], least: float = NEAR
) -> Iterator[tuple[int, int]]:
    """Places of texts, given by their words, that are nearly the same but under different labels.

    Only texts that share one of their two rarest words are compared, so thousands stay quick:
    two that have most of their words in common share one of those, but for rare exceptions.
    """
    sets = [words for words, _ in texts]
    counted = Counter(word for words in sets for word in words)
    by_word: dict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(sets):
        rarest = sorted(words, key=lambda word: (counted[word], word))[:2]
        seen: set[int] = set()
        for word in rarest:
            others = by_word[word]
            if counted[word] <= _COMMON:
                for other in others:
                    different = texts[other][1] != texts[place][1]
                    if different and other not in seen and likeness(sets[other], words) >= least:
                        seen.add(other)
                        yield other, place
            others.append(place)


def groups(texts: Iterable[str], least: float = ALIKE) -> list[list[int]]:
    """Places of texts that are alike, the largest group first.

    Each text joins the group whose first text it is most like: the order of coming decides, and
    nothing drifts away over many small steps.
    """
    firsts: list[frozenset[str]] = []
    found: list[list[int]] = []
    by_word: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        words = words_of(text)
        near = {group for word in words for group in by_word[word][:_COMMON]}
        best = max(near, key=lambda group: likeness(firsts[group], words), default=None)
        if best is not None and likeness(firsts[best], words) >= least:
            found[best].append(place)
            continue
        for word in words:
            by_word[word].append(len(firsts))
        firsts.append(words)
        found.append([place])
    return sorted(found, key=len, reverse=True)
