"""Pages about what the hotline says: answers and the questions of forms, checked and heard."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from ivr.core.errors import SpeakingFailed
from ivr.core.training import Piece
from ivr.training import pieces as p
from ivr.training.answers import complaints, fill_braces, spoken_s
from ivr.training.examples import key
from ivr.training.hints import answers_called
from ivr.web.admin.conflicts import answered
from ivr.web.admin.console import Console, PagesOf, missing, who
from ivr.web.texts import gettext as _

Texts = Annotated[list[str], Form()]
Version = Annotated[int, Form(ge=0)]
_LONGEST_HEARD = 600
"""Characters that are spoken to an admin at once."""


class AnswerPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/answers", self.listed, methods=["GET"])
        add("/answers/check", self.check, methods=["POST"])
        add("/answers/hear", self.hear, methods=["POST"])
        add("/answers/{name:path}", self.one, methods=["GET"])
        add("/answers/{name:path}", self.change, methods=["POST"])

    async def listed(self, request: Request, pages: PagesOf, q: str = "") -> Response:
        content = await self._console.content.content()
        wanted = key(q)
        found = [
            piece
            for name, piece in sorted(content.of(p.ANSWER).items())
            if wanted in key(name.replace("_", " "))
            or any(wanted in key(text) for text in wordings(piece))
        ]
        part = "hx-request" in request.headers
        return pages.page(
            request,
            "admin/answer_rows.html" if part else "admin/answers.html",
            answers=[(piece, wordings(piece)) for piece in found],
            q=q,
        )

    async def one(self, request: Request, pages: PagesOf, name: str) -> Response:
        content = await self._console.content.content()
        piece = content.of(p.ANSWER).get(name)
        if piece is None and name in answers_called(content):
            # A rule gives it already: here it is written.
            piece = Piece(p.ANSWER, name, {"variants": [{"text": ""}]})
        if piece is None:
            raise missing()
        lines = await self._console.content.intents()
        return pages.page(
            request,
            "admin/answer.html",
            answer=piece,
            used_by=[line.name for line in lines if line.follow.target == name],
            variables=self._console.variables(),
            can_speak=self._console.speak is not None,
        )

    async def change(
        self,
        request: Request,
        pages: PagesOf,
        name: str,
        version: Version,
        wording: Texts,
        back: Annotated[str, Form(pattern=r"^/admin/[a-z_/0-9]*$")] = "",
    ) -> Response:
        given = [text for text in wording if text.strip()]
        outcome = await self._console.content.set_answer(name, given, version, who(request))
        piece, back = (p.ANSWER, name, version), back or f"/admin/answers/{name}"
        return await answered(self._console, request, pages, outcome, back, piece)

    async def check(
        self,
        request: Request,
        pages: PagesOf,
        wording: Texts = [],  # noqa: B006 - FastAPI copies it
    ) -> Response:
        """What speaks against each wording on the telephone, and how long it takes to hear."""
        values = self._console.variables()
        found = [
            (at, spoken_s(fill_braces(text, values)), complaints(text, tuple(values)))
            for at, text in enumerate(wording, 1)
            if text.strip()
        ]
        return pages.page(request, "admin/answer_check.html", found=found)

    async def hear(self, text: Annotated[str, Form(max_length=_LONGEST_HEARD)]) -> Response:
        """A wording in the hotline's voice, with the company's values filled in."""
        if self._console.speak is None:
            raise HTTPException(503, _("Hier ist keine Stimme eingerichtet."))
        try:
            sound = await self._console.speak(fill_braces(text, self._console.variables()))
        except SpeakingFailed:
            raise HTTPException(503, _("Die Stimme antwortet gerade nicht.")) from None
        return Response(sound, media_type="audio/wav", headers={"Cache-Control": "no-store"})


def wordings(piece: Piece) -> list[str]:
    return [str(variant.get("text", "")) for variant in piece.body["variants"]]
