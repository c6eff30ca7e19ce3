"""Where calls come from: the stack's events do not tell, but what it traces of each message does.

Nothing of the trace is kept but the address and the Call-ID of calls, and it leaves no process.
"""

import asyncio
import logging
import re
import threading

from typing_extensions import override

KEPT = 512
"""Calls of which the address is remembered; the oldest is forgotten first."""
_LOOKS = 25
_LOOK_S = 0.02
"""The trace comes by a thread of its own, mostly before the call's event."""
_INVITE = re.compile(r"RX \w+ \[?([0-9A-Fa-f.:]+?)(?:%\w+)?\]?:\d+ -> [^\n]*\nINVITE ")
_LOGS_ON = re.compile(r"TX \w+ [^\n]* -> \[?([0-9A-Fa-f.:]+?)(?:%\w+)?\]?:\d+\nREGISTER ")
_CALL_ID = re.compile(r"^(?:call-id|i)[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_SEVERAL = ""


def origin(message: str) -> tuple[str, str] | None:
    """Call-ID and source address of a traced INVITE; None for any other message."""
    came = _INVITE.match(message)
    call = _CALL_ID.search(message, came.end()) if came is not None else None
    return (call[1], came[1]) if came is not None and call is not None else None


def registrar(message: str) -> str | None:
    """The address that a traced message of ours logs on at; None for any other message."""
    sent = _LOGS_ON.match(message)
    return sent[1] if sent is not None else None


class Sources(logging.Handler):
    """Takes the trace; says from where a call has come."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}
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
        call, address = found
        with self._mine:
            # Two with the same Call-ID: one of them pretends to be the other.
            same = self._known.pop(call, address) == address
            self._known[call] = address if same else _SEVERAL
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]

    async def of(self, call: str) -> str:
        """The address it came from; empty if that is not certain."""
        for _ in range(_LOOKS):
            with self._mine:
                if call in self._known:
                    return self._known[call]
            await asyncio.sleep(_LOOK_S)
        return ""

    def is_registrar(self, address: str) -> bool:
        """Whether we have logged on there, or tried to."""
        return address in self._registrars
