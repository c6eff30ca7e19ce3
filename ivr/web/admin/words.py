"""Pages about synonyms, word lists, patterns, and words that the recognizer is to expect."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ivr.training import pieces as p
from ivr.training.outcomes import Refused
from ivr.training.wordlists import LONGEST_NAME, WordList, WordLists
from ivr.web.admin.conflicts import answered
from ivr.web.admin.console import Console, PagesOf, missing, saved, who
from ivr.web.texts import N_

KINDS = (
    (p.SYNONYM, N_("Synonym: andere Wörter für dasselbe")),
    (p.LOOKUP, N_("Wortliste: Wörter für eine Angabe")),
    (p.REGEX, N_("Muster: regulärer Ausdruck für eine Angabe")),
)
LIST = "/admin/words"

Kind = Annotated[str, Form(pattern=f"^({p.SYNONYM}|{p.LOOKUP}|{p.REGEX})$")]
Name = Annotated[str, Form(max_length=2 * LONGEST_NAME)]
Words = Annotated[str, Form(max_length=200_000)]
Version = Annotated[int, Form(ge=0)]


class WordPages:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._lists = WordLists(console.content)

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/words", self.listed, methods=["GET"])
        add("/words/one", self.one, methods=["GET"])
        add("/words/one", self.change, methods=["POST"])
        add("/words/expected", self.expect, methods=["POST"])
        add("/words/expected/remove", self.expect_no_more, methods=["POST"])

    async def listed(self, request: Request, pages: PagesOf, q: str = "") -> Response:
        return pages.page(
            request,
            "admin/words.html",
            lists=await self._lists.listed(q),
            expected=await self._lists.expected(q),
            q=q,
        )

    async def one(
        self, request: Request, pages: PagesOf, kind: str = p.SYNONYM, name: str = ""
    ) -> Response:
        """The form for a new one without a name, and for something that has no words yet."""
        found = await self._lists.one(kind, name) if name else None
        content = await self._console.content.content()
        if found is None and (not name or name in content.entities()):
            found = WordList(kind, name, (), 0, "")
        if found is None:
            raise missing()
        return await self._form(request, pages, found)

    async def change(
        self,
        request: Request,
        pages: PagesOf,
        kind: Kind,
        version: Version,
        name: Name = "",
        words: Words = "",
        new_entity: Annotated[bool, Form()] = False,
    ) -> Response:
        given = words.splitlines()
        outcome = await self._lists.save(
            kind, name, given, version, who(request), new_entity=new_entity
        )
        if not isinstance(outcome, Refused):
            return saved(LIST, outcome)
        if outcome.clash:
            piece = (kind, name, version)
            return await answered(self._console, request, pages, outcome, LIST, piece)
        # What was written must not be lost to a slip.
        kept = WordList(kind, name, tuple(given), version, "")
        return await self._form(request, pages, kept, outcome)

    async def expect(self, request: Request, pages: PagesOf, words: Words = "") -> Response:
        """More words, by lines or commas."""
        given = [word for line in words.splitlines() for word in line.split(",")]
        outcome = await self._lists.expect(given, who(request))
        if isinstance(outcome, Refused):
            return pages.page(
                request, "admin/refused.html", status=422, text=outcome.text, back=LIST
            )
        return saved(LIST, outcome)

    async def expect_no_more(self, request: Request, word: Name) -> Response:
        return saved(LIST, await self._lists.expect_no_more(word, who(request)))

    async def _form(
        self, request: Request, pages: PagesOf, shown: WordList, refused: Refused | None = None
    ) -> Response:
        content = await self._console.content.content()
        return pages.page(
            request,
            "admin/word_list.html",
            status=200 if refused is None else 422,
            shown=shown,
            error=refused,
            kinds=KINDS,
            entities=content.entities(),
        )
