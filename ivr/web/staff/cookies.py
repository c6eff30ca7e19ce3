"""The two cookies of the pages, and what makes them safe.

Both are out of reach of scripts and are not sent with requests that other sites start, except
for following a link. Over HTTPS they are bound to this very host (`__Host-`, RFC 6265bis).
"""

from fastapi import Response
from starlette.requests import HTTPConnection

_SESSION, _VISITOR = "ivr_session", "ivr_visitor"
_BOUND = "__Host-"
_LONGEST = 128
"""Characters; ours have 43."""


def session_token(connection: HTTPConnection) -> str | None:
    """What the browser shows for being signed in, true or not."""
    return _cookie(connection, _SESSION)


def visitor_token(connection: HTTPConnection) -> str | None:
    """A random mark of a browser nobody has signed in with."""
    return _cookie(connection, _VISITOR)


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser came by TLS, to this program or to a trusted proxy before it."""
    return connection.url.scheme in ("https", "wss")


def set_session(response: Response, connection: HTTPConnection, token: str, max_age: int) -> None:
    _set(response, connection, _SESSION, token, max_age)


def forget_session(response: Response, connection: HTTPConnection) -> None:
    _set(response, connection, _SESSION, "", 0)


def visitor_header(token: str, *, secure: bool) -> str:
    """The `Set-Cookie` that gives a browser its mark; gone when the browser is closed."""
    name, flags = (_BOUND + _VISITOR, "; Secure") if secure else (_VISITOR, "")
    return f"{name}={token}; Path=/; HttpOnly; SameSite=Lax{flags}"


def _cookie(connection: HTTPConnection, name: str) -> str | None:
    value = connection.cookies.get(_BOUND + name if is_secure(connection) else name)
    return value if value and len(value) <= _LONGEST else None


def _set(
    response: Response, connection: HTTPConnection, name: str, value: str, max_age: int
) -> None:
    secure = is_secure(connection)
    response.set_cookie(
        _BOUND + name if secure else name,
        value,
        max_age=max_age,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
