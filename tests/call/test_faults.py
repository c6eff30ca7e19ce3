"""What breaks in the middle of a call: the caller is told, the call ends well or goes on, and
no other call notices."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from typing_extensions import override

from ivr.app.fast_clock import FastLoop
from ivr.audio.spelled import read_spelled, spell
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.call.session import Observers
from ivr.config.settings import Turns
from ivr.core.errors import RecognitionFailed
from ivr.core.pcm import FRAME_S, SAMPLE_BYTES, frame_bytes
from ivr.core.ports import Store, Understanding, Vad
from ivr.core.records import CallRecord, HandOver, Outcome, Turn
from ivr.core.speech import Expect
from ivr.core.understanding import Reply
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, Press, SyntheticCaller
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedHearing, ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.database import address, make_engine
from ivr.store.journal import Journal
from ivr.store.owner import this_process
from ivr.store.sql import SqlStore, open_store
from ivr.understanding.client import RasaUnderstanding
from tests.call.virtual import RATE, SCRIPT, House, in_virtual_time, says
from tests.dialogue.talks import PHRASES

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


class BrokenVad(EnergyVad):
    """Fails after a while, in the middle of the greeting."""

    left = 40

    @override
    def probability(self, chunk: bytes) -> float:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the model is broken")
        return super().probability(chunk)


def test_a_broken_speech_detector_ends_its_call_politely_and_no_other() -> None:
    house, unlucky = House(), Ear(manners=PATIENT)
    lucky = Ear(says("Wann haben Sie geöffnet?"))
    vads: list[Vad] = [BrokenVad(), EnergyVad()]

    async def main() -> Sequence[CallRecord]:
        async with register_of(house, lambda: vads.pop(0)) as register:
            return await asyncio.gather(
                *(register.take(PacedLeg(ear, RATE), "scripted") for ear in (unlucky, lucky))
            )

    one, other = in_virtual_time(main)
    assert one.end is not None
    assert (one.end.outcome, one.end.cause) == (Outcome.FAILED, "fault")
    assert unlucky.last == APOLOGY
    assert other.end is not None
    assert other.end.outcome is Outcome.ANSWERED


def test_a_detector_that_cannot_even_be_made_fails_that_call_and_it_is_on_record() -> None:
    house, ear = House(), Ear(manners=PATIENT)

    def broken() -> Vad:
        raise OSError("no memory for the model")

    async def main() -> CallRecord:
        async with register_of(house, broken) as register:
            return await register.take(PacedLeg(ear, RATE), "scripted")

    record = in_virtual_time(main)
    kept = asyncio.run(house.store.call(record.start.call_id))
    assert kept is not None
    assert kept.end is not None
    assert kept.end.outcome is Outcome.FAILED
    assert ear.last == APOLOGY


def test_a_dead_voice_apologizes_from_what_was_made_before() -> None:
    house, ear = House(voice=ScriptedVoice(fails_on=("Musterfirma",))), Ear(manners=PATIENT)

    async def main() -> CallRecord:
        async with register_of(house) as register:
            return await register.take(PacedLeg(ear, RATE), "scripted")

    record = in_virtual_time(main)
    assert record.end is not None
    assert record.end.outcome is Outcome.FAILED
    assert ear.last == APOLOGY


def test_an_unexpected_error_of_the_recognizer_is_no_dead_air() -> None:
    class Crashing(ScriptedRecognizer):
        @override
        def listen(
            self, expect: Expect = Expect.ANYTHING, words: Sequence[str] = ()
        ) -> ScriptedHearing:
            raise MemoryError

    house, ear = House(recognizer=Crashing()), Ear(says("Wann haben Sie auf?"), manners=PATIENT)

    async def main() -> CallRecord:
        async with register_of(house) as register:
            return await register.take(PacedLeg(ear, RATE), "scripted")

    record = in_virtual_time(main)
    assert record.end is not None
    assert record.end.outcome is Outcome.FAILED
    assert ear.last == APOLOGY


def test_a_short_word_that_cannot_be_recognized_is_not_taken_for_a_cough() -> None:
    house = House(recognizer=ScriptedRecognizer([RecognitionFailed("broken")] * 4))
    in_virtual_time(lambda: house.call(says("Ja", 0.4), says("Ja", 0.4)))
    said = [turn for turn in house.turns if turn.who == "hotline"]
    assert said[2].text in PHRASES["no_match_1"] or said[2].text == PHRASES["cannot_hear"][0]


class DyingRasa:
    """An HTTP server in Rasa's place, which goes away and comes back on the same port."""

    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(
            (int(x.split(":")[1]) for x in head.split("\r\n") if "content-length" in x), 0
        )
        await reader.readexactly(length)
        guess = {"name": "opening_hours", "confidence": 0.99}
        body = json.dumps(
            {
                "intent": guess,
                "ranking": [guess],
                "entities": [],
                "slots": {},
                "form": None,
                "understood": True,
                "expect": "anything",
                "hand_over": None,
                "end": False,
                "messages": [{"text": "Heute haben wir bis 18 Uhr geöffnet."}],
            }
        ).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            + f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()


class Watched:
    """An understanding over real HTTP whose server dies before one question and is back later."""

    def __init__(self, rasa: DyingRasa, dies_before: int) -> None:
        self._rasa, self._dies_before = rasa, dies_before
        self._real = RasaUnderstanding(f"http://127.0.0.1:{rasa.port}", "secret", 2.0)
        self._probes = 0

    async def reply(self, call_id: str, text: str, *, caller: str | None = None) -> Reply:
        self._dies_before -= 1
        if self._dies_before == 0:
            await self._rasa.stop()
        return await self._real.reply(call_id, text, caller=caller)

    async def forget(self, call_id: str) -> None:
        await self._real.forget(call_id)

    async def ready(self) -> bool:
        self._probes += 1
        if self._probes == 3:
            await self._rasa.start()
        return await self._real.ready()

    async def close(self) -> None:
        await self._real.close()


def test_rasa_dies_in_the_middle_and_comes_back() -> None:
    questions = ("Wann haben Sie geöffnet?", "Ihre Öffnungszeiten?", "Wann haben Sie morgen auf?")
    ear = Ear(*map(says, questions))

    async def main() -> CallRecord:
        rasa = DyingRasa()
        await rasa.start()
        understanding: Understanding = Watched(rasa, dies_before=2)
        try:
            async with register_of(House(understanding=understanding)) as register:
                return await register.take(PacedLeg(ear, RATE), "scripted")
        finally:
            await understanding.close()
            await rasa.stop()

    record = in_virtual_time(main)
    said = [turn.text for turn in record.turns if turn.who == "hotline"]
    gone, back = PHRASES["understanding_gone"][0], PHRASES["understanding_back"][0]
    offline = SCRIPT.offline_answers["opening_hours"]
    story = " | ".join(said)
    places = [story.index(each) for each in ("bis 18 Uhr geöffnet.", gone, offline, back)]
    assert places == sorted(places)
    assert "Heute haben wir" in said[-1] or "Heute haben wir" in said[-2]
    assert story.count(back) == 1
    assert record.end is not None
    assert record.end.outcome is not Outcome.FAILED


@pytest.mark.parametrize("fault", ["locked", "full"])
def test_a_store_that_fails_in_the_middle_loses_nothing(fault: str, tmp_path: Path) -> None:
    file, rescue = tmp_path / "hotline.sqlite", tmp_path / "rescue"
    steps = (Press("0"), says("Mein Name ist Meier"), Press("0561123456#"), says("Ja"))
    turns: list[Turn] = []

    async def main() -> tuple[CallRecord, str, CallRecord | None]:
        await (await open_store(file)).close()
        engine = make_engine(address(file), busy_timeout_s=0.1)
        store = SqlStore(engine, this_process())
        broken = FAULTS[fault](file, engine.sync_engine)

        def on_turn(turn: Turn) -> None:
            turns.append(turn)
            if len(turns) == 2:
                broken.begin()

        async with register_of(House(), store=store, rescue=rescue) as register:
            leg = PacedLeg(SyntheticCaller(steps, RATE), RATE)
            record = await register.take(leg, "scripted", Observers(on_turn=on_turn))
            rescued = "".join(each.read_text() for each in rescue.iterdir())
            broken.end()
        kept = await store.call(record.start.call_id)
        await store.close()
        return record, rescued, kept

    record, rescued, kept = in_virtual_time(main)
    assert "hand_over" in rescued
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER
    assert kept is not None
    assert sorted(kept.turns, key=lambda turn: turn.start_s) == list(record.turns)
    assert [fact.phone for fact in kept.facts if isinstance(fact, HandOver)] == ["0561123456"]
    assert kept.end == record.end


class Locked:
    """Another program holds the database."""

    def __init__(self, file: Path, _engine: object) -> None:
        self._other = sqlite3.connect(file, isolation_level=None)

    def begin(self) -> None:
        self._other.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        self._other.close()


class Full:
    """The disk takes no more."""

    def __init__(self, _file: Path, engine: object) -> None:
        self._full = False
        event.listen(engine, "before_cursor_execute", self._refuse)

    def begin(self) -> None:
        self._full = True

    def end(self) -> None:
        self._full = False

    def _refuse(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if self._full and not statement.startswith(("SELECT", "PRAGMA")):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error


FAULTS: dict[str, type[Locked] | type[Full]] = {"locked": Locked, "full": Full}


def test_two_hang_ups_at_about_the_same_time_are_one_end() -> None:
    """The caller leaves at every moment around the hotline's own hang-up."""
    stays = [each / 20 for each in range(0, 70, 3)]
    house = House()

    async def main() -> Sequence[CallRecord]:
        async with register_of(house) as register:
            before = asyncio.all_tasks()
            records = await asyncio.gather(
                *(
                    register.take(
                        PacedLeg(
                            SyntheticCaller([says("Danke, tschüss")], RATE, Manners(stays_s=each)),
                            RATE,
                        ),
                        "scripted",
                    )
                    for each in stays
                )
            )
            assert asyncio.all_tasks() == before, "a call leaves nothing running behind"
            return records

    ends = [record.end for record in in_virtual_time(main)]
    assert {end.cause for end in ends if end is not None} == {"caller", "hotline"}
    assert all(end is not None and end.outcome is not Outcome.FAILED for end in ends)


class SlowToStop(ScriptedVoice):
    """Its engine needs a moment to let go of a text that nobody wants to hear any more."""

    @override
    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        try:
            async for piece in super().speak(text, pace):
                yield piece
        finally:
            await asyncio.sleep(0.06)


def test_a_prompt_that_replaces_another_keeps_its_beginning() -> None:
    voice = SlowToStop()
    ear = Ear(manners=Manners(stays_s=3))
    key = Interrupts(ear, after_s=1.5)

    async def main() -> CallRecord:
        async with register_of(House(voice=voice)) as register:
            return await register.take(PacedLeg(key, RATE), "scripted")

    in_virtual_time(main)
    notice, *after = voice.spoken
    size = frame_bytes(RATE)
    frames = [bytes(ear.heard[at : at + size]) for at in range(0, len(ear.heard), size)]
    sounding = sum(any(frame) and read_spelled(frame) != notice for frame in frames)
    whole_s = sum(0.06 * len(text.encode()) for text in after)
    assert sounding * FRAME_S == pytest.approx(whole_s, abs=len(after) * FRAME_S)


class Interrupts:
    """A party with a hasty finger: presses 0 in the middle of the greeting."""

    def __init__(self, ear: Ear, after_s: float) -> None:
        self._ear, self._left = ear, round(after_s / FRAME_S)

    def exchange(self, heard: bytes) -> bytes | None:
        self._left -= 1
        return self._ear.exchange(heard)

    def pressed(self) -> str:
        return "0" if self._left == 0 else ""
