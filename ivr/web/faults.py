"""What people see when a page cannot be shown: one sentence that says why and what to do."""

import logging
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from ivr.core.errors import RecordRefused, StoreUnavailable
from ivr.web.pages import Pages
from ivr.web.staff.guard import MustChangePassword, NotSignedIn
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

log = logging.getLogger(__name__)

SIGN_IN = "/staff/sign-in"
PASSWORD = "/staff/password"  # noqa: S105 - an address
_TEXTS = {
    400: N_("Diese Anfrage ist nicht zu verstehen."),
    403: N_("Diese Seite ist für Sie nicht freigegeben."),
    404: N_("Diese Seite gibt es nicht."),
    405: N_("Das geht auf dieser Seite nicht."),
    413: N_("Das ist zu groß."),
    422: N_("In diesem Formular fehlt etwas, oder etwas passt nicht."),
    429: N_("Das war zu oft in zu kurzer Zeit. Bitte warten Sie einen Moment."),
    500: N_("Hier ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal."),
    503: N_(
        "Die Datenbank ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal."
    ),
}


def install_faults(app: FastAPI, pages: Pages) -> None:
    """Answer every failure: people get a page, scripts get JSON with the field `error`."""

    def answer(request: Request, status: int, text: str = "") -> Response:
        text = text or _(_TEXTS.get(status, _TEXTS[500]))
        if not wants_page(request):
            return JSONResponse({"error": text}, status)
        return pages.page(request, "fault.html", status=status, text=text, code=status)

    @app.exception_handler(StarletteHTTPException)
    async def refused(request: Request, error: StarletteHTTPException) -> Response:
        # Starlette's own texts are English; ours come from the catalog.
        own = isinstance(error, HTTPException) and isinstance(error.detail, str)
        response = answer(request, error.status_code, str(error.detail) if own else "")
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> Response:
        return answer(request, 422)

    @app.exception_handler(StoreUnavailable)
    async def away(request: Request, error: StoreUnavailable) -> Response:
        log.error("a page needs the database, which is away", extra={"error": str(error)})
        return answer(request, 503)

    @app.exception_handler(RecordRefused)
    async def misfit(request: Request, error: RecordRefused) -> Response:
        log.error("a page wanted to keep what does not fit", extra={"error": str(error)})
        return answer(request, 422)

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        # Starlette raises it again, and the server logs where it happened.
        return answer(request, 500)

    _install_ways_in(app)


def _install_ways_in(app: FastAPI) -> None:
    """Who may not be shown a page yet is sent to where they get in."""

    @app.exception_handler(NotSignedIn)
    async def stranger(request: Request, error: NotSignedIn) -> Response:
        back = request.url.path if request.method == "GET" else ""
        return _send_to(request, f"{SIGN_IN}?next={quote(back)}" if back else SIGN_IN)

    @app.exception_handler(MustChangePassword)
    async def unsettled(request: Request, error: MustChangePassword) -> Response:
        return _send_to(request, PASSWORD)


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer, and not a script."""
    return "text/html" in request.headers.get("accept", "") and not _from_htmx(request)


def _send_to(request: Request, where: str) -> Response:
    if _from_htmx(request):
        return Response(status_code=401, headers={"HX-Redirect": where})
    if wants_page(request):
        return RedirectResponse(where, 303)
    return JSONResponse({"error": _("Bitte melden Sie sich an."), "sign_in": where}, 401)


def _from_htmx(request: Request) -> bool:
    return "hx-request" in request.headers
