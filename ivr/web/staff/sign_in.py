"""The pages to sign in, to sign out, and to choose a password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from ivr.core.staff import Person
from ivr.web.faults import SIGN_IN
from ivr.web.pages import Pages, pages_of
from ivr.web.part import Part
from ivr.web.staff.cookies import forget_session, session_token, set_session
from ivr.web.staff.entrance import Entrance, Refused, SignedIn
from ivr.web.staff.guard import NotSignedIn, signed_in
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

_Pages = Annotated[Pages, Depends(pages_of)]
_SignedIn = Annotated[Person | None, Depends(signed_in)]
_Text = Annotated[str, Form(max_length=1000)]
_REFUSALS = {
    Refused.WRONG: (403, N_("Name oder Passwort stimmen nicht.")),
    Refused.LOCKED: (
        429,
        N_(
            "Nach mehreren falschen Passwörtern ist die Anmeldung für eine Viertelstunde gesperrt."
            " Ihre Administration kann Ihnen ein neues Passwort geben."
        ),
    ),
    Refused.BUSY: (503, N_("Gerade ist viel los. Bitte versuchen Sie es gleich noch einmal.")),
}


def sign_in_part() -> Part:
    router = APIRouter(prefix="/staff")
    router.add_api_route("/sign-in", _show, methods=["GET"])
    router.add_api_route("/sign-in", _sign_in, methods=["POST"])
    router.add_api_route("/sign-out", _sign_out, methods=["POST"])
    router.add_api_route("/password", _show_password, methods=["GET"])
    router.add_api_route("/password", _change_password, methods=["POST"])
    return Part("staff", router)


async def _show(request: Request, pages: _Pages, person: _SignedIn, next: str = "") -> Response:
    if person is not None:
        return RedirectResponse(_own(next) or pages.home(person), 303)
    return pages.page(request, "staff/sign_in.html", next=_own(next), name="", error="")


async def _sign_in(
    request: Request,
    pages: _Pages,
    name: _Text = "",
    password: _Text = "",
    next: _Text = "",
) -> Response:
    entrance: Entrance = request.app.state.entrance
    result = await entrance.sign_in(name, password, address_of(request))
    if isinstance(result, SignedIn):
        response = RedirectResponse(_own(next) or pages.home(result.person), 303)
        set_session(response, request, result.token, entrance.longest_s)
        return response
    status, text = _REFUSALS[result]
    return pages.page(
        request,
        "staff/sign_in.html",
        status=status,
        next=_own(next),
        name=name,
        error=_(text),
    )


async def _sign_out(request: Request) -> Response:
    entrance: Entrance = request.app.state.entrance
    token = session_token(request)
    if token is not None:
        await entrance.sign_out(token)
    response = RedirectResponse(SIGN_IN, 303)
    forget_session(response, request)
    return response


async def _show_password(request: Request, pages: _Pages, person: _SignedIn) -> Response:
    if person is None:
        raise NotSignedIn
    return pages.page(request, "staff/password.html", error="")


async def _change_password(
    request: Request,
    pages: _Pages,
    person: _SignedIn,
    old: _Text = "",
    new: _Text = "",
    again: _Text = "",
) -> Response:
    token = session_token(request)
    if person is None or token is None:
        raise NotSignedIn
    if new != again:
        error: str | None = N_("Die beiden neuen Passwörter sind verschieden.")
    else:
        entrance: Entrance = request.app.state.entrance
        error = await entrance.change_password(person, old, new, token, address_of(request))
    if error is not None:
        return pages.page(request, "staff/password.html", status=422, error=_(error))
    return RedirectResponse(pages.home(person), 303)


def address_of(request: Request) -> str:
    """Where a request comes from; behind a trusted proxy, whom the proxy names."""
    return request.client.host if request.client else ""


def _own(path: str) -> str:
    """The path if it leads to a page of this program; else nothing: no way out to other sites."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe and len(path) <= 500 and "\\" not in path else ""
