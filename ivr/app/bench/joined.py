"""How soon caller and agent hear each other, from the moment the agent accepts, over WebRTC.

Real office, session, headset and connections, on loopback; recognition has its own figures. Both
ends are in this process, and say a tone all the time: what counts is when the other's comes out.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import numpy as np

from ivr.audio.framing import slices
from ivr.audio.tones import tone
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan, Queue, Site
from ivr.config.hours import WEEKDAYS, Week
from ivr.config.phrases import load_phrases
from ivr.config.webrtc import WebRtc
from ivr.core.pcm import frame_bytes
from ivr.core.staffing import Agent, AgentState, Shift
from ivr.desk.browsers import BrowserRing
from ivr.desk.hub import Hub, OfferRings, Subscription
from ivr.desk.office import open_office
from ivr.desk.people import People
from ivr.desk.premises import Premises
from ivr.desk.rings import Offer
from ivr.dialogue.phrasebook import Phrasebook
from ivr.dialogue.script import Script, Straight
from ivr.lines.webrtc.accept import accept_offer
from ivr.lines.webrtc.headset import Headset
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.offer import read_offer
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import SileroVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.desk_memory import MemoryDesk
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding

CALLER_HZ, AGENT_HZ = 500.0, 1000.0
"""Whole waves in a frame, and not in the music or each other's overtones at that strength."""
_SHARE = 0.5
"""Of a frame's power that must be the other's tone."""
_QUIET = 100.0
"""Root mean square; less is no tone."""
_PATIENCE_S = 20.0
_AGENT = "agent"


@dataclass(slots=True)
class Joined:
    """Seconds from accepting to the other's first sound."""

    at_agent_s: list[float] = field(default_factory=list)
    at_caller_s: list[float] = field(default_factory=list)


class Ear:
    """Listens to a leg all the time: what waits in a connection would be heard late later on."""

    def __init__(self, leg: WebRtcLeg, hertz: float) -> None:
        self._leg = leg
        self._samples = frame_bytes(leg.rate) // 2
        self._wave = np.exp(-2j * np.pi * hertz / leg.rate * np.arange(self._samples))
        self._heard_s = asyncio.Queue[float](maxsize=1)

    async def listen(self) -> None:
        async for frame in self._leg.frames():
            if self._is_tone(frame) and self._heard_s.empty():
                self._heard_s.put_nowait(asyncio.get_running_loop().time())

    async def hears(self) -> float:
        """When the tone comes out, by the loop's clock; not what came out before."""
        while not self._heard_s.empty():
            self._heard_s.get_nowait()
        return await self._heard_s.get()

    def _is_tone(self, frame: bytes) -> bool:
        heard = np.frombuffer(frame, "<i2").astype(np.float64)
        power = float(heard @ heard)
        # Of a tone alone, the square of its bin is half its power times the number of samples.
        share = abs(heard @ self._wave) ** 2 / max(1.0, power * self._samples / 2)
        return power > self._samples * _QUIET**2 and bool(share > _SHARE)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the agent has before them."""

    ring: BrowserRing
    news: Subscription
    headset: Headset

    async def offered(self) -> Offer:
        """The next call that rings here."""
        while not isinstance(each := await self.news.next(), OfferRings):
            pass
        return each.offer


async def run_joins(times: int) -> Joined:
    """One caller after the other is taken by the same agent. Raises TimeoutError where somebody
    is not heard at all."""
    found, desk, hub = Joined(), MemoryDesk(), Hub()
    ring = BrowserRing(hub)
    premises = Premises(desk, _plan(), DeskSettings(), ring, hub)
    async with (
        Journal(MemoryStore()) as journal,
        open_office(premises) as office,
        connected() as (agent, worn),
        hub.listen(_AGENT) as news,
    ):
        now = premises.clock()
        agent_there = Agent(
            _AGENT,
            "Agent",
            "here",
            state=AgentState.FREE,
            since=now,
            shift=Shift(now, now),
            owner=desk.me,
        )
        await desk.add_agent(agent_there)
        engines = Engines(
            SileroVad,
            ScriptedRecognizer(()),
            ScriptedVoice(),
            ScriptedUnderstanding(),
            journal,
            Metrics(),
            desk=office,
        )
        register = Register("bench", engines, _script)
        headset, people = Headset(worn), People(premises, office)
        wearing = asyncio.create_task(headset.run(), name="headset")
        try:
            with speaking(agent, AGENT_HZ), listening(agent, CALLER_HZ) as ear:
                for _ in range(times):
                    await _join(register, _Desk(ring, news, headset), ear, found)
                    # The desk hears of the end a moment later.
                    while await people.make_free(_AGENT) is None:  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
        finally:
            wearing.cancel()
            await asyncio.wait([wearing])
    return found


async def _join(register: Register, desk: _Desk, agent: Ear, found: Joined) -> None:
    async with connected() as (caller, line), asyncio.timeout(_PATIENCE_S):
        call = asyncio.create_task(register.take(line, "webrtc"), name="call")
        try:
            with speaking(caller, CALLER_HZ), listening(caller, AGENT_HZ) as ear:
                offer = await desk.offered()
                hearing = asyncio.gather(agent.hears(), ear.hears())
                await asyncio.sleep(0)
                accepted_s = asyncio.get_running_loop().time()
                desk.ring.accept(_AGENT, offer.id, desk.headset.leg())
                at_agent_s, at_caller_s = await hearing
            found.at_agent_s.append(at_agent_s - accepted_s)
            found.at_caller_s.append(at_caller_s - accepted_s)
        finally:
            await caller.hang_up()
            await asyncio.wait([call])


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[WebRtcLeg, WebRtcLeg]]:
    """The two ends of a connection, as a browser and the hotline have them."""
    settings = WebRtc(connect_s=60)
    browser = WebRtcLeg(settings)
    peer = browser.make_peer()
    ours, answer = await accept_offer(read_offer(await peer.offer()), settings)
    try:
        await peer.accepted(answer)
        browser.attach(peer)
        await asyncio.gather(browser.connected(), ours.connected())
        yield browser, ours
    finally:
        await browser.hang_up()
        await ours.hang_up()


@contextmanager
def speaking(leg: WebRtcLeg, hertz: float) -> Iterator[None]:
    """A tone without end."""

    async def speak() -> None:
        sound, size = tone((hertz,), 1.0, leg.rate), frame_bytes(leg.rate)
        while True:
            for frame in slices(sound, size):
                await leg.play(frame)

    task = asyncio.create_task(speak(), name="tone")
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def listening(leg: WebRtcLeg, hertz: float) -> Iterator[Ear]:
    ear = Ear(leg, hertz)
    task = asyncio.create_task(ear.listen(), name="ear")
    try:
        yield ear
    finally:
        task.cancel()


def _plan() -> Plan:
    always = Week.model_validate(dict.fromkeys(WEEKDAYS, ("0:00-24:00",)) | {"on_holidays": True})
    queue = Queue(id="service", name="Service")
    return Plan(queues=(queue,), sites=(Site(id="here", name="Here", hours=always),))


def _script() -> Script:
    return Script(
        greeting="",
        notice="",
        phrases=Phrasebook(load_phrases()),
        offline_answers={},
        straight=Straight(None, {}),
    )
