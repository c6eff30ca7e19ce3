"""What a practice call is given instead of journal, meter and understanding: nothing is kept,
nothing counted, nobody asked. This is what keeps practice out of everything real."""

from collections.abc import Mapping

from ivr.core.errors import UnderstandingUnavailable
from ivr.core.measures import Level, Tally, Timing
from ivr.core.ports import NOTHING
from ivr.core.records import CallEnd, CallStart, Fact, Turn
from ivr.core.understanding import Reply


class NoJournal:
    """Implements `ports.Journal`."""

    def begin(self, start: CallStart) -> None:
        pass

    def turn(self, call_id: str, turn: Turn) -> None:
        pass

    def end(self, call_id: str, end: CallEnd) -> None:
        pass

    async def fact(self, call_id: str, fact: Fact) -> Fact:
        return fact

    async def flush(self) -> None:
        pass


class NoMeter:
    """Implements `ports.Meter`."""

    def observe(self, timing: Timing, seconds: float) -> None:
        pass

    def count(self, event: Tally, times: int = 1) -> None:
        pass

    def level(self, level: Level, value: float) -> None:
        pass


class NoUnderstanding:
    """Implements `ports.Understanding`: the assistant takes no part in practice."""

    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
        raise UnderstandingUnavailable("the assistant takes no part in practice calls")

    async def forget(self, call_id: str) -> None:
        pass

    async def ready(self) -> bool:
        return False

    async def close(self) -> None:
        pass
