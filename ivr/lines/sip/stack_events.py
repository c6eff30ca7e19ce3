"""The stack's events as facts for the program."""

from typing import Any

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
