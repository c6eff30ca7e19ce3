"""What admins do in the inbox: one decision, its consequences, and the way back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ivr.core.training import Clash, Decision, Edit, Settled, Utterance
from ivr.training import pieces as p
from ivr.training.content import ContentDesk
from ivr.training.examples import key, marked, tidy
from ivr.training.inbox import Group, Limits, Verdict, inbox
from ivr.training.masking import Masked, mask
from ivr.training.naming import name_for
from ivr.training.outcomes import Outcome, Refused, Saved
from ivr.training.pieces import Content
from ivr.training.ports import Shelf, Talks
from ivr.training.texts import say
from ivr.training.wordlists import FROM_TRANSCRIPT, expecting

LOOK_BACK = timedelta(days=30)
_LEARNS = (Verdict.RIGHT, Verdict.OTHER, Verdict.NEW, Verdict.TEST)
_SURE = 0.9
"""From here on a right guess teaches nothing new."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an admin decided about an utterance."""

    verdict: Verdict
    intent: str | None = None
    text: str | None = None
    """The example as it shall be, marks included; the masked words if not given."""
    transcript: str | None = None
    """What was really said, where the recognizer was wrong."""
    wording: str = ""
    """What the hotline answers to a new intent."""


@dataclass(frozen=True, slots=True)
class Decided:
    numbers: tuple[int, ...]
    """By which it can be taken back."""
    intent: str | None
    example: Masked | None
    """What became an example, and what was hidden in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is worth a look."""

    groups: tuple[Group, ...]
    since: datetime
    """From when on all that was said was looked through."""
    cut: bool
    """That is later than it should be: there was more than can be looked through."""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What a decision teaches."""

    intent: str | None
    example: Masked | None = None
    edits: tuple[Edit, ...] = ()


class InboxDesk:
    def __init__(
        self, talks: Talks, shelf: Shelf, content: ContentDesk, limits: Limits | None = None
    ) -> None:
        self._talks = talks
        self._shelf = shelf
        self._content = content
        self._limits = limits or Limits()

    async def look(self, since: datetime | None = None) -> Found:
        """What is worth a look, most costly first; of the last 30 days if not told otherwise."""
        said = await self._talks.utterances(since or datetime.now(UTC) - LOOK_BACK)
        decisions = await self._talks.decisions()
        # Thousands of utterances take seconds, and this loop has calls to lead.
        groups = await asyncio.to_thread(inbox, said.utterances, decisions, self._limits)
        return Found(groups, said.since, said.cut)

    async def decide(
        self, utterances: Sequence[Utterance], answer: Answer, by: str
    ) -> Decided | Refused:
        """Decide about an utterance and all that are like it: the first one teaches. Of several
        who decide about the same one at once, the first decides."""
        if not utterances:
            return Refused(say("gone"), clash=True)
        while True:
            lesson = await self._lesson(utterances[0], answer)
            if isinstance(lesson, Refused):
                return lesson
            # A group may be large, and masking takes its time.
            listed = await asyncio.to_thread(_decisions, utterances, answer, lesson.intent, by)
            made = await self._talks.decide(listed, lesson.edits, by)
            match made:
                case Clash():
                    continue  # What was changed meanwhile stays, and this is put on top of it.
                case Settled(by=other):
                    return Refused(say("decided", by=other), clash=True)
                case _:
                    return Decided(made, lesson.intent, lesson.example)

    async def chosen(self, ids: Sequence[tuple[str, int]]) -> Sequence[Utterance]:
        """Utterances by their call and place in it, with all that was guessed of them."""
        return await self._talks.chosen(ids)

    async def undo(self, numbers: Sequence[int], by: str) -> Outcome:
        """Take decisions back with all that came of them, the latest first."""
        listed = await self._talks.decisions(numbers)
        if not listed:
            return Refused(say("gone"))
        for change in sorted({each.change or 0 for each in listed}, reverse=True):
            of_it = [each.number for each in listed if (each.change or 0) == change]
            edits = await self._content.past.undoing(await self._shelf.together(change))
            if isinstance(edits, Refused):
                return edits
            made = await self._talks.take_back(of_it, edits, by, f"undo {change}")
            if isinstance(made, Clash):
                return Refused(say("undo_newer"), clash=True)
        return Saved(())

    async def words(self) -> tuple[str, ...]:
        """Words that the recognizer expects because admins want it to."""
        return tuple(piece.name for piece in await self._shelf.pieces(p.WORD))

    async def _lesson(self, utterance: Utterance, answer: Answer) -> _Lesson | Refused:
        intent = answer.intent or utterance.intent
        content = await self._content.content()
        words = _unheard(content, utterance, answer.transcript or "")
        if answer.verdict not in _LEARNS:
            return _Lesson(intent, edits=words)
        example = mask(tidy(answer.text or answer.transcript or utterance.text), utterance.values)
        if answer.verdict is Verdict.NEW:
            # A name made of what was said must not tell of the caller either.
            intent = answer.intent or name_for(example.text)
            edits = await self._content.new_intent_edits(intent, [example.text], [answer.wording])
        elif not intent:
            return Refused(say("unknown", name=""), "intent")
        elif answer.verdict is Verdict.TEST:
            edits = _for_test(content, example.text, intent)
        elif answer.verdict is Verdict.RIGHT and _known_well(utterance, intent):
            edits = []
        else:
            edits = await self._content.more_examples(intent, [example.text])
        return edits if isinstance(edits, Refused) else _Lesson(intent, example, (*edits, *words))


def _known_well(utterance: Utterance, intent: str) -> bool:
    return (utterance.confidence or 0) >= _SURE and utterance.intent == intent


def _for_test(content: Content, text: str, intent: str) -> list[Edit] | Refused:
    """Into the test set, which no model is trained on: so it is no example as well."""
    trained = content.body(p.INTENT, intent).get("examples", ())
    if key(text) in {key(marked(each)) for each in trained}:
        return Refused(say("twice", text=text))
    name = f"{p.TEST_FILE}#{intent}"
    piece = content.of(p.TEST).get(name)
    body = piece.body if piece else {"file": p.TEST_FILE, "intent": intent, "examples": []}
    if text in body["examples"]:
        return []
    body = {**body, "examples": [*body["examples"], text]}
    return [Edit(p.TEST, name, body, piece.version if piece else 0)]


def _unheard(content: Content, utterance: Utterance, transcript: str) -> tuple[Edit, ...]:
    """Words that were said and not heard are expected from now on: nothing personal, nothing
    usual, no numbers."""
    masked = mask(transcript, utterance.values).text
    heard = set(key(utterance.text).split())
    fresh = [
        word
        for word in tidy(masked).split()
        if (bare := key(word)) not in heard and len(bare) > 3 and not bare.isdigit()
        if word in transcript
    ]
    return expecting(content, fresh, FROM_TRANSCRIPT)


def _decisions(
    utterances: Sequence[Utterance], answer: Answer, intent: str | None, by: str
) -> list[Decision]:
    now, transcript = datetime.now(UTC), answer.transcript
    return [
        Decision(
            number=0,
            call_id=each.call_id,
            seq=each.seq,
            verdict=answer.verdict,
            intent=intent,
            key=key(mask(each.text, each.values).text),
            at=now,
            by=by,
            transcript=mask(transcript, each.values).text if transcript else None,
        )
        for each in utterances
    ]
