"""Where calls come from, and whom they are for by their Request-URI: the stack's events do not
tell, but what it traces of each message does.

Nothing of the trace is kept but this and the Call-ID of calls, and it leaves no process.
"""

import asyncio
import logging
import re
import threading
from dataclasses import dataclass, replace

from typing_extensions import override

from ivr.lines.sip.numbers import user_of

KEPT = 512
"""Calls of which the origin is remembered; the oldest is forgotten first."""
_LOOKS = 25
_LOOK_S = 0.02
"""The trace comes by a thread of its own, mostly before the call's event."""
_INVITE = re.compile(r"RX \w+ \[?([0-9A-Fa-f.:]+?)(?:%\w+)?\]?:\d+ -> [^\n]*\nINVITE (\S*)")
_LOGS_ON = re.compile(r"TX \w+ [^\n]* -> \[?([0-9A-Fa-f.:]+?)(?:%\w+)?\]?:\d+\nREGISTER ")
_CALL_ID = re.compile(r"^(?:call-id|i)[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_IN_A_CALL = re.compile(r"^(?:to|t)[ \t]*:[^\r\n]*;[ \t]*tag[ \t]*=", re.IGNORECASE | re.MULTILINE)
"""The called side has named itself: this changes a call that goes on."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Empty is what is not certain."""

    address: str = ""
    dialled: str = ""
    """The user part of the Request-URI."""

    def also(self, other: "Origin") -> "Origin":
        """What is certain of two with one Call-ID: one of them may pretend to be the other."""
        same = replace(self, address=self.address if self.address == other.address else "")
        return same if self.dialled == other.dialled else replace(same, dialled="")


def origin(message: str) -> tuple[str, Origin] | None:
    """Call-ID and origin of a traced INVITE that begins a call; None for any other message."""
    came = _INVITE.match(message)
    call = _CALL_ID.search(message, came.end()) if came is not None else None
    if came is None or call is None or _IN_A_CALL.search(message, came.end()):
        return None
    named = "@" in came[2] or came[2].lower().startswith("tel:")
    return call[1], Origin(came[1], user_of(came[2]) if named else "")


def registrar(message: str) -> str | None:
    """The address that a traced message of ours logs on at; None for any other message."""
    sent = _LOGS_ON.match(message)
    return sent[1] if sent is not None else None


class Sources(logging.Handler):
    """Takes the trace; says from where a call has come."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Origin] = {}
        self._registrars: set[str] = set()
        self._mine = threading.Lock()

    def listen(self) -> None:
        """To what the stack traces from now on; nobody else hears it."""
        trace = logging.getLogger("baresip.native.sip")
        trace.addHandler(self)
        trace.setLevel(logging.DEBUG)
        trace.propagate = False

    @override
    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if server := registrar(message):
            self._registrars.add(server)
        found = origin(message)
        if found is None:
            return
        call, one = found
        with self._mine:
            self._known[call] = one.also(self._known.pop(call, one))
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]

    async def of(self, call: str) -> Origin:
        for _ in range(_LOOKS):
            with self._mine:
                if call in self._known:
                    return self._known[call]
            await asyncio.sleep(_LOOK_S)
        return Origin()

    def is_registrar(self, address: str) -> bool:
        """Whether we have logged on there, or tried to."""
        return address in self._registrars
