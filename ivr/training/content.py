"""What admins do with intents, answers and rules: every change kept, undone at will, and never
over somebody else's. Answers to an admin are values; the sentences in them are German."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ivr.config.company import Company
from ivr.core.training import Body, Clash, Edit, Piece
from ivr.training import answers, follows
from ivr.training import pieces as p
from ivr.training.examples import BadMark, Example, key, marked, named_in, parse, plain, tidy
from ivr.training.follows import Follow, Then
from ivr.training.outcomes import IntentLine, IntentPage, Outcome, Refused, Saved, refused
from ivr.training.past import Past
from ivr.training.pieces import Content
from ivr.training.ports import Shelf
from ivr.training.present import Present
from ivr.training.reading import read
from ivr.training.texts import say

_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
_UTTER = "utter_"


class ContentDesk:
    """The use-cases. Every change takes the name of who makes it."""

    def __init__(self, shelf: Shelf, company: Callable[[], Company]) -> None:
        self._shelf = shelf
        self._company = company
        self._present = Present(shelf)
        self.past = Past(shelf, self.content)
        """What was changed, and the way back."""
        self._lines: tuple[Content, tuple[IntentLine, ...]] | None = None

    async def content(self) -> Content:
        """As it is now. The same object as long as nothing changes."""
        return await self._present.content()

    async def latest(self) -> int:
        """The number of the latest change."""
        return await self._shelf.latest()

    async def intents(self, search: str = "") -> tuple[IntentLine, ...]:
        """All intents, or those with these words in their name or examples."""
        content = await self.content()
        if self._lines is None or self._lines[0] is not content:
            self._lines = content, _lines(content)
        wanted, pieces = key(search), content.of(p.INTENT)
        return tuple(
            line
            for line in self._lines[1]
            if not wanted
            or wanted in key(line.name.replace("_", " "))
            or any(wanted in read(marked(each)).key for each in pieces[line.name].body["examples"])
        )

    async def intent(self, name: str) -> IntentPage | None:
        # Before the content is read: what changes between the two is not counted as seen.
        seen = await self._shelf.latest()
        content = await self.content()
        piece = content.of(p.INTENT).get(name)
        if piece is None:
            return None
        line = _line(piece, follows.follow_of(content, name))
        named = named_in(piece.body["examples"])
        return IntentPage(
            line,
            tuple(piece.body["examples"]),
            tuple(piece.body.get("heard", ())),
            tuple(sorted(named)),
            content.of(p.ANSWER).get(line.follow.target),
            seen,
        )

    async def new_intent(
        self, name: str, examples: Sequence[str], answer: Sequence[str], by: str
    ) -> Outcome:
        """A common question with its answer: intent, answer and the rule between them at once."""
        edits = await self.new_intent_edits(name, examples, answer)
        if isinstance(edits, Refused):
            return edits
        return await self._save(edits, by, hints=self._answer_hints(answer))

    async def new_intent_edits(
        self, name: str, examples: Sequence[str], answer: Sequence[str]
    ) -> list[Edit] | Refused:
        """The changes that `new_intent` makes."""
        if not _NAME.fullmatch(name):
            return Refused(say("intent_name"), "name")
        content = await self.content()
        target = f"{_UTTER}{name}"
        if name in content.of(p.INTENT) or target in content.of(p.ANSWER):
            return Refused(say("exists", name=name), "name")
        if (wrong := _wrong_examples(examples) or self._wrong_answer(answer)) is not None:
            return wrong
        texts = [tidy(text) for text in examples]
        variants = [{"text": tidy(text)} for text in answer]
        rule = follows.edits_for(content, name, Follow(Then.ANSWER, target))
        body = {"file": p.DOMAIN_FILE, "variants": variants}
        return [
            Edit(p.INTENT, name, p.new_intent(examples=texts), 0),
            Edit(p.ANSWER, target, body, 0),
            *rule,
            *p.new_entities(content, named_in(texts)),
        ]

    async def set_examples(
        self, name: str, examples: Sequence[Example], version: int, by: str
    ) -> Outcome:
        if (wrong := _wrong_examples([marked(each) for each in examples])) is not None:
            return wrong

        def change(body: dict[str, Any]) -> None:
            body["examples"] = [each if isinstance(each, str) else dict(each) for each in examples]
            body.setdefault("file", p.NLU_FILE)

        return await self._change_intent(name, version, by, change)

    async def add_examples(self, name: str, examples: Sequence[str], by: str) -> Outcome:
        """Add what is not there yet; whatever others do meanwhile stays as well."""
        while True:
            edits = await self.more_examples(name, examples)
            if isinstance(edits, Refused):
                return edits
            made = await self._shelf.change(edits, by)
            if not isinstance(made, Clash):
                return Saved(made)

    async def more_examples(self, name: str, examples: Sequence[str]) -> list[Edit] | Refused:
        """The changes that `add_examples` makes, on top of what there is now."""
        if (wrong := _wrong_examples(examples)) is not None:
            return wrong
        piece = await self._shelf.piece(p.INTENT, name)
        if piece is None:
            return Refused(say("unknown", name=name))
        known = {key(marked(each)) for each in piece.body["examples"]}
        added = list(
            {key(each): tidy(each) for each in examples if key(each) not in known}.values()
        )
        told = [*piece.body["examples"], *added]
        edit = Edit(
            p.INTENT, name, {"file": p.NLU_FILE, **piece.body, "examples": told}, piece.version
        )
        return [edit, *p.new_entities(await self.content(), named_in(added))]

    async def switch(self, name: str, on: bool, version: int, by: str) -> Outcome:
        """An intent that is off is not trained; all of it is kept."""
        return await self._change_intent(name, version, by, lambda body: body.update(on=on))

    async def set_threshold(
        self, name: str, threshold: float | None, version: int, by: str
    ) -> Outcome:
        """From which confidence on the intent counts; None: as all others."""
        if threshold is not None and not 0 <= threshold <= 1:
            return Refused(say("threshold"), "threshold")
        return await self._change_intent(
            name, version, by, lambda body: body.update(threshold=threshold)
        )

    async def set_heard(
        self, name: str, heard: Sequence[Mapping[str, Any]], by: str, version: int | None = None
    ) -> Outcome:
        """What recognizers made of the examples."""
        return await self._change_intent(
            name, version, by, lambda body: body.update(heard=[dict(each) for each in heard])
        )

    async def set_follow(self, name: str, follow: Follow, seen: int, by: str) -> Outcome:
        """`seen`: the latest change that was known when this was decided. What follows is kept in
        a rule and in an answer's hints, which other intents may share."""
        content = await self.content()
        if name not in content.of(p.INTENT):
            return Refused(say("unknown", name=name))
        if follow.then not in (Then.NOTHING, Then.FORM, Then.OTHER) and (
            follow.target not in content.of(p.ANSWER)
        ):
            return Refused(say("unknown", name=follow.target), "target")
        if follow.then is Then.FORM and follow.target not in content.domain("forms"):
            return Refused(say("unknown", name=follow.target), "target")
        # The one that is given now and the one that is to be given.
        shared = {follows.follow_of(content, name).target, follow.target}
        since = max(1, await self._shelf.latest() - seen)
        changes = list(await self._shelf.changes(p.RULE, limit=since))
        for answer in shared:
            changes += await self._shelf.changes(p.ANSWER, answer, since)
        if (theirs := follows.overtaken(changes, name, shared, seen)) is not None:
            return refused(Clash(theirs.kind, theirs.name, theirs.by, theirs.at))
        return await self._save(follows.edits_for(content, name, follow), by)

    async def set_answer(
        self, name: str, wordings: Sequence[str], version: int, by: str
    ) -> Outcome:
        """The wordings of an answer or a form's question; hints for the telephone stay."""
        if (wrong := self._wrong_answer(wordings)) is not None:
            return wrong
        before = await self._answer_before(name)
        kept = list(before.get("variants", ()))
        file = before.get("file", p.DOMAIN_FILE)
        like = kept[-1] if kept else {}
        variants = [
            {**(kept[at] if at < len(kept) else like), "text": tidy(text)}
            for at, text in enumerate(wordings)
        ]
        body = {"file": file, "variants": variants}
        hints = self._answer_hints(wordings, strict=name.startswith(_UTTER) and not kept)
        edit = Edit(p.ANSWER, name, body, version)
        return await self._save([edit], by, hints=hints)

    async def remove_intent(self, name: str, version: int, by: str) -> Outcome:
        """With the rule that leads on from it; the answer stays for others."""
        content = await self.content()
        rule = follows.edits_for(content, name, Follow(Then.NOTHING))
        return await self._save([Edit(p.INTENT, name, None, version), *rule], by)

    async def save(self, edits: Sequence[Edit], by: str, note: str = "") -> Outcome:
        """Changes of any pieces: imports, and what has no use-case of its own."""
        return await self._save(edits, by, note)

    async def _answer_before(self, name: str) -> Body:
        """The answer as it is, or as it was when it was taken away; empty if it never was."""
        if (piece := await self._shelf.piece(p.ANSWER, name)) is not None:
            return piece.body
        changes = await self._shelf.changes(p.ANSWER, name, 1)
        return (changes[0].before or {}) if changes else {}

    async def _change_intent(
        self,
        name: str,
        version: int | None,
        by: str,
        change: Callable[[dict[str, Any]], None],
    ) -> Outcome:
        """`version` None: repeat on top of what others have changed meanwhile. Entities that are
        marked for the first time become known with it."""
        while True:
            piece = await self._shelf.piece(p.INTENT, name)
            if piece is None:
                return Refused(say("unknown", name=name))
            body = dict(piece.body)
            change(body)
            edit = Edit(p.INTENT, name, body, piece.version if version is None else version)
            fresh = named_in(body["examples"]) - named_in(piece.body["examples"])
            content = await self.content() if fresh else Content(())
            made = await self._shelf.change([edit, *p.new_entities(content, fresh)], by)
            if not isinstance(made, Clash):
                return Saved(made)
            if version is not None and made.kind == p.INTENT:
                return refused(made)

    async def _save(
        self, edits: Sequence[Edit], by: str, note: str = "", hints: Sequence[str] = ()
    ) -> Outcome:
        made = await self._shelf.change(edits, by, note)
        return refused(made) if isinstance(made, Clash) else Saved(made, tuple(hints))

    def _wrong_answer(self, wordings: Sequence[str]) -> Refused | None:
        if not wordings or not all(text.strip() for text in wordings):
            return Refused(say("answer_empty"), "answer")
        return None

    def _answer_hints(self, wordings: Sequence[str], *, strict: bool = True) -> tuple[str, ...]:
        known = tuple(answers.variables(self._company())) if strict else ()
        found = [hint for text in wordings for hint in answers.complaints(text, known)]
        return tuple(dict.fromkeys(found))


def _lines(content: Content) -> tuple[IntentLine, ...]:
    following, nothing = follows.all_follows(content), Follow(Then.NOTHING)
    return tuple(
        _line(piece, following.get(name, nothing)) for name, piece in content.of(p.INTENT).items()
    )


def _line(piece: Piece, follow: Follow) -> IntentLine:
    return IntentLine(
        piece.name,
        len(piece.body["examples"]),
        len(piece.body.get("heard", ())),
        piece.body.get("on", True),
        piece.body.get("threshold"),
        follow,
        piece.version,
        piece.changed_by,
    )


def _wrong_examples(examples: Sequence[str]) -> Refused | None:
    for at, text in enumerate(examples, 1):
        try:
            parse(text)
        except BadMark as error:
            return Refused(say("bad_mark", mark=str(error)), f"example#{at}")
        if not plain(text).strip():
            return Refused(say("example_empty"), f"example#{at}")
    return None
