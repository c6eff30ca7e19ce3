"""Calls in real time, timed with the caller's ears."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.app.calling import Channel, Says, synthetic_leg
from ivr.call.register import Register
from ivr.core.ports import Voice
from ivr.core.records import CallRecord
from ivr.lines.synthetic import Manners

QUESTIONS = (
    "Wann haben Sie geöffnet?",
    "Wo finde ich Ihr Geschäft?",
    "Was kostet der Versand?",
    "Wie lange dauert die Lieferung?",
    "Welche Zahlungsarten gibt es?",
    "Kann ich bei Ihnen parken?",
    "Was kostet der Wasserkocher?",
    "Wie kann ich etwas zurückschicken?",
    "Haben Sie den Toaster auf Lager?",
    "Wie erreiche ich Sie per E-Mail?",
)
STAGGER_S = 0.7
"""Callers do not ring at the same moment."""


@dataclass(slots=True)
class Heard:
    """What the callers of one run noticed."""

    responses_s: list[float] = field(default_factory=list)
    silenced_s: list[float] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)

    @property
    def minutes(self) -> float:
        """Call time, all calls added up."""
        ends = (max((turn.end_s for turn in call.turns), default=0.0) for call in self.calls)
        return sum(ends) / 60


async def run_calls(
    register: Register,
    caller: Voice,
    channel: Channel,
    *,
    calls: int,
    questions: int,
    at_once: int = 1,
    manners: Manners | None = None,
) -> Heard:
    """`calls` calls with `questions` questions each, `at_once` at a time."""
    heard = Heard()
    texts = itertools.cycle(QUESTIONS)
    plans = [[Says(next(texts)) for _ in range(questions)] for _ in range(calls)]
    waiting = iter(plans)

    async def callers(delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        for plan in waiting:
            await _one(register, caller, channel, plan, manners, heard)

    async with asyncio.TaskGroup() as group:
        for number in range(at_once):
            group.create_task(callers(number * STAGGER_S), name="caller")
    return heard


async def _one(
    register: Register,
    caller: Voice,
    channel: Channel,
    plan: Sequence[Says],
    manners: Manners | None,
    heard: Heard,
) -> None:
    leg, party = await synthetic_leg(caller, plan, channel, manners=manners)
    heard.calls.append(await register.take(leg, "synthetic"))
    heard.responses_s += party.stopwatch.responses_s
    heard.silenced_s += party.stopwatch.silenced_s
