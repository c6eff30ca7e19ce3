"""Pages about intents: the list, one intent with its examples, a new question with its answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from ivr.training import pieces as p
from ivr.training.differences import differences, merged
from ivr.training.examples import Example, marked
from ivr.training.follows import Follow, Then
from ivr.training.hints import Hint
from ivr.training.naming import name_for
from ivr.training.outcomes import IntentLine, Refused
from ivr.web.admin.conflicts import answered, conflict, since_change, since_version
from ivr.web.admin.console import Console, PagesOf, missing, saved, who
from ivr.web.admin.examples_form import lines_of, received, rows, sent
from ivr.web.admin.labels import FOLLOWS
from ivr.web.pages import Pages
from ivr.web.texts import gettext as _

Text = Annotated[str, Form(max_length=2000)]
Texts = Annotated[list[str], Form()]
Version = Annotated[int, Form(ge=0)]

ORDERS: dict[str, Callable[[IntentLine], Any]] = {
    "name": lambda line: line.name,
    "size": lambda line: -line.examples,
    "small": lambda line: line.examples,
}


class IntentPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/intents", self.listed, methods=["GET"])
        add("/intents/hints", self.every_hint, methods=["GET"])
        add("/intents/names", self.names, methods=["GET"])
        add("/intents/new", self.new, methods=["GET"])
        add("/intents/new", self.create, methods=["POST"])
        add("/intents/new/hints", self.new_hints, methods=["POST"])
        # Names from Rasa's files may hold slashes ("faq/opening_hours").
        add("/intents/{name:path}/hints", self.hints, methods=["GET"])
        add("/intents/{name:path}", self.one, methods=["GET"])
        add("/intents/{name:path}/hints", self.draft_hints, methods=["POST"])
        add("/intents/{name:path}/examples", self.set_examples, methods=["POST"])
        add("/intents/{name:path}/follow", self.set_follow, methods=["POST"])
        add("/intents/{name:path}/settings", self.set_settings, methods=["POST"])
        add("/intents/{name:path}/switch", self.switch, methods=["POST"])
        add("/intents/{name:path}/remove", self.remove, methods=["POST"])

    async def listed(
        self, request: Request, pages: PagesOf, q: str = "", order: str = "name"
    ) -> Response:
        lines = await self._console.content.intents(q)
        lines = tuple(sorted(lines, key=ORDERS.get(order, ORDERS["name"])))
        part = "hx-request" in request.headers
        return pages.page(
            request,
            "admin/intent_rows.html" if part else "admin/intents.html",
            lines=lines,
            q=q,
            order=order,
            total=sum(line.examples for line in lines),
        )

    async def every_hint(self, request: Request, pages: PagesOf, every: bool = False) -> Response:
        hints = await self._console.hints.hints()
        at = "/admin/intents/hints"
        return _hint_list(request, pages, hints, at=at, every=every)

    async def names(self, request: Request, q: str = "") -> list[dict[str, Any]]:
        """For search as one types: intents by name or by what callers say."""
        lines = await self._console.content.intents(q)
        return [{"name": line.name, "examples": line.examples} for line in lines[:12]]

    async def one(self, request: Request, pages: PagesOf, name: str) -> Response:
        page = await self._console.content.intent(name)
        if page is None:
            raise missing()
        content = await self._console.content.content()
        return pages.page(
            request,
            "admin/intent.html",
            intent=page,
            line=page.line,
            rows=rows(page.examples),
            entities=content.entities(),
            answer=page.answer,
            answers=sorted(content.of(p.ANSWER)),
            forms=sorted(str(form) for form in content.domain("forms")),
            queues=self._console.queues,
            follows=FOLLOWS,
            variables=self._console.variables(),
            can_speak=self._console.speak is not None,
        )

    async def hints(
        self, request: Request, pages: PagesOf, name: str, every: bool = False
    ) -> Response:
        hints = await self._console.hints.about(p.INTENT, name)
        at = f"/admin/intents/{name}/hints"
        return _hint_list(request, pages, hints, at=at, every=every, about=name)

    async def draft_hints(
        self,
        request: Request,
        pages: PagesOf,
        name: str,
        examples: Annotated[str, Form(max_length=900_000)],
    ) -> Response:
        """Of what is in the editor and not saved yet."""
        texts = [marked(each) for each in received(examples)]
        hints = await self._console.hints.draft(name, texts)
        return _hint_list(request, pages, hints, about=name)

    async def new_hints(
        self,
        request: Request,
        pages: PagesOf,
        question: Text = "",
        examples: Annotated[str, Form(max_length=100_000)] = "",
    ) -> Response:
        """Of a question that is still being written. That it has few examples yet is known."""
        found = await self._console.hints.draft("", lines_of(question, examples))
        hints = [each for each in found if each.kind != "few"]
        return _hint_list(request, pages, hints)

    async def new(self, request: Request, pages: PagesOf, text: str = "") -> Response:
        return self._new_page(request, pages, "", [text] if text else [], [""], "")

    async def create(
        self,
        request: Request,
        pages: PagesOf,
        question: Text = "",
        name: Text = "",
        examples: Annotated[str, Form(max_length=100_000)] = "",
        wording: Texts = [],  # noqa: B006 - FastAPI copies it
    ) -> Response:
        listed = lines_of(question, examples)
        name = name or name_for(question)
        wordings = [each for each in wording if each.strip()]
        outcome = await self._console.content.new_intent(name, listed, wordings, who(request))
        if isinstance(outcome, Refused):
            return self._new_page(
                request, pages, name, listed, wordings or [""], outcome.text, status=422
            )
        return saved(f"/admin/intents/{name}", outcome)

    def _new_page(
        self,
        request: Request,
        pages: PagesOf,
        name: str,
        examples: Sequence[str],
        wordings: Sequence[str],
        error: str,
        *,
        status: int = 200,
    ) -> Response:
        return pages.page(
            request,
            "admin/intent_new.html",
            status=status,
            name=name,
            question=examples[0] if examples else "",
            examples=examples[1:],
            wordings=wordings,
            error=error,
            variables=self._console.variables(),
            can_speak=self._console.speak is not None,
        )

    async def set_examples(
        self,
        request: Request,
        pages: PagesOf,
        name: str,
        version: Version,
        examples: Annotated[str, Form(max_length=900_000)],
    ) -> Response:
        mine = received(examples)
        desk, back = self._console.content, f"/admin/intents/{name}"
        outcome = await desk.set_examples(name, mine, version, who(request))
        piece = (p.INTENT, name, version)
        if isinstance(outcome, Refused) and outcome.clash:
            now = await desk.intent(name)
            if now is None:
                raise missing()
            base = await self._base(name, version)
            changed = differences({"examples": list(base)}, {"examples": mine})
            together = {"examples": sent(merged(base, mine, now.examples))}
            meanwhile = await since_version(self._console, *piece)
            both = replace(meanwhile, mine=changed, together=together)
            return await conflict(request, pages, outcome, back, both)
        return await answered(self._console, request, pages, outcome, back, piece)

    async def _base(self, name: str, version: int) -> Sequence[Example]:
        """The examples as they were in a version."""
        for change in await self._console.content.past.changes(p.INTENT, name, limit=1000):
            if change.version == version and change.after is not None:
                return tuple(change.after["examples"])
        return ()

    async def set_follow(
        self,
        request: Request,
        pages: PagesOf,
        name: str,
        seen: Version,
        then: Annotated[Then, Form()],
        answer: Text = "",
        form: Text = "",
        queue: Text = "",
    ) -> Response:
        follow = Follow(then, form if then is Then.FORM else answer, queue)
        outcome = await self._console.content.set_follow(name, follow, seen, who(request))
        piece, back = (p.INTENT, name, 0), f"/admin/intents/{name}"
        if isinstance(outcome, Refused) and outcome.clash:
            meanwhile = await since_change(self._console, outcome, seen)
            about = replace(meanwhile, name=name)
            return await conflict(request, pages, outcome, back, about)
        return await answered(self._console, request, pages, outcome, back, piece)

    async def set_settings(
        self,
        request: Request,
        pages: PagesOf,
        name: str,
        version: Version,
        threshold: Text = "",
    ) -> Response:
        outcome = await self._console.content.set_threshold(
            name, _share(threshold), version, who(request)
        )
        piece, back = (p.INTENT, name, version), f"/admin/intents/{name}"
        return await answered(self._console, request, pages, outcome, back, piece)

    async def switch(
        self, request: Request, pages: PagesOf, name: str, version: Version, on: Text = ""
    ) -> Response:
        outcome = await self._console.content.switch(name, on == "on", version, who(request))
        piece, back = (p.INTENT, name, version), f"/admin/intents/{name}"
        return await answered(self._console, request, pages, outcome, back, piece)

    async def remove(
        self, request: Request, pages: PagesOf, name: str, version: Version
    ) -> Response:
        outcome = await self._console.content.remove_intent(name, version, who(request))
        if isinstance(outcome, Refused):
            piece, back = (p.INTENT, name, version), f"/admin/intents/{name}"
            return await answered(self._console, request, pages, outcome, back, piece)
        return saved("/admin/intents", outcome)


def _hint_list(
    request: Request,
    pages: Pages,
    hints: Sequence[Hint],
    *,
    at: str = "",
    every: bool = True,
    about: str = "",
) -> Response:
    """`at`: where all of them are to be had, if not `every` one is shown; `about`: whose page it
    is."""
    return pages.page(
        request, "admin/hint_list.html", hints=hints, at=at, every=every, about=about
    )


def _share(text: str) -> float | None:
    """A threshold in percent as a share; nothing if there is none."""
    if not text.strip():
        return None
    try:
        return float(text.replace(",", ".")) / 100
    except ValueError:
        raise HTTPException(422, _("Eine Schwelle ist eine Zahl zwischen 0 und 100.")) from None
