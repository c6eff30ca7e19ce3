"""Which of the callers' utterances are worth a look, why, and what was decided about them.

They come by themselves: unsure, not understood, handed over right afterwards, repeated, corrected,
the same words understood in different ways, and a random sample, so that confident mistakes are
found too. Alike ones stand together, the most costly first.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.training import Decision, Utterance
from ivr.training.examples import key
from ivr.training.likeness import groups, likeness, words_of
from ivr.training.masking import Masked, mask
from ivr.training.texts import say

_TALK = frozenset({"affirm", "deny", "greet", "goodbye", "thank", "wait", "slower", "human_agent"})
"""Intents that are said often and mean no mistake when they come again."""
_REPEATED = 0.6
"""Share of words in common from which the next utterance says the same once more."""


class Reason(StrEnum):
    """Why an utterance is worth a look."""

    NO_MATCH = "no_match"
    HANDED_OVER = "handed_over"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    LOW = "low"
    DIFFERS = "differs"
    SAMPLE = "sample"

    @property
    def text(self) -> str:
        return say(f"reason_{self.value}")


_COST = {
    Reason.HANDED_OVER: 5.0,
    Reason.NO_MATCH: 3.0,
    Reason.CORRECTED: 2.0,
    Reason.REPEATED: 2.0,
    Reason.DIFFERS: 1.0,
    Reason.LOW: 1.0,
    Reason.SAMPLE: 0.1,
}


class Verdict(StrEnum):
    """What an admin says of an utterance."""

    RIGHT = "right"
    """It was understood as it was meant; it becomes an example where that helps."""
    OTHER = "other"
    """It belongs to another intent."""
    NEW = "new"
    """It belongs to an intent that there was not yet."""
    NOT_FOR_TRAINING = "not_for_training"
    NEVER = "never"
    """These words are never shown again."""
    TEST = "test"
    """It goes into the frozen test set."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as worth a look."""

    low: float = 0.6
    """Confidence below which an answer was given unsurely."""
    sample: float = 0.02
    """Share of all other utterances that is shown as well."""


@dataclass(frozen=True, slots=True)
class Item:
    utterance: Utterance
    reasons: tuple[Reason, ...]
    masked: Masked
    """The words as they may become an example, and what was hidden in them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Utterances that are alike, the first one standing for all."""

    items: tuple[Item, ...]
    callers: int
    handed_over: int
    """How many of their calls ended with a person."""
    cost: float

    @property
    def reasons(self) -> tuple[Reason, ...]:
        counted = Counter(reason for item in self.items for reason in item.reasons)
        return tuple(reason for reason, _ in counted.most_common())


def inbox(
    utterances: Sequence[Utterance],
    decisions: Iterable[Decision],
    limits: Limits = Limits(),
) -> tuple[Group, ...]:
    """What is worth a look and not decided yet, most costly first. What the understanding never
    got is none of its mistakes, and may have been said to a person."""
    listed = list(decisions)
    done = {(decision.call_id, decision.seq) for decision in listed}
    never = {decision.key for decision in listed if decision.verdict == Verdict.NEVER}
    differing = _differing(utterances)
    items = [
        Item(each, reasons, masked)
        for each in utterances
        if (each.call_id, each.seq) not in done
        and (reasons := tuple(_reasons(each, limits, differing)))
        and key((masked := mask(each.text, each.values)).text) not in never
    ]
    found = [
        _group([items[place] for place in places])
        for places in groups(item.utterance.text for item in items)
    ]
    return tuple(sorted(found, key=lambda group: group.cost, reverse=True))


def surroundings(each: Utterance, public: Sequence[str] = ()) -> tuple[Masked, Masked, Masked]:
    """What was said before, answered, and said next, without what tells of the caller. `public`:
    what the hotline tells everybody, which is left as it is."""
    before, after, following = (
        mask(text, each.values, public) for text in (each.before, each.after, each.following)
    )
    return before, after, following


def _group(items: list[Item]) -> Group:
    # The most telling first: it is the one that an admin reads.
    items.sort(key=lambda item: sum(_COST[reason] for reason in item.reasons), reverse=True)
    calls = {item.utterance.call_id for item in items}
    given = {item.utterance.call_id for item in items if item.utterance.hand_over}
    cost = sum(_COST[reason] for item in items for reason in item.reasons)
    return Group(tuple(items), len(calls), len(given), cost)


def _differing(utterances: Iterable[Utterance]) -> Collection[str]:
    """Words that were understood in more than one way outside of forms."""
    meaning: dict[str, str] = {}
    found: set[str] = set()
    for each in utterances:
        if each.intent and each.understood and not each.form:
            words = key(each.text)
            if meaning.setdefault(words, each.intent) != each.intent:
                found.add(words)
    return found


def _reasons(each: Utterance, limits: Limits, differing: Collection[str]) -> Iterator[Reason]:
    words = key(each.text)
    if not words or each.understood is None:
        return
    found = list(_troubles(each, limits))
    if words in differing:
        found.append(Reason.DIFFERS)
    if not found and _drawn(each, limits.sample):
        found.append(Reason.SAMPLE)
    yield from found


def _troubles(each: Utterance, limits: Limits) -> Iterator[Reason]:
    missed = each.understood is False or each.intent == "nlu_fallback"
    if missed:
        yield Reason.NO_MATCH
    if each.form and not missed:
        # A form takes what it asked for, however unsure the intent was.
        return
    if each.hand_over and _asked_for_a_person(each):
        yield Reason.HANDED_OVER
    if each.following_intent == "correction":
        yield Reason.CORRECTED
    elif each.intent not in _TALK and each.following and _again(each.text, each.following):
        yield Reason.REPEATED
    if not missed and each.confidence is not None and each.confidence < limits.low:
        yield Reason.LOW


def _asked_for_a_person(each: Utterance) -> bool:
    """Whether the caller wanted a person right after this answer."""
    return each.intent != "human_agent" and each.following_intent == "human_agent"


def _again(text: str, following: str) -> bool:
    one, other = words_of(text), words_of(following)
    return len(one) > 1 and likeness(one, other) >= _REPEATED


def _drawn(each: Utterance, share: float) -> bool:
    """Chance that is the same at every look."""
    mixed = hashlib.sha256(f"{each.call_id}/{each.seq}".encode()).digest()
    return int.from_bytes(mixed[:4], "big") < share * 2**32
