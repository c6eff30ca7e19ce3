"""Who hears whom in a call with people: one matrix for every arrangement of a desk. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CALLER = "caller"
AGENT = "agent"
COLLEAGUE = "colleague"
"""Whom the agent consults, or who joins the two."""
VOICE = "voice"
"""The hotline's own."""
MUSIC = "music"


class Watch(StrEnum):
    """What a supervisor does in somebody else's call."""

    LISTEN = "listen"
    """Hears all, heard by nobody."""
    WHISPER = "whisper"
    """Heard by the agent alone."""
    JOIN = "join"
    """Heard by all."""


@dataclass(frozen=True, slots=True)
class Seating:
    """How a call with an agent is arranged at the moment."""

    held: bool = False
    """The caller hears music, and nobody hears the caller."""
    muted: bool = False
    """The agent is heard by nobody."""
    colleague: bool = False
    """Somebody else is there; the caller is held meanwhile, unless all three talk."""
    three_way: bool = False
    lent: bool = False
    """The assistant has the caller back; the agent listens."""
    watchers: Mapping[str, Watch] = field(default_factory=dict)
    """Supervisors, by the name of their seat."""

    @property
    def away(self) -> bool:
        """Whether the caller is out of the conversation, and hears music."""
        return not self.lent and (self.held or (self.colleague and not self.three_way))


def hearing(seating: Seating) -> dict[str, frozenset[str]]:
    """For each listener whom they hear."""
    agent = _agent_hears(seating)
    heard = {CALLER: _caller_hears(seating), AGENT: agent}
    if seating.colleague:
        heard[COLLEAGUE] = _colleague_hears(seating)
    for seat in seating.watchers:
        heard[seat] = (agent | _audible_agent(seating)) - {seat}
    return heard


def _audible_agent(seating: Seating) -> frozenset[str]:
    return frozenset() if seating.muted or seating.lent else frozenset({AGENT})


def _watchers(seating: Seating, *how: Watch) -> frozenset[str]:
    return frozenset(seat for seat, watch in seating.watchers.items() if watch in how)


def _caller_hears(seating: Seating) -> frozenset[str]:
    if seating.away:
        return frozenset({MUSIC, VOICE})
    if seating.lent:
        return frozenset({VOICE})
    third = {COLLEAGUE} if seating.colleague else set[str]()
    return _audible_agent(seating) | third | {VOICE} | _watchers(seating, Watch.JOIN)


def _agent_hears(seating: Seating) -> frozenset[str]:
    third = {COLLEAGUE} if seating.colleague else set[str]()
    caller = set[str]() if seating.away else {CALLER, VOICE}
    return frozenset(third | caller) | _watchers(seating, Watch.WHISPER, Watch.JOIN)


def _colleague_hears(seating: Seating) -> frozenset[str]:
    caller = set[str]() if seating.away or seating.lent else {CALLER, VOICE}
    return _audible_agent(seating) | caller | _watchers(seating, Watch.JOIN)
