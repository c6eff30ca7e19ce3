"""How well a telephone call could be heard: what the network lost of it and brought late.

One account of each call at its end, into the figures, and into the log where it was bad. Sound
that is not sent while nobody speaks is not lost: packets are numbered.
"""

import logging
from dataclasses import dataclass

from ivr.core.measures import Tally, Timing
from ivr.core.ports import Meter

log = logging.getLogger(__name__)

BAD = 0.05
"""From this share of lost packets on, words are lost with them, for people and for recognition."""
_ENOUGH = 250
"""Packets, five seconds: of fewer a share says nothing."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Packets in both directions. What is lost on the way to the party, and how long the way is,
    are known from the party's reports (RTCP) alone; 0 without any."""

    came: int = 0
    lost: int = 0
    """On the way to us."""
    late: int = 0
    """Of those that came; they sound, but later than they should."""
    sent: int = 0
    lost_there: int = 0
    """On the way to the party."""
    jitter_s: float = 0.0
    round_trip_s: float = 0.0

    @property
    def loss(self) -> float:
        """The share of the party's packets that were lost."""
        return _share(self.lost, self.came + self.lost)

    @property
    def loss_there(self) -> float:
        """The share of our packets that were lost."""
        return _share(self.lost_there, self.sent)


def _share(lost: int, of: int) -> float:
    return lost / of if of >= _ENOUGH else 0.0


def account_for(quality: Quality, meter: Meter, sip_call: str) -> None:
    """Into the figures, and the log."""
    meter.count(Tally.PACKETS_FROM_PARTIES, quality.came)
    meter.count(Tally.PACKETS_LOST_FROM_PARTIES, quality.lost)
    meter.count(Tally.PACKETS_LATE, quality.late)
    meter.count(Tally.PACKETS_TO_PARTIES, quality.sent)
    meter.count(Tally.PACKETS_LOST_TO_PARTIES, quality.lost_there)
    if quality.came:
        meter.observe(Timing.JITTER, quality.jitter_s)
    if quality.round_trip_s:
        meter.observe(Timing.ROUND_TRIP, quality.round_trip_s)
    if max(quality.loss, quality.loss_there) >= BAD:
        log.warning(
            "much of a call was lost by the network",
            extra={
                "lost_percent": round(100 * quality.loss, 1),
                "lost_there_percent": round(100 * quality.loss_there, 1),
                "sip_call": sip_call,
            },
        )
