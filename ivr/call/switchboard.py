"""Connects one caller with people: music while they wait, the bridge, and who sits at it.

Does what the dialogue decides and what the people at the desk ask for; reports who comes and goes.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

from ivr.audio.features import VoiceLevel
from ivr.audio.music import hold_music
from ivr.audio.tones import dtmf
from ivr.call.bridge import Bridge, Mouth
from ivr.call.hold import Hold
from ivr.call.partings import PARTING_S, Partings
from ivr.call.parts import Parts
from ivr.call.party import Party, overhear
from ivr.call.seating import AGENT, CALLER, COLLEAGUE, VOICE, Seating, Watch, hearing
from ivr.call.sending import Sending
from ivr.call.waiting_line import WaitingLine
from ivr.core.actions import Connect, Enqueue, LeaveQueue, PlayMusic, Release, Withdraw
from ivr.core.desk import PartingHow, Taken
from ivr.core.events import AgentLeft
from ivr.core.pcm import LISTEN_RATE
from ivr.core.ports import Leg
from ivr.core.speech import Utterance

PeopleAction: TypeAlias = Enqueue | LeaveQueue | PlayMusic | Connect | Withdraw | Release


class Switchboard:
    """The people's side of one call."""

    def __init__(self, parts: Parts) -> None:
        self.line = WaitingLine(parts)
        self.hold = Hold(parts.leg, parts.ears, parts.group)
        self.seating = Seating()
        self._parts = parts
        self._bridge: Bridge | None = None
        self._mixing: asyncio.Task[None] | None = None
        self._parties: dict[str, Party] = {}
        self._colleague: Taken | None = None
        self._seats = 0
        self._partings = Partings(parts)
        self.sending = Sending(parts)

    @property
    def connected(self) -> bool:
        """Whether an agent is in the call now."""
        return AGENT in self._parties

    @property
    def desk_id(self) -> str:
        """What the desk calls this call."""
        return self._parts.desk_id

    @property
    def listens_only(self) -> bool:
        """Whether the caller talks with people, and the hotline only writes it down."""
        return self.connected and not self.seating.lent

    def act(self, action: PeopleAction) -> None:
        """Do what the dialogue has decided."""
        complete = self._parts.complete
        match action:
            case Enqueue(hand_over=fact):
                known = replace(action, hand_over=complete(fact))
                self.line.enqueue(known, self._parts.group)
            case LeaveQueue(call_back=kept):
                if kept is None:
                    self.line.leave()
                else:
                    self._partings.later(self.line.keep_for_call_back(complete(kept)))
            case PlayMusic():
                self.hold.play()
            case Connect(learnt=fact):
                self.connect()
                if fact is not None:
                    self._partings.later(self._partings.pass_on(complete(fact)))
            case Withdraw():
                self.withdraw()
            case Release(how=how):
                self.release(how)

    def connect(self) -> None:
        """Let the caller and who has come speak with each other; again after `withdraw`."""
        taken = self.line.taken
        if taken is None:
            return
        self.hold.stop()
        if self._bridge is None:
            self._open()
        if AGENT not in self._parties:
            self._seat(AGENT, taken.leg, heard=True)
            if taken.send_on:
                self._parts.group.create_task(self._send_on(taken), name="send on")
        self._parts.ears.waiting()
        self.arrange(replace(self.seating, lent=False))

    def withdraw(self) -> None:
        """The assistant has the caller; the agent listens."""
        self.arrange(replace(self.seating, lent=True, held=False))

    def release(self, how: PartingHow) -> None:
        """Let go of everybody from the desk, and tell the desk of the agent's part."""
        self.dismantle()
        taken, self.line.taken = self.line.taken, None
        if taken is not None:
            self._partings.later(taken.leg.hang_up())
            self._partings.later(self._partings.tell(taken.agent, how))

    def arrange(self, seating: Seating) -> None:
        """Seat everybody anew."""
        self.seating = seating
        self._parts.ears.polite = not seating.lent
        if self._bridge is not None:
            self._bridge.arrange(hearing(seating))
            self._parts.news.publish(seating)

    def exchange(self, taken: Taken) -> None:
        """Somebody else takes the agent's place at once."""
        self.drop_colleague()
        self._drop(AGENT)
        before, self.line.taken = self.line.taken, taken
        if before is not None:
            self._partings.later(self._partings.tell(before.agent, PartingHow.TRANSFERRED))
        self._seat(AGENT, taken.leg, heard=True)
        self.arrange(Seating(watchers=self.seating.watchers))

    def consult(self, taken: Taken) -> None:
        """A colleague is there for the agent; the caller is held meanwhile."""
        self.drop_colleague()
        self._colleague = taken
        self._seat(COLLEAGUE, taken.leg, heard=True)
        self.arrange(replace(self.seating, colleague=True, three_way=False, held=False))

    def drop_colleague(self, how: PartingHow = PartingHow.DONE) -> None:
        """The colleague leaves; the caller is back with the agent. Harmless without one."""
        colleague, self._colleague = self._colleague, None
        self._drop(COLLEAGUE)
        if colleague is not None:
            self._partings.later(self._partings.tell(colleague.agent, how))
        if self.seating.colleague:
            self.arrange(replace(self.seating, colleague=False, three_way=False))

    def hand_to_colleague(self) -> bool:
        """The agent leaves, the colleague stays with the caller; False if there is none."""
        colleague, self._colleague = self._colleague, None
        party = self._parties.pop(COLLEAGUE, None)
        if colleague is None or party is None or self._bridge is None:
            return False
        self._drop(AGENT)
        before, self.line.taken = self.line.taken, colleague
        if before is not None:
            self._partings.later(self._partings.tell(before.agent, PartingHow.TRANSFERRED))
        self._bridge.unseat(COLLEAGUE)
        self._place(AGENT, party)
        self.arrange(Seating(watchers=self.seating.watchers))
        return True

    def watch(self, leg: Leg, how: Watch) -> str:
        """A supervisor comes in; the name of their seat."""
        self._seats += 1
        seat = f"supervisor-{self._seats}"
        self._seat(seat, leg, heard=False)
        self.change_watch(seat, how)
        return seat

    def change_watch(self, seat: str, how: Watch | None) -> None:
        """A supervisor does something else, or leaves."""
        others = {name: what for name, what in self.seating.watchers.items() if name != seat}
        if how is None:
            self._drop(seat)
        elif seat in self._parties:
            others[seat] = how
        self.arrange(replace(self.seating, watchers=others))

    def send_keys(self, keys: str) -> None:
        """Let the tones of these keys sound to everybody in the conversation."""
        if self._bridge is not None:
            pause = bytes(LISTEN_RATE // 10)
            for key in keys:
                self._bridge.hear(VOICE, dtmf(key, LISTEN_RATE) + pause)

    def dismantle(self) -> None:
        """Take the bridge down: the caller is alone with the hotline again."""
        if self._bridge is None:
            return
        self._parts.ears.tap = None
        self._parts.ears.polite = False
        self._parts.outlet.through(None)
        self.drop_colleague()
        for seat in list(self._parties):
            self._drop(seat)
        self._bridge.close()
        if self._mixing is not None:
            self._mixing.cancel()
        self._bridge = self._mixing = None
        self.seating = Seating()
        self._parts.leg.flush()

    async def close(self) -> None:
        """The call is over: let everybody go, and see that the desk knows."""
        self.line.leave()
        self.hold.stop()
        self.release(PartingHow.DONE)
        await self._partings.settle()

    async def abandon(self) -> None:
        """Let go of whoever is still there after the call's tasks have ended, however they did."""
        legs = [party.leg for party in self._parties.values()]
        self._parties.clear()
        taken, self.line.taken = self.line.taken, None
        if taken is not None and taken.leg not in legs:
            legs.append(taken.leg)
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING_S):
                for leg in legs:
                    await leg.hang_up()
                if taken is not None:
                    await self._partings.tell(taken.agent, PartingHow.DONE)

    def _open(self) -> None:
        parts = self._parts
        self._bridge = bridge = Bridge(hold_music(LISTEN_RATE))
        level = VoiceLevel(parts.leg.rate)
        bridge.seat(
            CALLER,
            parts.leg,
            parts.group,
            lambda frame: parts.ears.prompt_level(level.push(frame)),
        )
        parts.ears.tap = lambda pcm: bridge.hear(CALLER, pcm)
        parts.outlet.through(Mouth(bridge))
        self._mixing = parts.group.create_task(bridge.run(), name="bridge")

    def _seat(self, seat: str, leg: Leg, *, heard: bool) -> None:
        """Bring a leg in; `heard` by the recognizer, too."""
        party = Party(leg, lambda _pcm: None, self._gone)
        self._place(seat, party)
        parts = self._parts
        written = heard and parts.out is None
        ears = overhear(leg, parts.engines, parts.inbox, self._overheard) if written else None
        party.start(parts.group, ears)

    def _place(self, seat: str, party: Party) -> None:
        bridge = self._bridge
        if bridge is None:
            return
        self._parties[seat] = party
        party.on_pcm = lambda pcm: bridge.hear(seat, pcm)
        bridge.seat(seat, party.leg, self._parts.group)

    def _drop(self, seat: str) -> None:
        party = self._parties.pop(seat, None)
        if party is not None:
            self._partings.later(party.dismiss())
        if self._bridge is not None:
            self._bridge.unseat(seat)

    async def _send_on(self, taken: Taken) -> None:
        agent = self._parties.get(AGENT)
        await self.sending.send(taken)
        if agent is not None and agent.over:
            self._gone(agent)

    def _gone(self, party: Party) -> None:
        """A leg has ended by itself."""
        if self.sending.under_way:
            return
        seat = next((name for name, each in self._parties.items() if each is party), None)
        if seat == AGENT:
            taken = self.line.taken
            by_phone = taken is not None and taken.by_phone
            how = PartingHow.DONE if by_phone else PartingHow.DROPPED
            if not by_phone:
                self.dismantle()
            self._parts.inbox.put(AgentLeft(self._parts.inbox.now(), how))
        elif seat == COLLEAGUE:
            self.drop_colleague()
        elif seat is not None:
            self.change_watch(seat, None)

    def _overheard(self, utterance: Utterance) -> None:
        # What agents discuss while the caller is held is not part of the caller's conversation.
        if not self.seating.away:
            self._parts.minutes.overheard(AGENT, utterance)
