"""Keeps other sites from acting in the name of somebody who is signed in here (CSRF).

Every request that may change something must repeat a token that is derived from the browser's own
cookie: in the field `csrf` of a form, or in the header `X-CSRF-Token`. Other sites can make a
browser send its cookie, but they cannot read it, and so cannot know the token.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from fastapi import HTTPException, Request

from ivr.web.staff.cookies import session_token, visitor_token
from ivr.web.texts import gettext as _

HEADER = "x-csrf-token"
FIELD = "csrf"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def csrf_token(request: Request) -> str:
    """The token for the forms of this browser, which gets a mark of its own if it has none."""
    secret = session_token(request) or visitor_token(request)
    if secret is None:
        secret = getattr(request.state, "new_visitor", None) or secrets.token_urlsafe(32)
        request.state.new_visitor = secret
    return _derived(secret)


async def check_csrf(request: Request) -> None:
    """A dependency: refuse with 403 what a page of ours has not sent."""
    if request.method in _SAFE:
        return
    secret = session_token(request) or visitor_token(request)
    given = request.headers.get(HEADER) or await _from_form(request)
    other_site = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if other_site or secret is None or not _same(given, _derived(secret)):
        raise HTTPException(403, _("Diese Seite ist nicht mehr gültig. Bitte laden Sie sie neu."))


def _derived(secret: str) -> str:
    digest = hmac.new(secret.encode("utf-8", "replace"), b"ivr csrf", sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


async def _from_form(request: Request) -> str:
    if not request.headers.get("content-type", "").lower().startswith(_FORMS):
        return ""
    value = (await request.form()).get(FIELD)
    return value if isinstance(value, str) else ""
