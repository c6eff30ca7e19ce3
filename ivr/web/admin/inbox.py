"""The inbox: what callers said that is worth a look, decided with one key each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from ivr.core.training import Utterance
from ivr.training.inbox import Group, Verdict, surroundings
from ivr.training.inbox_desk import Answer
from ivr.training.masking import Masked
from ivr.training.outcomes import Refused
from ivr.web.admin.console import Console, PagesOf, missing, who
from ivr.web.admin.naming import name_for
from ivr.web.texts import gettext as _

Text = Annotated[str, Form(max_length=2000)]
MOST_SHOWN = 40
"""Groups on the page; the rest comes as these are decided."""


class InboxPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/inbox", self.listed, methods=["GET"])
        router.add_api_route("/inbox/decide", self.decide, methods=["POST"])
        router.add_api_route("/inbox/sound/{call_id}/{name}", self.sound, methods=["GET"])
        router.add_api_route("/inbox/undo", self.undo, methods=["POST"])

    async def listed(self, request: Request, pages: PagesOf) -> Response:
        groups = await self._console.inbox.groups()
        lines = await self._console.content.intents()
        public = tuple(self._console.variables().values())
        return pages.page(
            request,
            "admin/inbox.html",
            groups=[_shown(group, public, self._console) for group in groups[:MOST_SHOWN]],
            total=len(groups),
            utterances=sum(len(group.items) for group in groups),
            intents=[line.name for line in lines],
            pieces=pieces,
        )

    async def decide(
        self,
        request: Request,
        ids: Annotated[str, Form(max_length=200_000)],
        verdict: Annotated[Verdict, Form()],
        intent: Text = "",
        text: Text = "",
        transcript: Text = "",
        wording: Text = "",
    ) -> Response:
        """One decision about all utterances of a group; answered with the way to undo it."""
        chosen = await self._utterances(set(ids.split()))
        if verdict is Verdict.NEW:
            intent = intent or name_for(text)
            await self._make(intent, text, wording, who(request))
        answer = Answer(verdict, intent or None, text or None, transcript or None)
        made = await self._console.inbox.decide(chosen, answer, who(request))
        if isinstance(made, Refused):
            raise HTTPException(409, made.text)
        said: dict[str, Any] = {"numbers": list(made.numbers), "intent": intent}
        if made.example is not None:
            said["example"] = made.example.text
            said["hidden"] = [each.kind for each in made.example.hidden]
        return JSONResponse(said)

    async def _make(self, intent: str, text: str, wording: str, by: str) -> None:
        """A new intent for what was said, with its answer."""
        outcome = await self._console.content.new_intent(intent, [text], [wording], by)
        if isinstance(outcome, Refused):
            raise HTTPException(422, outcome.text)

    async def sound(self, call_id: str, name: str) -> Response:
        """What the caller said, to listen to; browsers may ask for a part of it."""
        find = self._console.sound
        file = find(call_id, name) if find is not None else None
        if file is None:
            raise missing()
        return FileResponse(file, media_type="audio/wav", headers={"Cache-Control": "no-store"})

    async def undo(
        self,
        request: Request,
        numbers: Annotated[str, Form(max_length=60_000, pattern=r"^[0-9 ]+$")],
    ) -> Response:
        listed = [int(number[:15]) for number in numbers.split()]
        outcome = await self._console.inbox.undo(listed, who(request))
        if isinstance(outcome, Refused):
            raise HTTPException(409, outcome.text)
        return JSONResponse({"text": _("Zurückgenommen.")})

    async def _utterances(self, ids: set[str]) -> list[Utterance]:
        """Those that are still undecided, the one that the page showed first."""
        return [
            item.utterance
            for group in await self._console.inbox.groups()
            for item in group.items
            if _id(item.utterance) in ids
        ]


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as the page shows it: the first one stands for all."""

    group: Group
    ids: str
    said: Masked
    sound: str
    """The address of its sound; empty if there is none."""
    before: Masked
    after: Masked
    following: Masked

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Everything that was replaced: its kind, and what stood there."""
        parts = (self.before, self.said, self.after, self.following)
        found = [(each.kind, each.was) for part in parts for each in part.hidden]
        return list(dict.fromkeys(found))


def _shown(group: Group, public: Sequence[str], console: Console) -> ShownGroup:
    first = group.items[0]
    said, sound = first.utterance, ""
    if said.audio and console.sound is not None and console.sound(said.call_id, said.audio):
        sound = f"/admin/inbox/sound/{said.call_id}/{said.audio}"
    return ShownGroup(group, _ids(group), first.masked, sound, *surroundings(said, public))


def _id(utterance: Utterance) -> str:
    return f"{utterance.call_id}:{utterance.seq}"


def _ids(group: Group) -> str:
    return " ".join(_id(item.utterance) for item in group.items)


def pieces(masked: Masked) -> list[tuple[str, str]]:
    """The words with what was hidden in them: text, and the kind of what stood there."""
    found: list[tuple[str, str]] = []
    at = 0
    for each in masked.hidden:
        found += [
            (masked.text[at : each.start], ""),
            (masked.text[each.start : each.end], each.kind),
        ]
        at = each.end
    return [piece for piece in (*found, (masked.text[at:], "")) if piece[0]]
