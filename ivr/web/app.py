"""The web shell: one application that all packages of pages plug into."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

from ivr.web.faults import SIGN_IN, install_faults
from ivr.web.pages import STATIC, Pages
from ivr.web.part import Part
from ivr.web.protection import Protection
from ivr.web.staff.csrf import check_csrf
from ivr.web.staff.entrance import Entrance
from ivr.web.staff.sign_in import sign_in_part

_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Shell:
    """What the pages of all parts share; `app.state.shell` in a request."""

    company: str
    zone: ZoneInfo
    entrance: Entrance


def make_app(shell: Shell, parts: Sequence[Part]) -> FastAPI:
    """The application with the pages of `parts`, behind sign-in, roles and protection.

    A part's own routes come first, so a part may take `/`; without one, `/` is the sign-in.
    """
    everything = [*parts, sign_in_part()]
    nav = [entry for part in everything for entry in part.nav]
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.shell = shell
    app.state.entrance = shell.entrance
    app.state.pages = pages = Pages(shell.company, shell.zone, nav)
    for part in everything:
        app.include_router(part.router, dependencies=[Depends(check_csrf)])
        if part.public is not None:
            app.include_router(part.public)
    app.mount("/static", _Static(directory=STATIC), name="static")

    @app.get("/")
    async def front_door() -> Response:
        return RedirectResponse(SIGN_IN, 303)

    install_faults(app, pages)
    bodies = {path: size for part in everything for path, size in part.largest_bodies.items()}
    app.add_middleware(Protection, largest_bodies=bodies)
    return app


class _Static(StaticFiles):
    """Files whose address changes with their content may be kept for good."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope["query_string"].startswith(b"v="):
            response.headers["Cache-Control"] = _FOR_GOOD
        else:
            response.headers["Cache-Control"] = "no-cache"
        return response
