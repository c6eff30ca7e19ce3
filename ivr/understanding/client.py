"""Rasa over HTTP: one request a turn to the voice channel of `nlu/voice_channel.py`.

What comes back is read strictly: an answer of another shape means that Rasa is not what we think
it is, and the call goes on without it.
"""

from collections.abc import Mapping
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.core.errors import UnderstandingUnavailable
from ivr.core.ports import NOTHING
from ivr.core.speech import Expect
from ivr.core.understanding import BotMessage, Entity, Guess, Reply

TURN_PATH = "/webhooks/voice/turn"
MAX_TEXT = 1000
"""Characters of an utterance that are sent; nobody says more in one breath."""


class RasaUnderstanding:
    """Asks the Rasa server at `base_url`. For all calls at once; one turn at a time a call."""

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        timeout_s: float = 8,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=timeout_s,
            transport=transport,
            # Loopback or the company's own net: a proxy from the environment has no place here.
            trust_env=False,
        )

    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
        metadata = {"caller": caller, "given": dict(given)}
        body = {"sender": call_id, "text": text[:MAX_TEXT], "metadata": metadata}
        answer = await self._request("POST", TURN_PATH, body)
        try:
            return _Answer.model_validate_json(answer.content, strict=True).reply()
        except (ValidationError, ValueError) as error:
            # The error's text quotes the caller: keep it out of messages and logs.
            raise UnderstandingUnavailable(
                f"Rasa's answer has another shape than expected ({_places(error)}):"
                " train and start it from this version's nlu/"
            ) from None

    async def forget(self, call_id: str) -> None:
        """Make Rasa forget a call that is over. Raises UnderstandingUnavailable."""
        await self._request("DELETE", f"{TURN_PATH}/{quote(call_id, safe='')}")

    async def ready(self) -> bool:
        if self._client.is_closed:
            return False
        try:
            return (await self._client.get("/webhooks/voice/")).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        await self._client.aclose()

    async def _request(self, method: str, path: str, body: object | None = None) -> httpx.Response:
        if self._client.is_closed:
            raise UnderstandingUnavailable("the connection to Rasa has been closed by the program")
        try:
            answer = await self._send(method, path, body)
        except httpx.TimeoutException:
            raise UnderstandingUnavailable("Rasa did not answer in time; see its log") from None
        except httpx.HTTPError as error:
            raise UnderstandingUnavailable(
                f"Rasa cannot be reached ({type(error).__name__}): is it running?"
            ) from None
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise UnderstandingUnavailable(
                "Rasa refuses the token: start it with the same IVR_NLU_TOKEN"
            )
        if answer.is_error:
            raise UnderstandingUnavailable(
                f"Rasa answered with status {answer.status_code}; see its log"
            )
        return answer

    async def _send(self, method: str, path: str, body: object | None) -> httpx.Response:
        try:
            return await self._client.request(method, path, json=body)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A kept connection that Rasa had closed meanwhile: once more, on a fresh one.
            return await self._client.request(method, path, json=body)


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Guess(_Part):
    name: str
    confidence: float = Field(ge=0, le=1.001)
    """Softmax sums of 32-bit floats may exceed 1 by a hair."""

    def guess(self) -> Guess:
        return Guess(self.name, min(self.confidence, 1.0))


class _Entity(_Part):
    entity: str
    value: str


class _Message(_Part):
    text: str
    interruptible: bool = True


class _Answer(_Part):
    """The voice channel's answer, as JSON."""

    intent: _Guess
    ranking: list[_Guess]
    entities: list[_Entity]
    messages: list[_Message]
    slots: dict[str, str]
    form: str | None
    expect: str
    understood: bool
    hand_over: str | None
    queue: str
    actions: list[str]
    end: bool

    def reply(self) -> Reply:
        return Reply(
            guess=self.intent.guess(),
            messages=tuple(BotMessage(each.text, each.interruptible) for each in self.messages),
            ranking=tuple(each.guess() for each in self.ranking),
            entities=tuple(Entity(each.entity, each.value) for each in self.entities),
            slots=self.slots,
            form=self.form,
            expect=Expect(self.expect),
            understood=self.understood,
            hand_over=self.hand_over,
            queue=self.queue,
            actions=tuple(self.actions),
            end=self.end,
        )


def _places(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return ", ".join(
            ".".join(str(part) for part in problem["loc"]) or "body" for problem in error.errors()
        )
    return "expect"
