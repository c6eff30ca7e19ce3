"""Facts of the company, which calls tell at once: hours, address, products, notices of the day."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from ivr.training import pieces as p
from ivr.training.company import SECTIONS
from ivr.web.admin.company_forms import FORMS, from_form
from ivr.web.admin.conflicts import answered
from ivr.web.admin.console import Console, PagesOf, missing, who
from ivr.web.admin.labels import DAYS
from ivr.web.texts import N_

TITLES = {
    "notices": N_("Hinweise des Tages"),
    "hours": N_("Öffnungszeiten"),
    "agents": N_("Zeiten der Mitarbeitenden"),
    "products": N_("Artikel"),
    "contact": N_("Adresse und Kontakt"),
    "greeting": N_("Begrüßung"),
    "shipping": N_("Versand"),
    "terms": N_("Bedingungen"),
    "appointments": N_("Termine"),
}


class CompanyPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/company", self.home, methods=["GET"])
        router.add_api_route("/company/{section}", self.show, methods=["GET"])
        router.add_api_route("/company/{section}", self.change, methods=["POST"])
        router.add_api_route("/company/{section}/reset", self.reset, methods=["POST"])

    async def home(self) -> Response:
        return RedirectResponse("/admin/company/notices", 303)

    async def show(self, request: Request, pages: PagesOf, section: str) -> Response:
        return await self._page(request, pages, section)

    async def _page(
        self,
        request: Request,
        pages: PagesOf,
        section: str,
        *,
        error: str = "",
        given: Any = None,
        status: int = 200,
    ) -> Response:
        if section not in TITLES or section not in SECTIONS:
            raise missing()
        value, version = await self._console.company.section(section)
        return pages.page(
            request,
            "admin/company.html",
            status=status,
            section=section,
            titles=TITLES,
            days=DAYS,
            fields=FORMS.get(section, ()),
            value=value if given is None else given,
            version=version,
            error=error,
        )

    async def change(
        self, request: Request, pages: PagesOf, section: str, version: Annotated[int, Form(ge=0)]
    ) -> Response:
        if section not in TITLES:
            raise missing()
        now, _version = await self._console.company.section(section)
        value = from_form(section, now, await request.form())
        outcome = await self._console.company.set_section(section, value, version, who(request))
        if not hasattr(outcome, "changes") and not outcome.clash:
            return await self._page(
                request, pages, section, error=outcome.text, given=value, status=422
            )
        back, piece = f"/admin/company/{section}", (p.FACT, section, version)
        return await answered(self._console, request, pages, outcome, back, piece)

    async def reset(
        self, request: Request, pages: PagesOf, section: str, version: Annotated[int, Form(ge=0)]
    ) -> Response:
        outcome = await self._console.company.reset_section(section, version, who(request))
        back, piece = f"/admin/company/{section}", (p.FACT, section, version)
        return await answered(self._console, request, pages, outcome, back, piece)
