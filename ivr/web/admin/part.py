"""The console's pages, as the web shell takes them."""

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from ivr.core.staff import Role
from ivr.web.admin.answers import AnswerPages
from ivr.web.admin.changes import ChangePages
from ivr.web.admin.company import CompanyPages
from ivr.web.admin.console import Console
from ivr.web.admin.files import LARGEST_IMPORT, FilePages
from ivr.web.admin.hearing import HearingPages
from ivr.web.admin.inbox import InboxPages
from ivr.web.admin.intents import IntentPages
from ivr.web.admin.models import ModelPages
from ivr.web.admin.reports import ReportPages
from ivr.web.admin.spoken import SpokenPages
from ivr.web.admin.trying import TryPages
from ivr.web.admin.words import WordPages
from ivr.web.part import NavEntry, Part
from ivr.web.staff.guard import require
from ivr.web.texts import N_


def admin_part(console: Console) -> Part:
    """All pages below `/admin`, for admins alone."""
    router = APIRouter(prefix="/admin", dependencies=[Depends(require(Role.ADMIN))])
    router.add_api_route("", _home, methods=["GET"])
    for pages in (
        InboxPages(console),
        HearingPages(console),
        IntentPages(console),
        AnswerPages(console),
        WordPages(console),
        CompanyPages(console),
        ModelPages(console),
        SpokenPages(console),
        TryPages(console),
        ReportPages(console),
        FilePages(console),
        ChangePages(console),
    ):
        pages.add_to(router)
    return Part(
        "admin",
        router,
        nav=(NavEntry("/admin", N_("Assistent"), Role.ADMIN),),
        largest_bodies={"/admin/files": LARGEST_IMPORT},
    )


async def _home() -> Response:
    return RedirectResponse("/admin/inbox", 303)
