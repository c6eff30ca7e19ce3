"""What the SIP stack can do and its Python library has no command for, by the stack's C functions.

The library's extension exports them; the lock pins the build that they are declared from. Only in
the stack's process: a crash there costs the calls, not the program.
"""

import ctypes

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
_hang_up = _stack.ua_hangupf
_hang_up.restype = None
_hang_up.argtypes = [_POINTER, _POINTER, ctypes.c_uint16, _TEXT, _TEXT]


def unavailable(call: Call, retry_after_s: int) -> bool:
    """Refuse a call that rings with 503 and Retry-After; the stack tells as usual that it is over.

    False, and nothing has been done, without a time to try again after, and if it is not certain
    which call is meant: two of them may have one Call-ID. Takes the stack's lock, for
    microseconds. The stack may sleep on: what it has to repeat waits for its next command.
    """
    if not retry_after_s or not call.call_id:
        return False
    headers = f"Retry-After: {retry_after_s}\r\nContent-Length: 0\r\n\r\n"
    if _enter():
        return False
    try:
        found = _find_call(call.call_id.encode())
        if not found or _handle_of(found) != call.handle:
            return False
        _hang_up(_agent_of(found), found, 503, b"Service Unavailable", headers.encode())
        return True
    finally:
        _leave()
