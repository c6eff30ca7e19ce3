"""Trainings and models: start, watch, compare, switch over, go back."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from ivr.core.training import JobState, ModelEntry
from ivr.training import pieces as p
from ivr.training.evaluation import wrong
from ivr.training.follows import intents_in
from ivr.training.models_desk import Doubts
from ivr.training.outcomes import Refused
from ivr.training.pieces import Content
from ivr.web.admin.charts import calibration, confusion_matrix
from ivr.web.admin.console import SHIPPED, Console, PagesOf, missing, who
from ivr.web.admin.labels import KINDS
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

STATES: Mapping[JobState, tuple[str, str]] = {
    JobState.WAITING: (N_("wartet"), "neutral"),
    JobState.TRAINING: (N_("läuft"), "busy"),
    JobState.EVALUATING: (N_("wird geprüft"), "busy"),
    JobState.DONE: (N_("fertig"), "good"),
    JobState.FAILED: (N_("fehlgeschlagen"), "bad"),
    JobState.CANCELLED: (N_("abgebrochen"), "neutral"),
}
_UNTRAINED = ("fact", "word", "test")
"""Kinds of pieces that a training does not take in."""
_HOME = "/admin/models"


class ModelPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/models", self.listed, methods=["GET"])
        add("/models/training", self.training, methods=["GET"])
        add("/models/train", self.train, methods=["POST"])
        add("/models/cancel", self.cancel, methods=["POST"])
        add("/models/back", self.roll_back, methods=["POST"])
        add("/models/of/{key}", self.one, methods=["GET"])
        add("/models/of/{key}/activate", self.activate, methods=["POST"])

    async def listed(self, request: Request, pages: PagesOf) -> Response:
        return pages.page(request, "admin/models.html", **await self._state())

    async def training(self, request: Request, pages: PagesOf) -> Response:
        """The part of the page that changes by itself."""
        return pages.page(request, "admin/models_now.html", **await self._state())

    async def _state(self) -> dict[str, Any]:
        models = await self._console.models.models()
        jobs = await self._console.jobs.jobs()
        active = next((line for line in models if line.active), None)
        changes = await self._console.content.past.changes(limit=60)
        since = active.entry.change if active else 0
        return {
            "models": models,
            "active": active,
            "jobs": jobs,
            "job": next((job for job in jobs if not job.state.over), None),
            "last": jobs[0] if jobs else None,
            "fresh": sum(
                each.number > since and each.by != SHIPPED and each.kind not in _UNTRAINED
                for each in changes
            ),
            "activations": await self._console.models.activations(),
            "states": STATES,
            "places": places_of(
                await self._console.content.content(), jobs[0].places if jobs else ()
            ),
        }

    async def train(self, request: Request, pages: PagesOf) -> Response:
        asked = await self._console.trainer.ask(who(request))
        if isinstance(asked, Refused):
            return _refused(request, pages, asked)
        return RedirectResponse(_HOME, 303)

    async def cancel(self, number: Annotated[int, Form(ge=1)]) -> Response:
        await self._console.trainer.cancel(number)
        return RedirectResponse(_HOME, 303)

    async def one(self, request: Request, pages: PagesOf, key: str) -> Response:
        """A model's figures, and what it does better and worse than the active one."""
        models = await self._console.models.models()
        line = next((each for each in models if each.entry.key == key), None)
        if line is None:
            raise missing()
        compared = spoken = None
        if not line.active:
            found = await self._console.models.compare(key)
            compared = None if isinstance(found, Refused) else found
            spoken = await self._console.models.compare_spoken(key)
        active = next((each.entry.report for each in models if each.active), None)
        return pages.page(
            request,
            "admin/model.html",
            line=line,
            report=line.entry.report,
            compared=compared,
            compared_spoken=spoken,
            active=None if line.active else active,
            key=key,
            state=self._console.spoken.state,
            heard=_heard(line.entry.report),
            weakest=_weakest(line.entry),
            matrix=confusion_matrix(line.entry.report.get("confusions", ())),
            curve=calibration(line.entry.report.get("calibration", ())),
            wrong=wrong(line.entry.report),
        )

    async def activate(
        self, request: Request, pages: PagesOf, key: str, anyway: Annotated[bool, Form()] = False
    ) -> Response:
        made = await self._console.models.activate(key, who(request), anyway=anyway)
        if isinstance(made, Refused):
            return _refused(request, pages, made)
        if isinstance(made, Doubts):
            return pages.page(request, "admin/doubts.html", status=409, key=key, doubts=made.texts)
        return RedirectResponse(_HOME, 303)

    async def roll_back(self, request: Request, pages: PagesOf) -> Response:
        made = await self._console.models.roll_back(who(request))
        if isinstance(made, Refused):
            return _refused(request, pages, made)
        return RedirectResponse(_HOME, 303)


def _refused(request: Request, pages: PagesOf, refused: Refused) -> Response:
    return pages.page(request, "admin/refused.html", status=409, text=refused.text, back=_HOME)


def _weakest(entry: ModelEntry) -> list[tuple[str, Mapping[str, float]]]:
    """Intents by how few of their utterances are found, the worst first."""
    listed: Mapping[str, Mapping[str, float]] = entry.report.get("intents", {})
    return sorted(listed.items(), key=lambda item: (item[1]["recall"], item[1]["precision"]))


def _heard(report: Mapping[str, Any]) -> Mapping[str, str]:
    """What the phone heard of each utterance that was spoken."""
    spoken = report.get("spoken") or {}
    texts = [row[0] for row in spoken.get("utterances", ())]
    return dict(zip(texts, spoken.get("heard", ()), strict=False))


def places_of(content: Content, places: Sequence[str]) -> list[tuple[str, str]]:
    """Where a training's faults are corrected: the page's address, and what it is about."""
    return [_place(content, *place.partition("#")[0].split("/", 1)) for place in places if place]


def _place(content: Content, kind: str, name: str = "") -> tuple[str, str]:
    label = f"{_(KINDS[kind])} „{name}“" if kind in KINDS else name
    if kind == p.ANSWER:
        return f"/admin/answers/{quote(name, safe='')}", label
    named = [name] if kind == p.INTENT else intents_in(content.body(kind, name).get("steps"))
    # A rule is made on the page of the intent that it follows.
    if (
        intent := next((each for each in named if each in content.of(p.INTENT)), None)
    ) is not None:
        return f"/admin/intents/{quote(intent, safe='')}", label
    if name in content.of(kind):
        return f"/admin/changes?{urlencode({'kind': kind, 'name': name})}", label
    return "/admin/files", label
