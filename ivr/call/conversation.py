"""What people at the desk can do in a call: the one surface for their pages and telephones.

All of it returns at once; what comes of it is told by `news`. Whoever calls this has checked that
they may. Raises NotConnected where it needs an agent in the call and there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ivr.call.news import NewsHub, Subscription
from ivr.call.seating import Seating, Supervision
from ivr.call.switchboard import Switchboard
from ivr.core.desk import PartingHow, Taken
from ivr.core.errors import NotConnected
from ivr.core.events import AgentCorrected, AgentLeft, AgentSays, CallEvent
from ivr.core.ports import Leg
from ivr.core.records import CallRecord, CallStart


@dataclass(frozen=True, slots=True)
class Access:
    """What a conversation needs of its call."""

    record: Callable[[], CallRecord]
    put: Callable[[CallEvent], None]
    now: Callable[[], float]
    number: Callable[[], int]
    """Of the caller's present place in the queue."""


class Conversation:
    """One live call, for the people in it and around it."""

    def __init__(
        self, start: CallStart, board: Switchboard, news: NewsHub, access: Access
    ) -> None:
        self.start = start
        self._board = board
        self._news = news
        self._access = access

    @property
    def call_id(self) -> str:
        """As the desk calls it; `start` has the record's."""
        return self._board.desk_id

    @property
    def seating(self) -> Seating:
        """How everybody sits now."""
        return self._board.seating

    @property
    def connected(self) -> bool:
        """Whether an agent is in the call now."""
        return self._board.connected

    @property
    def agent(self) -> str | None:
        """The id of the agent whose call this is, lost or not; None while there is none."""
        taken = self._board.line.taken
        return None if taken is None else taken.agent

    def record(self) -> CallRecord:
        """What is known of the call by now, with all turns so far."""
        return self._access.record()

    def news(self) -> Subscription:
        """All that happens from now on: turns, keys, arrangements, comings and goings, the end."""
        return self._news.subscribe()

    def hold(self) -> None:
        """The caller hears music, and is not heard."""
        self._arrange(replace(self.seating, held=True))

    def resume(self) -> None:
        self._arrange(replace(self.seating, held=False))

    def mute(self, on: bool = True) -> None:
        """The agent is heard by nobody."""
        self._arrange(replace(self.seating, muted=on))

    def consult(self, colleague: Taken) -> None:
        """The agent talks with a colleague, whose open leg this is; the caller is on hold."""
        self._connected().consult(colleague)

    def three_way(self) -> None:
        """Caller, agent and the consulted colleague talk with each other."""
        self._with_colleague()
        self._arrange(replace(self.seating, three_way=True))

    def end_consult(self) -> None:
        """The colleague leaves; the caller is back with the agent. Harmless without one."""
        self._connected().drop_colleague()

    def transfer(self, to: Taken | None = None) -> None:
        """Give the caller to somebody whose leg is open, or to the consulted colleague.

        The agent's part is over with it.
        """
        board = self._connected()
        if to is not None:
            board.exchange(to)
        elif not board.hand_to_colleague():
            raise NotConnected("there is no colleague in this call to give the caller to")

    def transfer_to_queue(self, queue: str) -> None:
        """Let the caller wait in another queue. The agent's part is over with it."""
        self._leave(PartingHow.TRANSFERRED, queue=queue)

    def return_to_assistant(self, wish: str = "", *, wait: bool = True) -> None:
        """Let the assistant take over: what `wish` says, as if the caller had said it.

        With `wait` the agent listens and has the caller back when that is done.
        """
        self._connected()
        if self.start.outbound:
            raise NotConnected("whom we have called was not told of an assistant")
        self._access.put(AgentLeft(self._access.now(), PartingHow.RETURNED, wish=wish, waits=wait))

    def say(self, text: str) -> None:
        """Let the hotline's voice say this to caller and agent: a suggested answer."""
        self._connected()
        self._access.put(AgentSays(self._access.now(), text))

    def correct(self, slot: str, value: str) -> None:
        """The agent has put a slot right; the assistant knows it when it has the caller again."""
        self._access.put(AgentCorrected(self._access.now(), slot, value))

    def send_keys(self, keys: str) -> None:
        """Press these keys towards whom the agent speaks with. Raises ValueError on what is no
        key."""
        self._connected().send_keys(keys)

    def hang_up(self) -> None:
        """The agent ends the call."""
        self._leave(PartingHow.DONE)

    def rejoin(self, leg: Leg) -> None:
        """The agent who was lost is back on this leg."""
        board = self._board
        if board.line.taken is None or board.connected:
            raise NotConnected("no agent is missing in this call: it has gone on to somebody else")
        board.line.rejoined(leg, self._access.number())

    def watch(
        self, leg: Leg, how: Supervision = Supervision.LISTEN, *, notice: str = "", name: str = ""
    ) -> str:
        """A supervisor of this name listens in, whispers or joins; the name of their seat.

        `notice` is said to all whom they hear, now and whenever somebody else comes in. It is on
        record who was there. Not while the assistant has the caller.
        """
        return self._connected().watch(leg, how, notice, name)

    def change_watch(self, seat: str, how: Supervision, name: str = "") -> None:
        self._connected().change_watch(seat, how, name)

    def unwatch(self, seat: str, name: str = "") -> None:
        """The supervisor leaves. Leaving twice is harmless."""
        self._board.change_watch(seat, None, name)

    def _connected(self) -> Switchboard:
        if not self._board.connected:
            raise NotConnected("no agent is in this call now")
        return self._board

    def _with_colleague(self) -> None:
        if not self._connected().seating.colleague:
            raise NotConnected("there is no colleague in this call: consult one first")

    def _arrange(self, seating: Seating) -> None:
        self._connected().arrange(seating)

    def _leave(self, how: PartingHow, queue: str = "") -> None:
        self._connected()
        self._access.put(AgentLeft(self._access.now(), how, queue=queue))
