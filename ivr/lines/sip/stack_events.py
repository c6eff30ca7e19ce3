"""The stack's events as facts for the program."""

from typing import Any

from baresip import CallStats
from baresip.events import Event, StackEvent

_TELL = {
    Event.REGISTER_OK: "registered",
    Event.REGISTER_FAIL: "register_failed",
    Event.CALL_RINGING: "ringing",
    Event.CALL_PROGRESS: "ringing",
    Event.CALL_RTPESTAB: "rtp",
}


def fact_of(event: StackEvent, account: str) -> dict[str, Any] | None:
    """What the program is told of an event; None if it is none of its business."""
    kind = _TELL.get(event.event)
    if kind is None:
        return None
    return {"event": kind, "call": event.call, "account": account, "text": event.text or ""}


def ringing(event: StackEvent, account: str) -> dict[str, Any]:
    """A call has come; from where and for whom is not known yet."""
    return {
        "event": "incoming",
        "call": event.call,
        "account": account,
        "peer": event.peer or "",
        "sip_id": event.call_id or "",
        "headers": event.headers,
        "source": None,
        "registrar": False,
        "dialled": "",
    }


def nameless(event: StackEvent) -> int | None:
    """The call of which nothing else is told: its headers were more than an event carries."""
    if event.event is Event.CALL_INCOMING and not event.call:
        return event.handle
    return None


def quality_of(stats: CallStats | None) -> dict[str, Any]:
    """What the stack knows of a call at its end, as the fields of `Quality`."""
    if stats is None:
        return {}
    # The jitter buffer counts gaps also where no reports are sent.
    lost = stats.rx_lost if stats.jbuf_lost is None else stats.jbuf_lost
    jitter_ms = stats.rx_jitter_ms if stats.jbuf_jitter_ms is None else stats.jbuf_jitter_ms
    return {
        "came": stats.rx_packets,
        # We send all the time: more than that has not been lost, but numbered anew.
        "lost": max(0, min(lost, stats.tx_packets)),
        "late": stats.jbuf_late or 0,
        "sent": stats.tx_packets,
        # Negative where packets are doubled on the way.
        "lost_there": max(0, stats.tx_lost),
        "jitter_s": jitter_ms / 1000,
        "round_trip_s": stats.rtt_ms / 1000,
    }
