"""The inbox: what callers said that is worth a look, decided with one key each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from ivr.core.training import Utterance
from ivr.core.understanding import Guess
from ivr.training.inbox import Group, Item, Verdict, surroundings
from ivr.training.inbox_desk import Answer
from ivr.training.masking import Masked
from ivr.training.outcomes import Refused
from ivr.web.admin.console import Console, PagesOf, missing, who
from ivr.web.texts import gettext as _

Text = Annotated[str, Form(max_length=2000)]
MOST_SHOWN = 40
"""Groups on the page; the rest comes when these are decided."""
MOST_ALIKE = 30
"""Utterances of a group that are listed below its first one."""


class InboxPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/inbox", self.listed, methods=["GET"])
        router.add_api_route("/inbox/decide", self.decide, methods=["POST"])
        router.add_api_route("/inbox/sound/{call_id}/{name}", self.sound, methods=["GET"])
        router.add_api_route("/inbox/undo", self.undo, methods=["POST"])

    async def listed(self, request: Request, pages: PagesOf) -> Response:
        found = await self._console.inbox.look()
        lines = await self._console.content.intents()
        groups = found.groups[:MOST_SHOWN]
        first = [group.items[0].utterance for group in groups]
        guessed = await self._console.inbox.chosen([(each.call_id, each.seq) for each in first])
        # Masks what was said around each, and looks for its sound on the disk.
        shown = await asyncio.to_thread(_all_shown, groups, guessed, self._console)
        return pages.page(
            request,
            "admin/inbox.html",
            groups=shown,
            total=len(found.groups),
            utterances=sum(len(group.items) for group in found.groups),
            since=found.since if found.cut else None,
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
        chosen = await self._console.inbox.chosen(_read(ids))
        answer = Answer(verdict, intent or None, text or None, transcript or None, wording)
        made = await self._console.inbox.decide(chosen, answer, who(request))
        if isinstance(made, Refused):
            raise HTTPException(409 if made.clash else 422, made.text)
        said: dict[str, Any] = {"numbers": list(made.numbers), "intent": made.intent}
        if made.example is not None:
            said["example"] = made.example.text
            said["hidden"] = [each.kind for each in made.example.hidden]
        return JSONResponse(said)

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


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One of a group, as the page lists it."""

    said: Masked
    intent: str | None
    sound: str
    """The address of its sound; empty if there is none."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as the page shows it: the first one stands for all."""

    group: Group
    ids: str
    said: Masked
    sound: str
    before: Masked
    after: Masked
    following: Masked
    guesses: tuple[Guess, ...]
    alike: tuple[ShownItem, ...]
    """The others, those that can be heard first; at most `MOST_ALIKE`."""

    @property
    def heard(self) -> int:
        """How many of the others can be heard."""
        return sum(bool(each.sound) for each in self.alike)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Everything that was replaced: its kind, and what stood there."""
        parts = (self.before, self.said, self.after, self.following)
        found = [(each.kind, each.was) for part in parts for each in part.hidden]
        return list(dict.fromkeys(found))


def _all_shown(
    groups: Sequence[Group], guessed: Sequence[Utterance], console: Console
) -> list[ShownGroup]:
    public = tuple(console.variables().values())
    guesses = {_id(each): each.guesses for each in guessed}
    return [_shown(group, public, guesses, console) for group in groups]


def _shown(
    group: Group,
    public: Sequence[str],
    guesses: Mapping[str, tuple[Guess, ...]],
    console: Console,
) -> ShownGroup:
    first, *others = (_item(item, console) for item in group.items)
    alike = sorted(others, key=lambda each: not each.sound)
    around = surroundings(group.items[0].utterance, public)
    return ShownGroup(
        group,
        " ".join(_id(item.utterance) for item in group.items),
        first.said,
        first.sound,
        *around,
        guesses.get(_id(group.items[0].utterance), ()),
        tuple(islice(alike, MOST_ALIKE)),
    )


def _item(item: Item, console: Console) -> ShownItem:
    said, sound = item.utterance, ""
    if said.audio and console.sound is not None and console.sound(said.call_id, said.audio):
        sound = f"/admin/inbox/sound/{said.call_id}/{said.audio}"
    return ShownItem(item.masked, said.intent, sound)


def _id(utterance: Utterance) -> str:
    return f"{utterance.call_id}:{utterance.seq}"


def _read(ids: str) -> list[tuple[str, int]]:
    """The way back from `_id`; what is none is left out."""
    split = (each.rpartition(":") for each in ids.split())
    return [(call, int(seq)) for call, _colon, seq in split if call and seq.isdecimal()]


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
