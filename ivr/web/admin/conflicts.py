"""How a form that changes something is answered: saved, refused, or somebody was quicker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response

from ivr.core.training import Change
from ivr.training.differences import Difference
from ivr.training.outcomes import Outcome, Refused
from ivr.web.admin.console import Console, saved, shown
from ivr.web.admin.labels import FIELDS, KINDS, told
from ivr.web.pages import Pages


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else did to a piece, and what the form has to send to stand above it."""

    name: str
    since: Sequence[Change]
    again: Mapping[str, str]
    mine: Sequence[Difference] = ()
    """What the admin changed, where that can be told; else what the form sent is shown."""
    together: Mapping[str, str] = field(default_factory=dict)
    """Fields that hold both, where that can be told."""


async def answered(
    console: Console,
    request: Request,
    pages: Pages,
    outcome: Outcome,
    back: str,
    piece: tuple[str, str, int],
) -> Response:
    """The answer to a form that changes `piece`: kind, name and the version it was made from."""
    if not isinstance(outcome, Refused):
        return saved(back, outcome)
    if not outcome.clash:
        return pages.page(request, "admin/refused.html", status=422, text=outcome.text, back=back)
    return await conflict(request, pages, outcome, back, await since_version(console, *piece))


async def since_version(console: Console, kind: str, name: str, version: int) -> Meanwhile:
    """What happened to a piece since it had this version."""
    history = await console.content.past.changes(kind, name)
    since = [each for each in history if each.version > version]
    newest = since[0].version if since else version
    if history and history[0].after is None:
        # It was taken away: what is saved now is made anew.
        newest = 0
    return Meanwhile(name, since, {"version": str(newest)})


async def since_change(console: Console, refused: Refused, seen: int) -> Meanwhile:
    """What happened since that change to the piece on account of which was refused."""
    kind, name = refused.piece
    history = await console.content.past.changes(kind, name)
    since = [each for each in history if each.number > seen]
    newest = max(
        (each.number for each in await console.content.past.changes(limit=1)), default=seen
    )
    return Meanwhile(name, since, {"seen": str(newest)})


async def conflict(
    request: Request, pages: Pages, refused: Refused, back: str, meanwhile: Meanwhile
) -> Response:
    """Somebody was quicker: what they changed, what was wanted, and a choice."""
    form = await request.form()
    fields = [
        (key, value)
        for key, value in form.multi_items()
        if key != "csrf" and key not in meanwhile.again and isinstance(value, str)
    ]
    return pages.page(
        request,
        "admin/conflict.html",
        status=409,
        text=refused.text,
        back=back,
        meanwhile=meanwhile,
        since=shown(meanwhile.since),
        gone=bool(meanwhile.since) and meanwhile.since[0].after is None,
        fields=[*meanwhile.again.items(), *fields],
        told=list(told(fields)),
        labels=(KINDS, FIELDS),
    )
