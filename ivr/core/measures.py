"""What is measured while the program runs. None of it tells anything about a person."""

from collections.abc import Mapping
from enum import StrEnum

from ivr.core.records import Outcome


class Timing(StrEnum):
    """How long something took, in seconds."""

    RESPONSE = "response_s"
    """From the caller's last sound to the prompt's first."""
    DECODE = "decode_s"
    """One recognition, waiting for a worker not counted."""
    UNDERSTANDING = "understanding_s"
    VOICE = "voice_s"
    """Until a voice's first sound."""
    STORE = "store_s"
    """Until one record was safe."""
    JITTER = "jitter_s"
    """How unevenly the sound of one telephone call came."""
    ROUND_TRIP = "round_trip_s"
    """To a telephone and back, where it reports (RTCP)."""


class Tally(StrEnum):
    """What happened how often."""

    CALLS = "calls"
    """Begun."""
    CALLS_ANSWERED = "calls_answered"
    CALLS_HANDED_OVER = "calls_handed_over"
    CALLS_ABANDONED = "calls_abandoned"
    CALLS_FAILED = "calls_failed"
    STARVED_FRAMES = "starved_frames"
    """Frames the line had to fill with silence because the speaker was late."""
    DROPPED_FRAMES = "dropped_frames"
    """Frames of the caller that nobody took in time."""
    ENGINE_FAILURES = "engine_failures"
    RECORDS_RESCUED = "records_rescued"
    """Records that went to the rescue file because the store was away."""
    RECORDS_LOST = "records_lost"
    REFUSED_FULL = "refused_full"
    """All telephone lines in use: of calls that come in, and of ours."""
    REFUSED_ACCOUNT_FULL = "refused_account_full"
    REFUSED_DRAINING = "refused_draining"
    REFUSED_NOT_OURS = "refused_not_ours"
    """No account for the dialled number."""
    REFUSED_STRANGER = "refused_stranger"
    """From an address that may not call."""
    REFUSED_UNTRACED = "refused_untraced"
    """It was not certain from where."""
    REFUSED_NAMELESS = "refused_nameless"
    """With more in its headers than can be read."""
    REFUSED_BROWSER = "refused_browser"
    """From a browser; the log tells why."""
    LINE_RESTARTS = "line_restarts"
    """How often a line had to be started again after it had died."""
    ONE_WAY_CALLS = "one_way_calls"
    """Calls in which nothing was heard of the caller: firewall or NAT."""
    PACKETS_FROM_PARTIES = "packets_from_parties"
    """Of sound, in telephone calls that have ended; so are all that follow."""
    PACKETS_LOST_FROM_PARTIES = "packets_lost_from_parties"
    PACKETS_LATE = "packets_late"
    """Of those that came."""
    PACKETS_TO_PARTIES = "packets_to_parties"
    PACKETS_LOST_TO_PARTIES = "packets_lost_to_parties"
    """As far as telephones report it (RTCP)."""
    DESK_IN_TIME = "desk_in_time"
    """Callers taken by somebody within their queue's target."""
    DESK_LATE = "desk_late"
    """Callers taken later."""
    DESK_ABANDONED = "desk_abandoned"
    DESK_TURNED_AWAY = "desk_turned_away"
    """Told that nobody can come."""
    OFFERS_ACCEPTED = "offers_accepted"
    OFFERS_REFUSED = "offers_refused"
    OFFERS_MISSED = "offers_missed"
    OFFERS_WITHDRAWN = "offers_withdrawn"
    OFFERS_FAILED = "offers_failed"


class Level(StrEnum):
    """How much there is of something now."""

    CALLS = "calls_now"
    RECOGNIZER_QUEUE = "recognizer_queue"
    JOURNAL_QUEUE = "journal_queue"
    SIP_ACCOUNTS = "sip_accounts_up"
    """Telephone accounts over which calls can come in."""
    DESK_WAITING = "desk_waiting"
    """Callers on the line who wait for somebody."""
    DESK_LONGEST_S = "desk_longest_s"
    DESK_KEPT = "desk_kept"
    """Places that are kept for a call back."""
    AGENTS_SIGNED_OUT = "agents_signed_out"
    AGENTS_FREE = "agents_free"
    AGENTS_RESERVED = "agents_reserved"
    AGENTS_RINGING = "agents_ringing"
    AGENTS_TALKING = "agents_talking"
    AGENTS_WRAP_UP = "agents_wrap_up"
    AGENTS_BREAK = "agents_break"
    AGENTS_NOT_ANSWERING = "agents_not_answering"


OUTCOMES: Mapping[Outcome, Tally] = {
    Outcome.ANSWERED: Tally.CALLS_ANSWERED,
    Outcome.HANDED_OVER: Tally.CALLS_HANDED_OVER,
    Outcome.ABANDONED: Tally.CALLS_ABANDONED,
    Outcome.FAILED: Tally.CALLS_FAILED,
    Outcome.BROKEN_OFF: Tally.CALLS_FAILED,
}
