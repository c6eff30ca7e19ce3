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
KEYS = "keys"
"""Tones of keys that were sent otherwise, for the agent to hear."""


class Supervision(StrEnum):
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
    watchers: Mapping[str, Supervision] = field(default_factory=dict)
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


def listened_to(seating: Seating) -> frozenset[str]:
    """Whom supervisors hear: those must know of it. Nobody else is new while the assistant has
    the caller."""
    if not seating.watchers or seating.lent:
        return frozenset()
    heard = {AGENT} | ({COLLEAGUE} if seating.colleague else set())
    return frozenset(heard if seating.away else heard | {CALLER})


def _audible_agent(seating: Seating) -> frozenset[str]:
    return frozenset() if seating.muted or seating.lent else frozenset({AGENT})


def _watchers(seating: Seating, *how: Supervision) -> frozenset[str]:
    return frozenset(seat for seat, watch in seating.watchers.items() if watch in how)


def _caller_hears(seating: Seating) -> frozenset[str]:
    if seating.away:
        # What is said and pressed meanwhile is for the colleague who is consulted.
        return frozenset({MUSIC} if seating.colleague else {MUSIC, VOICE})
    if seating.lent:
        return frozenset({VOICE})
    third = {COLLEAGUE} if seating.colleague else set[str]()
    return _audible_agent(seating) | third | {VOICE} | _watchers(seating, Supervision.JOIN)


def _agent_hears(seating: Seating) -> frozenset[str]:
    third = {COLLEAGUE} if seating.colleague else set[str]()
    caller = {VOICE, KEYS} | (set[str]() if seating.away else {CALLER})
    return frozenset(third | caller) | _watchers(seating, Supervision.WHISPER, Supervision.JOIN)


def _colleague_hears(seating: Seating) -> frozenset[str]:
    if seating.lent:
        return _watchers(seating, Supervision.JOIN)
    caller = {VOICE} | (set[str]() if seating.away else {CALLER})
    return _audible_agent(seating) | caller | _watchers(seating, Supervision.JOIN)
