"""Trying models: type or speak, and see what would be understood and answered in a call."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response

from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES
from ivr.training.trying import CannotTry, ModelLoading, TryOuts
from ivr.web.admin.console import Console, PagesOf, missing
from ivr.web.texts import gettext as _

LONGEST_S = 20
"""Seconds that are recognized at once."""
LARGEST_SOUND = LONGEST_S * LISTEN_RATE * SAMPLE_BYTES
_SHORTEST_SOUND = LISTEN_RATE * SAMPLE_BYTES // 10
_LOADING = 202

Talk = Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")]
Model = Annotated[str, Form(max_length=80)]


class TryPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/try", self.show, methods=["GET"])
        router.add_api_route("/try/say", self.say, methods=["POST"])
        router.add_api_route("/try/hear", self.hear, methods=["POST"])

    async def show(self, request: Request, pages: PagesOf, model: str = "") -> Response:
        models = await self._console.models.models()
        return pages.page(
            request,
            "admin/try.html",
            talk=secrets.token_hex(16),
            models=[line for line in models if line.there or line.active],
            chosen=model,
            there=self._console.tries is not None,
            can_speak=self._console.speak is not None,
            longest_s=LONGEST_S,
        )

    async def say(
        self,
        request: Request,
        pages: PagesOf,
        talk: Talk,
        model: Model = "",
        text: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        """What the hotline makes of it; without words a conversation begins with the greeting.
        202 while the model is being loaded: ask again."""
        tries = self._tries()
        try:
            if text.strip():
                made = await tries.say(talk, model, text.strip())
            else:
                made = await tries.greet(talk, model)
        except ModelLoading:
            return JSONResponse({"loading": True}, _LOADING)
        except CannotTry as error:
            raise HTTPException(409, str(error)) from None
        lines = await self._console.content.intents()
        known = {line.name for line in lines}
        return pages.page(request, "admin/try_turn.html", made=made, known=known)

    async def hear(
        self,
        request: Request,
        talk: Annotated[str, Query(pattern=r"^[0-9a-f]{32}$")],
        phone: bool = False,
    ) -> Response:
        """Recognize what was spoken into the browser's microphone: 16-bit PCM at 16 kHz."""
        sound = bytearray()
        async for piece in request.stream():
            sound += piece
            if len(sound) > LARGEST_SOUND:
                raise HTTPException(413, _("Bitte sprechen Sie höchstens 20 Sekunden am Stück."))
        if len(sound) < _SHORTEST_SOUND or len(sound) % SAMPLE_BYTES:
            raise HTTPException(422, _("In der Aufnahme war nichts zu hören."))
        try:
            heard = await self._tries().hear(talk, bytes(sound), phone=phone)
        except CannotTry as error:
            raise HTTPException(503, str(error)) from None
        return JSONResponse(
            {"text": heard.text, "confidence": heard.confidence, "seconds": heard.seconds}
        )

    def _tries(self) -> TryOuts:
        if self._console.tries is None:
            raise missing()
        return self._console.tries
