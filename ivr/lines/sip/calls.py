"""The telephone calls of one line: those that ring, those that go on, and who is turned away."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ivr.config.sip import Sip, SipAccount
from ivr.core.measures import Tally
from ivr.core.ports import Leg, Meter
from ivr.lines.sip.door import (
    Admitted,
    Example,
    Refusal,
    Ringing,
    account_of,
    example_of,
    judge,
    may_go_elsewhere,
)
from ivr.lines.sip.leg import SipLeg
from ivr.lines.sip.quality import Quality, account_for
from ivr.lines.sip.refusals import Refusals
from ivr.lines.sip.stack_process import StackError, StackProcess
from ivr.lines.sip.watch import NETWORK, Watch
from ivr.lines.sip.wire import Json, Sound

log = logging.getLogger(__name__)

RING_S = 5.0
"""One ring of a German telephone: a second of tone, four of silence."""
_RETRY_AFTER_S = 5
"""How long others leave us in peace who are told to try elsewhere: a call may be over by then."""
_WAITING = 64
"""Answered calls that wait for a session; beyond them callers are hung up on."""


@dataclass(slots=True)
class _Call:
    account: str
    who: Admitted
    leg: SipLeg | None = None
    dialled: bool = False
    """By us: others wait for whoever is there."""
    answering: asyncio.Task[None] | None = None
    watch: Watch | None = None
    """From its answer on."""


@dataclass(slots=True)
class _Dialled:
    """A call of ours from its first ring until whoever dialled knows of its answer: the stack's
    messages may all have come by then."""

    number: int
    heard: bool = False
    """Its sound has come."""
    ended: bool = False


class Calls:
    """Told by the stack what happens; gives legs to whoever takes `incoming`."""

    def __init__(self, settings: Sip, accounts: Sequence[SipAccount], meter: Meter) -> None:
        self._settings = settings
        self._accounts = accounts
        self._meter = meter
        self._calls: dict[int, _Call] = {}
        self._dialled: dict[int, _Dialled] = {}
        self._given_up: set[int] = set()
        """Wishes to dial that nobody wants any more, until the stack has answered them."""
        self._calling: Counter[str] = Counter()
        self._new: asyncio.Queue[SipLeg] = asyncio.Queue(_WAITING)
        self._refusals = Refusals(meter)
        self.process: StackProcess | None = None
        self.draining = False

    @property
    def live(self) -> Counter[str]:
        """How many calls each account has now, those that ring on either side among them."""
        return Counter(call.account for call in self._calls.values()) + self._calling

    @contextmanager
    def calling(self, account: str) -> Iterator[None]:
        """One of the account's lines is taken by a call that rings somewhere."""
        self._calling[account] += 1
        try:
            yield
        finally:
            self._calling[account] -= 1

    async def incoming(self) -> AsyncIterator[Leg]:
        while True:
            yield await self._new.get()

    def heard(self, batch: Sequence[Sound]) -> None:
        for sound in batch:
            call = self._calls.get(sound.call)
            if call is not None and call.leg is not None:
                call.leg.take(sound)

    def happened(self, event: Json) -> None:
        """A fact about one call."""
        number = event["call"]
        call = self._calls.get(number)
        match event["event"]:
            case "incoming":
                self._rings(number, event)
            case "nameless":
                self._refusals.count(Refusal.NAMELESS, Example())
            case "dialling":
                self._dialling(event["dial"], number)
            case "established" if call is not None:
                self._answered(number, call, event["rate"])
            case "closed":
                self._closed(number, event)
            case "rtp" if (dialled := self._ours(number)) is not None:
                dialled.heard = True
            case kind if call is not None:
                self._in_call(kind, call, event)
            case _:
                pass

    def give_up(self, wish: int) -> None:
        """Nobody wants this call any more: it is hung up on, be it only about to ring."""
        dialled = self._dialled.get(wish)
        if dialled is None:
            self._given_up.add(wish)
        else:
            self._hang_up(dialled.number)

    def forget(self, wish: int) -> None:
        """The stack has answered it, and whoever dialled has heard of it or does not want to."""
        self._dialled.pop(wish, None)
        self._given_up.discard(wish)

    def add_dialled(self, wish: int, rate: int, who: Admitted) -> SipLeg | None:
        """The leg of a call that we made; None if it has ended, or the stack has gone."""
        dialled = self._dialled.pop(wish, None)
        if self.process is None or dialled is None or dialled.ended:
            return None
        number = dialled.number
        leg = SipLeg(self.process, number, rate, who, self._meter, self._settings.dial_to)
        call = self._calls[number] = _Call(who.account, who, leg, dialled=True)
        call.watch = Watch(self._settings, lambda: None, lambda why: self._end(number, why))
        call.watch.begin(heard=dialled.heard)
        return leg

    def all_over(self) -> None:
        """The stack is gone, and all calls with it."""
        for number in list(self._calls):
            self._over(number)
        self._dialled.clear()
        self._given_up.clear()

    def _closed(self, number: int, event: Json) -> None:
        account_for(Quality(**event["quality"]), self._meter, event["sip_id"])
        if (dialled := self._ours(number)) is not None:
            dialled.ended = True
        self._over(number)

    def _dialling(self, wish: int, number: int) -> None:
        self._dialled[wish] = _Dialled(number)
        if wish in self._given_up:
            self._hang_up(number)

    def _ours(self, number: int) -> _Dialled | None:
        return next((each for each in self._dialled.values() if each.number == number), None)

    def _hang_up(self, number: int) -> None:
        if self.process is not None:
            self.process.tell("hang_up", id=0, call=number)

    def _rings(self, number: int, event: Json) -> None:
        names = ("account", "peer", "sip_id", "headers", "source", "registrar", "dialled")
        ringing = Ringing(*(event[name] for name in names))
        verdict = judge(ringing, self._settings, self._accounts, self.live)
        if self.draining:
            verdict = Refusal.DRAINING
        if isinstance(verdict, Refusal):
            elsewhere = may_go_elsewhere(verdict, account_of(ringing, self._accounts))
            self._refuse(number, verdict, example_of(ringing), elsewhere=elsewhere)
            return
        call = _Call(verdict.account, verdict)
        self._calls[number] = call
        call.answering = asyncio.create_task(self._answer(number), name="answer")

    def _refuse(self, number: int, why: Refusal, example: Example, *, elsewhere: bool) -> None:
        if self.process is not None:
            retry_after_s = _RETRY_AFTER_S if elsewhere else 0
            self.process.tell("reject", id=0, call=number, retry_after_s=retry_after_s)
        self._refusals.count(why, example)

    async def _answer(self, number: int) -> None:
        await asyncio.sleep(self._settings.rings * RING_S)
        if self.process is None:
            return
        if self.draining:
            # Not to be answered only to be hung up on.
            call = self._calls[number]
            call.answering = None
            self._drain(number, call)
            return
        try:
            await self.process.ask("answer", call=number)
        except StackError:
            # Mostly the caller has given up in the same moment; whatever it was, it is over.
            who = self._calls[number].who
            log.info(
                "a call could not be answered",
                extra={"account": who.account, "sip_call": who.sip_call},
            )
            self._calls[number].answering = None
            self._hang_up(number)
            self._over(number)

    def _drain(self, number: int, call: _Call) -> None:
        account = next((each for each in self._accounts if each.name == call.account), None)
        elsewhere = may_go_elsewhere(Refusal.DRAINING, account)
        example = Example(call.account, call.who.sip_call)
        self._refuse(number, Refusal.DRAINING, example, elsewhere=elsewhere)
        self._over(number)

    def _answered(self, number: int, call: _Call, rate: int) -> None:
        if call.leg is not None or self.process is None:
            return
        leg = SipLeg(self.process, number, rate, call.who, self._meter, self._settings.dial_to)
        call.leg = leg
        call.watch = Watch(
            self._settings, lambda: self._unheard(number), lambda why: self._end(number, why)
        )
        call.watch.begin()
        try:
            self._new.put_nowait(leg)
        except asyncio.QueueFull:
            log.error("a call came faster than calls are taken, and was hung up")
            self._meter.count(Tally.REFUSED_FULL)
            self._hang_up(number)

    def _unheard(self, number: int) -> None:
        self._meter.count(Tally.ONE_WAY_CALLS)
        who = self._calls[number].who
        log.warning(
            "no sound comes from a caller: check firewall, RTP ports and NAT",
            extra={"account": who.account, "sip_call": who.sip_call},
        )

    def _end(self, number: int, why: str) -> None:
        call = self._calls[number]
        log.warning(
            "a call is cut off",
            extra={"why": why, "account": call.who.account, "sip_call": call.who.sip_call},
        )
        if call.leg is not None:
            call.leg.ended_by = why
        self._hang_up(number)
        # A call that the stack no longer has must not take up a line for ever.
        self._over(number)

    def _in_call(self, kind: str, call: _Call, event: Json) -> None:
        match kind:
            case "vanished":
                self._end(event["call"], NETWORK)
            case "rtp" if call.watch is not None:
                call.watch.heard()
            case "key" if call.leg is not None and event["key"]:
                call.leg.pressed(event["key"][0])
            case "held" if call.leg is not None and call.watch is not None:
                call.leg.held(event["held"], music=call.dialled)
                call.watch.held(event["held"])
            case _:
                pass

    def _over(self, number: int) -> None:
        call = self._calls.pop(number, None)
        if call is None:
            return
        if call.answering is not None:
            call.answering.cancel()
        if call.watch is not None:
            call.watch.end()
        if call.leg is not None:
            call.leg.finish()
