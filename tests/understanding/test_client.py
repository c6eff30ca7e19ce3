"""The client against answers that a server really sends over a socket: good, odd and broken."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.core.errors import UnderstandingUnavailable
from ivr.core.speech import Expect
from ivr.core.understanding import BotMessage, Entity, Guess
from ivr.understanding.client import MAX_TEXT, RasaUnderstanding

ANSWER: dict[str, Any] = {
    "intent": {"name": "place_order", "confidence": 0.97},
    "ranking": [
        {"name": "place_order", "confidence": 0.97},
        {"name": "price", "confidence": 0.02},
    ],
    "entities": [{"entity": "product", "value": "Toaster", "start": 4, "end": 11}],
    "messages": [{"text": "Wie viele Stück möchten Sie?", "interruptible": False}],
    "slots": {"product": "Toaster"},
    "form": "place_order_form",
    "expect": "quantity",
    "understood": True,
    "hand_over": None,
    "queue": "technik",
    "actions": ["place_order_form"],
    "end": False,
}


class Server:
    """Answers each request with what `answers` says, in order; the last one again and again."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""
        self._tasks: set[asyncio.Task[None] | None] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Server"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self
        # The client has hung up: every connection ends.
        await asyncio.gather(*(task for task in self._tasks if task))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                line, *rest = head.strip().split("\r\n")
                headers = {k.lower(): v for k, v in (each.split(": ", 1) for each in rest)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append((line, headers, body))
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                if answer == RESET:
                    writer.transport.abort()
                    break
                if answer != SILENCE:
                    writer.write(answer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


TOKEN = "secret"
RESET = b"reset"
SILENCE = b"silence"


def http(body: object, status: int = 200) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


@contextlib.asynccontextmanager
async def asking(server: Server, timeout_s: float = 5) -> AsyncIterator[RasaUnderstanding]:
    async with server.running():
        client = RasaUnderstanding(server.url, TOKEN, timeout_s)
        try:
            yield client
        finally:
            await client.close()


async def test_a_whole_answer_is_read() -> None:
    server = Server(http(ANSWER))
    async with asking(server) as rasa:
        reply = await rasa.reply(
            "call-1", "zwei Toaster", caller="+4956112345", given={"customer": "12345"}
        )
    assert reply.guess == Guess("place_order", 0.97)
    assert reply.messages == (BotMessage("Wie viele Stück möchten Sie?", interruptible=False),)
    assert (reply.queue, reply.actions) == ("technik", ("place_order_form",))
    assert reply.entities == (Entity("product", "Toaster"),)
    assert (reply.form, reply.expect) == ("place_order_form", Expect.QUANTITY)
    line, headers, body = server.requests[0]
    assert line == "POST /webhooks/voice/turn HTTP/1.1"
    assert headers["authorization"] == "Bearer secret"
    assert json.loads(body) == {
        "sender": "call-1",
        "text": "zwei Toaster",
        "metadata": {"caller": "+4956112345", "given": {"customer": "12345"}},
    }


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in ANSWER.items() if name != key}


@pytest.mark.parametrize(
    "answer",
    [
        http(b"not json"),
        http(b""),
        http([ANSWER]),
        *(http(without(key)) for key in ANSWER),
        http({**ANSWER, "expect": "poetry"}),
        http({**ANSWER, "understood": "yes"}),
        http({**ANSWER, "slots": {"quantity": 2}}),
        http({**ANSWER, "intent": {"name": "x", "confidence": 7}}),
        http({"error": "NoAnswer"}, 500),
        http({"error": "missing or wrong token"}, 401),
        http(b"", 404),
        RESET,
        SILENCE,
    ],
)
async def test_anything_else_means_that_rasa_is_away(answer: bytes) -> None:
    async with asking(Server(answer), timeout_s=0.3) as rasa:
        with pytest.raises(UnderstandingUnavailable):
            await rasa.reply("call-1", "hallo")


async def test_the_error_does_not_quote_the_caller() -> None:
    answer = http({**ANSWER, "messages": [{"text": 5}], "slots": {"name": "Meier", "n": 1}})
    async with asking(Server(answer)) as rasa:
        with pytest.raises(UnderstandingUnavailable) as refused:
            await rasa.reply("call-1", "Mein Name ist Meier")
    assert "Meier" not in str(refused.value)
    assert "messages.0.text" in str(refused.value)


async def test_a_connection_that_rasa_had_closed_is_opened_again() -> None:
    server = Server(http(ANSWER), RESET, http(ANSWER))
    async with asking(server) as rasa:
        await rasa.reply("call-1", "hallo")
        again = await rasa.reply("call-1", "zwei Toaster")
    assert again.understood
    assert len(server.requests) == 3


async def test_an_answer_in_time_is_never_asked_for_twice() -> None:
    server = Server(http({"error": "NoAnswer"}, 500))
    async with asking(server) as rasa:
        with pytest.raises(UnderstandingUnavailable):
            await rasa.reply("call-1", "hallo")
    assert len(server.requests) == 1


async def test_an_endless_utterance_is_cut() -> None:
    server = Server(http(ANSWER))
    async with asking(server) as rasa:
        await rasa.reply("call-1", "bla " * 1000)
    assert len(json.loads(server.requests[0][2])["text"]) == MAX_TEXT


@pytest.mark.parametrize(
    ("answer", "ready"),
    [(http({"ready": True}), True), (http({"ready": False}, 503), False), (RESET, False)],
)
async def test_ready_tells_whether_a_model_is_loaded(answer: bytes, ready: bool) -> None:
    async with asking(Server(answer)) as rasa:
        assert await rasa.ready() is ready


async def test_nobody_there_is_not_ready_and_not_an_accident() -> None:
    server = Server(http(ANSWER))
    async with server.running():
        pass
    rasa = RasaUnderstanding(server.url)
    assert not await rasa.ready()
    with pytest.raises(UnderstandingUnavailable, match="is it running"):
        await rasa.reply("call-1", "hallo")
    await rasa.close()


async def test_forgetting_names_the_call_safely() -> None:
    server = Server(http({"forgotten": True}))
    async with asking(server) as rasa:
        await rasa.forget("a/b?c")
    assert server.requests[0][0] == "DELETE /webhooks/voice/turn/a%2Fb%3Fc HTTP/1.1"
