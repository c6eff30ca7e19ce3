"""What the SIP stack can do and its Python library has no command for, by the stack's C functions.

The library's extension exports them; the lock pins the build that they are declared from. Only in
the stack's process: a crash there costs the calls, not the program.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

from baresip import Call, _native

_stack = ctypes.CDLL(_native.__file__)
_POINTER, _TEXT = ctypes.c_void_p, ctypes.c_char_p

_enter = _stack.re_thread_enter
_leave = _stack.re_thread_leave
_leave.restype = None
_find_call = _stack.uag_call_find
_find_call.restype, _find_call.argtypes = _POINTER, [_TEXT]
_handle_of = _stack.bp_call_handle_find
_handle_of.restype, _handle_of.argtypes = ctypes.c_uint32, [_POINTER]
_agent_of = _stack.call_get_ua
_agent_of.restype, _agent_of.argtypes = _POINTER, [_POINTER]
_audio_of = _stack.call_audio
_audio_of.restype, _audio_of.argtypes = _POINTER, [_POINTER]
_stream_of = _stack.audio_strm
_stream_of.restype, _stream_of.argtypes = _POINTER, [_POINTER]
_packets_in = _stack.stream_metric_get_rx_n_packets
_packets_in.restype, _packets_in.argtypes = ctypes.c_uint32, [_POINTER]
_hang_up = _stack.ua_hangupf
_hang_up.restype = None
_hang_up.argtypes = [_POINTER, _POINTER, ctypes.c_uint16, _TEXT, _TEXT]


@contextmanager
def _locked(call: Call) -> Iterator[int | None]:
    """The stack's own call, while the stack does nothing else; None if it is not certain which is
    meant: two of them may have one Call-ID."""
    if not call.call_id or _enter():
        yield None
        return
    try:
        found = _find_call(call.call_id.encode())
        yield found if found and _handle_of(found) == call.handle else None
    finally:
        _leave()


def unavailable(call: Call, retry_after_s: int) -> bool:
    """Refuse a call that rings with 503 and Retry-After; the stack tells as usual that it is over.

    False, and nothing has been done, without a time to try again after, and if the call is not
    found. Takes the stack's lock, for microseconds. The stack may sleep on: what it has to repeat
    waits for its next command.
    """
    if not retry_after_s:
        return False
    headers = f"Retry-After: {retry_after_s}\r\nContent-Length: 0\r\n\r\n"
    with _locked(call) as found:
        if found is None:
            return False
        _hang_up(_agent_of(found), found, 503, b"Service Unavailable", headers.encode())
        return True


def packets_from(call: Call) -> int:
    """How many RTP packets have come, of whatever kind; 0 if the call is not found."""
    with _locked(call) as found:
        audio = None if found is None else _audio_of(found)
        stream = None if audio is None else _stream_of(audio)
        return 0 if stream is None else int(_packets_in(stream))
