"""A hotline whose parts fail, and callers who remember what they were told of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from typing_extensions import override

from ivr.app.fast_clock import FastLoop
from ivr.audio.spelled import read_spelled, spell
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.settings import Turns
from ivr.core.pcm import SAMPLE_BYTES
from ivr.core.ports import Store, Vad
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.observe.metrics import Metrics
from ivr.speech.vad import EnergyVad
from ivr.store.journal import Journal
from tests.call.virtual import RATE, SCRIPT, House

APOLOGY = "Es tut uns leid, unsere Anlage ist gestört."
PATIENT = Manners(stays_s=60, gives_up_s=120)


class Ear(SyntheticCaller):
    """A caller who remembers what was said to them."""

    def __init__(self, *steps: object, manners: Manners | None = None) -> None:
        super().__init__(steps, RATE, manners)  # type: ignore[arg-type]
        self.heard = bytearray()

    @override
    def exchange(self, heard: bytes) -> bytes | None:
        self.heard += heard
        return super().exchange(heard)

    @property
    def last(self) -> str:
        """What sounded last, in as much as fits into 3 s."""
        return read_spelled(bytes(self.heard).rstrip(b"\0")[-3 * RATE * SAMPLE_BYTES :])


@asynccontextmanager
async def register_of(
    house: House,
    vad: Callable[[], Vad] = EnergyVad,
    store: Store | None = None,
    rescue: Path | None = None,
) -> AsyncIterator[Register]:
    """A hotline that has an apology ready, and whatever the house has."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, FastLoop)
    async with Journal(store or house.store, rescue, retry_s=1.0) as journal:
        engines = Engines(
            vad=vad,
            recognizer=house.recognizer,
            voice=house.voice,
            understanding=house.understanding,
            journal=journal,
            meter=Metrics(),
            turns=Turns(),
            emergency=spell(APOLOGY, 4.0, RATE),
            working=loop.working,
        )
        yield Register("musterfirma", engines, lambda: SCRIPT)
