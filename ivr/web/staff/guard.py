"""Lets only those in who may come: the one place where roles are checked."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import HTTPException, WebSocketException
from starlette.requests import HTTPConnection

from ivr.core.staff import Person, Role
from ivr.web.staff.cookies import session_token
from ivr.web.staff.entrance import Entrance
from ivr.web.texts import gettext as _

_POLICY_VIOLATION = 1008
"""Closing a WebSocket, RFC 6455, 7.4.1."""


class NotSignedIn(Exception):
    """Somebody must sign in first; the shell shows them where."""


class MustChangePassword(Exception):
    """Nothing but a password of their own is open to this person yet."""


def require(role: Role) -> Callable[[HTTPConnection], Awaitable[Person]]:
    """A dependency that gives who asks, and refuses whoever is not at least in `role`.

    For routes and for WebSockets, which must come from a page of ours, too.
    """

    async def guard(connection: HTTPConnection) -> Person:
        if connection.scope["type"] == "websocket" and not _from_here(connection):
            raise WebSocketException(_POLICY_VIOLATION)
        person = await signed_in(connection)
        if person is None:
            raise NotSignedIn
        if person.must_change:
            raise MustChangePassword
        if not person.role.covers(role):
            raise HTTPException(403, _("Diese Seite ist für Ihre Rolle nicht freigegeben."))
        return person

    return guard


async def signed_in(connection: HTTPConnection) -> Person | None:
    """Who asks, if they are signed in; a dependency for pages that are open to all."""
    token = session_token(connection)
    entrance: Entrance = connection.app.state.entrance
    person = None if token is None else await entrance.who(token)
    connection.state.person = person
    return person


def _from_here(connection: HTTPConnection) -> bool:
    """Browsers tell where the page of a WebSocket is from; another site's is none of ours."""
    origin = connection.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == connection.headers.get("host")
