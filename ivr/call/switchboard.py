"""Connects one caller with people: music while they wait, the bridge, and who sits at it.

Does what the dialogue decides and what the people at the desk ask for; reports who comes and goes.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

from ivr.audio.tones import dtmf
from ivr.call.hold import Hold
from ivr.call.partings import PARTING_S, Partings
from ivr.call.parts import Parts
from ivr.call.seating import AGENT, COLLEAGUE, KEYS, VOICE, Seating, Supervision, listened_to
from ivr.call.sending import Sending
from ivr.call.table import Table
from ivr.call.waiting_line import WaitingLine
from ivr.core.actions import Connect, Enqueue, LeaveQueue, PlayMusic, Release, Withdraw
from ivr.core.desk import PartingHow, Taken
from ivr.core.errors import NotConnected
from ivr.core.events import AgentLeft, AgentSays
from ivr.core.pcm import LISTEN_RATE
from ivr.core.ports import Leg
from ivr.core.speech import Utterance
from ivr.core.telephony import Dials

PeopleAction: TypeAlias = Enqueue | LeaveQueue | PlayMusic | Connect | Withdraw | Release


class Switchboard:
    """The people's side of one call."""

    def __init__(self, parts: Parts) -> None:
        self.line = WaitingLine(parts)
        self.hold = Hold(parts.leg, parts.ears, parts.group)
        self.seating = Seating()
        self._parts = parts
        self._partings = Partings(parts)
        self._table = Table(parts, self._partings, self._gone, self._overheard)
        self._colleague: Taken | None = None
        self._seats = 0
        self._notice = ""
        """What is said to whoever a supervisor begins to hear."""
        self._told: frozenset[str] = frozenset()
        self.sending = Sending(parts)

    @property
    def connected(self) -> bool:
        """Whether an agent is in the call now."""
        return AGENT in self._table

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
        self._table.lay()
        if AGENT not in self._table:
            self._seat(AGENT, taken.leg)
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
        """Seat everybody anew. Who is heard by a supervisor from now on is told so."""
        self.seating = seating
        self._parts.ears.polite = self._table.laid and not seating.lent
        self._table.arrange(seating)
        heard = listened_to(seating)
        untold, self._told = heard - self._told, self._told | heard if heard else frozenset()
        if untold and self._notice:
            self._parts.inbox.put(AgentSays(self._parts.inbox.now(), self._notice))

    def exchange(self, taken: Taken) -> None:
        """Somebody else takes the agent's place at once."""
        self.drop_colleague()
        self._table.drop(AGENT)
        self._passed(taken)
        self._seat(AGENT, taken.leg)
        self.arrange(Seating(watchers=self.seating.watchers))

    def consult(self, taken: Taken) -> None:
        """A colleague is there for the agent; the caller is held meanwhile."""
        self.drop_colleague()
        self._colleague = taken
        self._seat(COLLEAGUE, taken.leg)
        self.arrange(replace(self.seating, colleague=True, three_way=False, held=False))

    def drop_colleague(self, how: PartingHow = PartingHow.DONE) -> None:
        """The colleague leaves; the caller is back with the agent. Harmless without one."""
        colleague, self._colleague = self._colleague, None
        self._table.drop(COLLEAGUE)
        if colleague is not None:
            self._partings.later(self._partings.tell(colleague.agent, how))
        if self.seating.colleague:
            self.arrange(replace(self.seating, colleague=False, three_way=False))

    def hand_to_colleague(self) -> bool:
        """The agent leaves, the colleague stays with the caller; False if there is none."""
        colleague = self._colleague
        if colleague is None or not self._table.move(COLLEAGUE, AGENT):
            return False
        self._colleague = None
        self._passed(colleague)
        known = COLLEAGUE in self._told
        self._told = self._told - {AGENT, COLLEAGUE} | ({AGENT} if known else set())
        self.arrange(Seating(watchers=self.seating.watchers))
        return True

    def watch(self, leg: Leg, how: Supervision, notice: str, name: str) -> str:
        """A supervisor of this name comes in; the name of their seat.

        With `notice` everybody whom they hear is told, now or when it comes to that. Raises
        NotConnected while the assistant has the caller: nobody could be told.
        """
        if self.seating.lent:
            raise NotConnected("the assistant has the caller: listen when the agent is back")
        self._seats += 1
        self._notice = notice
        seat = f"supervisor-{self._seats}"
        self._table.seat(seat, leg, heard=False)
        self.change_watch(seat, how, name)
        return seat

    def change_watch(self, seat: str, how: Supervision | None, name: str = "") -> None:
        """A supervisor does something else, or leaves."""
        others = {each: what for each, what in self.seating.watchers.items() if each != seat}
        before = self.seating.watchers.get(seat)
        if how is None:
            self._table.drop(seat)
        elif seat in self._table:
            others[seat] = how
        if others.get(seat) is not before:
            self._parts.minutes.supervised(self._parts.inbox.now(), others.get(seat), name)
        self.arrange(replace(self.seating, watchers=others))

    def send_keys(self, keys: str) -> None:
        """Press these keys towards who is spoken with: the colleague, else the caller.

        As events where their line can do that, else as tones that they hear. Raises ValueError on
        what is no key, and NotConnected while the agent speaks with nobody.
        """
        if self.seating.held:
            raise NotConnected("the caller is on hold: nobody hears keys")
        away = self.seating.away
        participant = self._table.participant(COLLEAGUE) if away else None
        leg = participant.leg if participant is not None else self._parts.leg
        pause = bytes(LISTEN_RATE // 10)
        tones = [dtmf(key, LISTEN_RATE) + pause for key in keys]
        if isinstance(leg, Dials):
            self._partings.later(leg.send_keys(keys))
        for tone in tones:
            self._table.sound(KEYS if isinstance(leg, Dials) else VOICE, tone)

    def dismantle(self) -> None:
        """Take the bridge down: the caller is alone with the hotline again."""
        if not self._table.laid:
            return
        self._parts.ears.polite = False
        self.drop_colleague()
        self._table.clear()
        self.seating, self._told = Seating(), frozenset()

    async def close(self) -> None:
        """The call is over: let everybody go, and see that the desk knows."""
        self.line.leave()
        self.hold.stop()
        self.release(PartingHow.DONE)
        await self._partings.settle()

    async def abandon(self) -> None:
        """Let go of whoever is still there after the call's tasks have ended, however they did."""
        legs = self._table.abandon()
        taken, self.line.taken = self.line.taken, None
        if taken is not None and taken.leg not in legs:
            legs.append(taken.leg)
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING_S):
                for leg in legs:
                    await leg.hang_up()
                if taken is not None:
                    await self._partings.tell(taken.agent, PartingHow.DONE)

    def _seat(self, seat: str, leg: Leg) -> None:
        """Somebody new, who was told nothing yet."""
        self._told -= {seat}
        self._table.seat(seat, leg, heard=True)

    def _passed(self, to: Taken) -> None:
        before = self.line.replaced(to)
        if before is not None:
            how = PartingHow.TRANSFERRED
            self._partings.later(self._partings.tell(before.agent, how, to))

    async def _send_on(self, taken: Taken) -> None:
        agent = self._table.participant(AGENT)
        await self.sending.send(taken)
        if agent is not None and agent.over and self._table.participant(AGENT) is agent:
            self._gone(AGENT)

    def _gone(self, seat: str) -> None:
        """A leg has ended by itself."""
        if self.sending.under_way:
            return
        if seat == AGENT:
            self._agent_gone()
        elif seat == COLLEAGUE:
            self.drop_colleague()
        else:
            self.change_watch(seat, None)

    def _agent_gone(self) -> None:
        taken, now = self.line.taken, self._parts.inbox.now()
        if self._colleague_goes_on():
            return
        by_phone = taken is not None and taken.by_phone
        how = PartingHow.DONE if by_phone else PartingHow.DROPPED
        if not by_phone:
            self.dismantle()
        self._parts.inbox.put(AgentLeft(now, how))

    def _colleague_goes_on(self) -> bool:
        """Whether somebody else is there for the caller, who has them from now on.

        All three were talking, or a colleague was asked for advice. Somebody outside who was only
        asked something is not given a caller whom nobody has announced.
        """
        colleague, seating = self._colleague, self.seating
        if colleague is None or seating.lent or not (seating.three_way or colleague.site):
            return False
        if not self.hand_to_colleague():
            return False
        if not seating.three_way:
            now = self._parts.inbox.now()
            self._parts.inbox.put(AgentLeft(now, PartingHow.DROPPED, to=colleague.name))
        return True

    def _overheard(self, utterance: Utterance) -> None:
        # What agents discuss while the caller is held is not part of the caller's conversation.
        if not self.seating.away:
            self._parts.minutes.overheard(AGENT, utterance)
