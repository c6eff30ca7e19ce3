"""How good a model is on the frozen test set, and how it compares with another. Pure.

A report is plain JSON, kept with its model:

    n, accuracy, asked_again    of the utterances: share right; share it was too unsure about
    intents                     name → n, precision, recall
    confusions                  [meant, taken for, how often], most frequent first
    calibration, ece            [from, to, n, mean confidence, share right]; the expected error
    out_of_scope                n, caught: what the hotline must not act on
    utterances                  [text, meant, taken for, confidence, understood]
    stories                     total, failed: conversation tests
    spoken                      the same report over what was heard of the utterances, if wanted;
                                with `heard`: the words, one for each utterance
    failed                      why it could not be evaluated the last time, in the admin's words

An utterance is right if calls act on what is meant: a guess that is not sure enough to be acted on
makes the caller repeat it, whatever it was.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.training.texts import say

OUT_OF_SCOPE = "out_of_scope"
_BINS = 10


@dataclass(frozen=True, slots=True)
class Taken:
    """What a model made of one utterance."""

    text: str
    meant: str
    intent: str
    confidence: float
    understood: bool

    @property
    def right(self) -> bool:
        """Not to act is the right answer to what is out of scope, too."""
        if not self.understood:
            return self.meant == OUT_OF_SCOPE
        return self.intent == self.meant

    @property
    def shown(self) -> str:
        """What calls made of it, for people."""
        if self.understood:
            return self.intent
        return say("asked_again_of", intent=self.intent) if self.intent else say("asked_again")


def taken(tests: Sequence[tuple[str, str]], answer: Mapping[str, Any]) -> list[Taken]:
    """The answer of `Workshop.guess` to the texts of `tests`."""
    return [
        Taken(text, meant, *_best(guesses), understood)
        for (text, meant), guesses, understood in zip(
            tests, answer["guesses"], answer["understood"], strict=True
        )
    ]


def _best(guesses: Sequence[Sequence[Any]]) -> tuple[str, float]:
    return (str(guesses[0][0]), float(guesses[0][1])) if guesses else ("", 0.0)


def report(got: Sequence[Taken], stories: Mapping[str, Any] | None = None) -> dict[str, Any]:
    count = len(got)
    outside = [each for each in got if each.meant == OUT_OF_SCOPE]
    bins = _calibration(got)
    return {
        "n": count,
        "accuracy": _share(sum(each.right for each in got), count),
        "asked_again": _share(sum(not each.understood for each in got), count),
        "intents": _by_intent(got),
        "confusions": [[*pair, often] for pair, often in confusions(got).most_common()],
        "calibration": bins,
        "ece": sum(n * abs(sure - right) for _, _, n, sure, right in bins) / max(count, 1),
        "out_of_scope": {"n": len(outside), "caught": sum(each.right for each in outside)},
        "utterances": [
            [each.text, each.meant, each.intent, each.confidence, each.understood] for each in got
        ],
        "stories": dict(stories) if stories else None,
    }


def confusions(got: Sequence[Taken]) -> Counter[tuple[str, str]]:
    """Also those where the model was too unsure to act: the two are alike to it."""
    return Counter(
        (each.meant, each.intent)
        for each in got
        if not each.right and each.intent not in ("", each.meant)
    )


def wrong(of: Mapping[str, Any]) -> list[Taken]:
    """The utterances of a report that went wrong."""
    return [each for each in _read(of).values() if not each.right]


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _by_intent(got: Sequence[Taken]) -> dict[str, dict[str, float]]:
    meant = Counter(each.meant for each in got)
    said = Counter(
        each.intent if each.understood else OUT_OF_SCOPE
        for each in got
        if each.understood or each.right
    )
    hits = Counter(each.meant for each in got if each.right)
    return {
        name: {
            "n": meant[name],
            "precision": _share(hits[name], said[name]),
            "recall": _share(hits[name], meant[name]),
        }
        for name in sorted(meant)
    }


def _calibration(got: Sequence[Taken]) -> list[tuple[float, float, int, float, float]]:
    rows = []
    for at in range(_BINS):
        inside = [each for each in got if min(int(each.confidence * _BINS), _BINS - 1) == at]
        if inside:
            n = len(inside)
            sure = sum(each.confidence for each in inside) / n
            right = sum(each.intent == each.meant for each in inside) / n
            rows.append((at / _BINS, (at + 1) / _BINS, n, sure, right))
    return rows


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model beside another on the utterances both were tried on."""

    accuracy: tuple[float, float]
    """Before and after, of those utterances."""
    better: tuple[tuple[str, str, str, str], ...]
    """Text, what is meant, what it was taken for before, and now."""
    worse: tuple[tuple[str, str, str, str], ...]
    newly_failed: tuple[str, ...]
    """Conversation tests that passed before."""
    newly_passed: tuple[str, ...]
    n: int


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    was, now = _read(before), _read(after)
    common = [text for text in now if text in was and now[text].meant == was[text].meant]
    better, worse = [], []
    for text in common:
        one, other = was[text], now[text]
        row = (text, other.meant, one.shown, other.shown)
        if other.right and not one.right:
            better.append(row)
        elif one.right and not other.right:
            worse.append(row)
    old, new = _failed(before), _failed(after)
    return Comparison(
        (
            _share(sum(was[text].right for text in common), len(common)),
            _share(sum(now[text].right for text in common), len(common)),
        ),
        tuple(better),
        tuple(worse),
        tuple(sorted(new - old)),
        tuple(sorted(old - new)),
        len(common),
    )


def doubts(
    active: Mapping[str, Any] | None, candidate: Mapping[str, Any], most_lost: float
) -> tuple[str, ...]:
    """What speaks against switching over; with any of these it takes a deliberate "trotzdem".

    `most_lost`: share of right answers that may be lost, 0.01 for one in a hundred.
    """
    if not candidate.get("n"):
        return (say("guard_unproven"),)
    found = []
    if active and active.get("failed"):
        found.append(say("guard_active", what=active["failed"]))
    if active and active.get("n"):
        compared = compare(active, candidate)
        lost = compared.accuracy[0] - compared.accuracy[1]
        if lost > most_lost:
            points = f"{100 * lost:.1f}".replace(".", ",")
            found.append(say("guard_worse", points=points))
        broken = compared.newly_failed
    else:
        broken = tuple(sorted(_failed(candidate)))
    if broken:
        found.append(say("guard_stories", count=len(broken), names=", ".join(broken[:5])))
    return tuple(found)


def _read(of: Mapping[str, Any]) -> dict[str, Taken]:
    return {row[0]: Taken(*row) for row in of.get("utterances", ())}


def _failed(of: Mapping[str, Any]) -> set[str]:
    return set((of.get("stories") or {}).get("failed", ()))
