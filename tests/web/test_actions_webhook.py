"""The webhook that Rasa calls: who may, what it takes, and that it really listens and stops."""

import json
import socket
import zlib
from typing import Any

import httpx
import pytest
from rasa_sdk.executor import ActionExecutor

from ivr.core.errors import MissingPiece
from ivr.understanding.actions.sdk import Answer, CallAction, Say, Turn
from ivr.web.actions import serve_actions

TOKEN = "secret"


def executor() -> ActionExecutor:
    async def greet(turn: Turn) -> Answer:
        return Answer((Say("utter_greet", {"name": turn.slots["name"]}),), {"greeted": True})

    made = ActionExecutor()
    made.register_action(CallAction("action_greet", greet))
    return made


def call(action: str = "action_greet") -> dict[str, Any]:
    tracker = {
        "sender_id": "call-1",
        "slots": {"name": "Meier"},
        "latest_message": {"text": "hallo", "intent": {"name": "greet", "confidence": 0.9}},
        "events": [{"event": "user", "text": "hallo"}],
    }
    return {"next_action": action, "tracker": tracker, "version": "3.6.21"}


class Rasa:
    """Calls the webhook as Rasa does."""

    def __init__(self, port: int, token: str | None = TOKEN) -> None:
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    async def __aenter__(self) -> "Rasa":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.aclose()

    async def post(self, content: bytes, **headers: str) -> httpx.Response:
        return await self._client.post(
            "/webhook", content=content, headers={**self._headers, **headers}
        )


async def test_an_action_is_run_and_its_answer_has_rasas_shape() -> None:
    async with serve_actions(executor(), TOKEN, 0) as port, Rasa(port) as rasa:
        answer = await rasa.post(json.dumps(call()).encode())
    assert answer.status_code == 200
    body = answer.json()
    assert [event["name"] for event in body["events"]] == ["greeted"]
    assert body["responses"][0]["response"] == "utter_greet"
    assert body["responses"][0]["name"] == "Meier"


async def test_a_deflated_call_is_understood() -> None:
    packed = zlib.compress(json.dumps(call()).encode())
    async with serve_actions(executor(), TOKEN, 0) as port, Rasa(port) as rasa:
        answer = await rasa.post(packed, **{"Content-Encoding": "deflate"})
    assert answer.status_code == 200


@pytest.mark.parametrize("token", [None, "wrong", ""])
async def test_without_the_token_nothing_runs(token: str | None) -> None:
    async with serve_actions(executor(), TOKEN, 0) as port, Rasa(port, token) as rasa:
        answer = await rasa.post(json.dumps(call()).encode())
    assert answer.status_code == 401


async def test_an_unknown_action_is_named() -> None:
    async with serve_actions(executor(), TOKEN, 0) as port, Rasa(port) as rasa:
        answer = await rasa.post(json.dumps(call("action_old")).encode())
    assert answer.status_code == 404
    assert answer.json()["action_name"] == "action_old"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"next_action": "action_greet"}']
)
async def test_what_is_no_action_call_is_refused(content: bytes) -> None:
    async with serve_actions(executor(), TOKEN, 0) as port, Rasa(port) as rasa:
        answer = await rasa.post(content)
    assert answer.status_code == 400


async def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(b'{"tracker": {}, "x": "' + b"a" * 12_000_000 + b'"}')
    async with serve_actions(executor(), TOKEN, 0) as port, Rasa(port) as rasa:
        answer = await rasa.post(bomb, **{"Content-Encoding": "deflate"})
    assert answer.status_code == 400


async def test_a_port_in_use_is_told_with_its_cure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(MissingPiece, match="actions_port"):
            async with serve_actions(executor(), TOKEN, taken):
                pass


async def test_the_port_is_free_again_afterwards() -> None:
    async with serve_actions(executor(), TOKEN, 0) as port:
        pass
    socket.create_server(("127.0.0.1", port)).close()


async def test_a_failing_action_answers_500_and_the_server_lives() -> None:
    async def fail(turn: Turn) -> Answer:
        raise RuntimeError("boom")

    made = executor()
    made.register_action(CallAction("action_broken", fail))
    async with serve_actions(made, TOKEN, 0) as port, Rasa(port) as rasa:
        broken = await rasa.post(json.dumps(call("action_broken")).encode())
        fine = await rasa.post(json.dumps(call()).encode())
    assert (broken.status_code, fine.status_code) == (500, 200)
