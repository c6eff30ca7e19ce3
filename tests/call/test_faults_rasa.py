"""Rasa dies in the middle of a call and comes back."""

import asyncio
import json
from collections.abc import Mapping

from ivr.core.ports import NOTHING, Understanding
from ivr.core.records import CallRecord, Outcome
from ivr.core.understanding import Reply
from ivr.lines.paced import PacedLeg
from ivr.understanding.client import RasaUnderstanding
from tests.call.faulty import Ear, register_of
from tests.call.virtual import RATE, SCRIPT, House, in_virtual_time, says
from tests.dialogue.talks import PHRASES


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
                "queue": "",
                "actions": [],
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

    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
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
