"""What a practice call has shown: the checklist, and how often the agent spoke over the customer.
Pure: the same call gives the same result.
"""

from collections.abc import Iterable, Mapping, Sequence

from ivr.core.practice import Point, Said, TalkedOver
from ivr.practice.exercise import Check
from ivr.practice.listening import said, with_names

COUNTS_S = 0.2
"""Shorter is the end of one turn running into the next; a "mhm" is no turn at all."""


def assess(
    checks: Sequence[Check], transcript: Sequence[Said], names: Mapping[str, str]
) -> tuple[Point, ...]:
    """Each point of the checklist: done or not, and by which words.

    `names` has what `{company}` and `{agent}` stand for.
    """
    return tuple(_point(check, transcript, dict(names)) for check in checks)


def talked_over(
    agent: Iterable[tuple[float, float]], customer: Iterable[tuple[float, float]]
) -> tuple[TalkedOver, ...]:
    """Where the agent began while the customer was speaking, and for how long both spoke."""
    lines = list(customer)
    found: list[TalkedOver] = []
    for began, ended in agent:
        over = [(start, end) for start, end in lines if start < began < end and ended > began]
        both = sum(min(end, ended) - began for _, end in over)
        if both >= COUNTS_S:
            found.append(TalkedOver(round(began, 1), round(both, 1)))
    return tuple(found)


def _point(check: Check, transcript: Sequence[Said], names: dict[str, str]) -> Point:
    phrases = with_names(check.when, names)
    by_agent = _first(transcript) if check.within == "first" else transcript
    hit = next((say for say in by_agent if say.who != "caller" and said(phrases, say.text)), None)
    return Point(
        check.point,
        done=(hit is None) if check.avoid else (hit is not None),
        words="" if hit is None else hit.text,
        at_s=None if hit is None else hit.start_s,
        avoid=check.avoid,
    )


def _first(transcript: Sequence[Said]) -> list[Said]:
    """What was said before the customer's first word."""
    before: list[Said] = []
    for say in transcript:
        if say.who == "caller":
            break
        before.append(say)
    return before
