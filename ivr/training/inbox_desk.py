"""What admins do in the inbox: one decision, its consequences, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ivr.core.training import Decision, Edit, Utterance
from ivr.training import pieces as p
from ivr.training.content import ContentDesk
from ivr.training.examples import key, marked, tidy
from ivr.training.inbox import Group, Limits, Verdict, inbox
from ivr.training.masking import Masked, mask
from ivr.training.outcomes import Outcome, Refused, Saved
from ivr.training.ports import Shelf, Talks
from ivr.training.texts import say

LOOK_BACK = timedelta(days=30)
_LEARNS = (Verdict.RIGHT, Verdict.OTHER, Verdict.NEW)
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


@dataclass(frozen=True, slots=True)
class Decided:
    numbers: tuple[int, ...]
    """By which it can be taken back."""
    example: Masked | None
    """What became an example, and what was hidden in it."""


class InboxDesk:
    def __init__(
        self, talks: Talks, shelf: Shelf, content: ContentDesk, limits: Limits | None = None
    ) -> None:
        self._talks = talks
        self._shelf = shelf
        self._content = content
        self._limits = limits or Limits()

    async def groups(self, since: datetime | None = None) -> tuple[Group, ...]:
        """What is worth a look, most costly first; of the last 30 days if not told otherwise."""
        since = since or datetime.now(UTC) - LOOK_BACK
        utterances = await self._talks.utterances(since)
        return inbox(utterances, await self._talks.decisions(), self._limits)

    async def decide(
        self, utterances: Sequence[Utterance], answer: Answer, by: str
    ) -> Decided | Refused:
        """Decide about an utterance and all that are like it."""
        intent = answer.intent or (utterances[0].intent if utterances else None)
        masked: Masked | None = None
        number: int | None = None
        if not utterances:
            return Refused(say("decided"))
        if answer.verdict in (*_LEARNS, Verdict.TEST):
            if not intent:
                return Refused(say("unknown", name=""), "intent")
            masked = self._example(utterances[0], answer)
            made = await self._teach(masked.text, intent, answer, utterances[0], by)
            if isinstance(made, Refused):
                return made
            number = made.changes[-1].number if made.changes else None
        if answer.transcript:
            await self._expect(utterances[0], answer.transcript, by)
        now = datetime.now(UTC)
        decisions = [
            Decision(
                0,
                each.call_id,
                each.seq,
                answer.verdict,
                intent,
                key(mask(each.text, each.values).text),
                now,
                by,
                None if answer.transcript is None else mask(answer.transcript, each.values).text,
                number,
            )
            for each in utterances
        ]
        return Decided(await self._talks.decide(decisions), masked)

    async def undo(self, numbers: Sequence[int], by: str) -> Outcome:
        """Take decisions back, and what became of them."""
        listed = [each for each in await self._talks.decisions() if each.number in numbers]
        if not listed:
            return Refused(say("gone"))
        for number in {each.change for each in listed if each.change is not None}:
            outcome = await self._content.undo(number, by)
            if isinstance(outcome, Refused):
                return outcome
        await self._talks.take_back(numbers)
        return Saved(())

    async def words(self) -> tuple[str, ...]:
        """Words that corrected transcripts brought up, for the recognizer to expect."""
        return tuple(piece.name for piece in await self._shelf.pieces(p.WORD))

    def _example(self, utterance: Utterance, answer: Answer) -> Masked:
        text = answer.text or answer.transcript or utterance.text
        return mask(tidy(text), utterance.values)

    async def _teach(
        self, text: str, intent: str, answer: Answer, utterance: Utterance, by: str
    ) -> Outcome:
        if answer.verdict is Verdict.TEST:
            return await self._add_test(text, intent, by)
        sure = (utterance.confidence or 0) >= _SURE and utterance.intent == intent
        if answer.verdict is Verdict.RIGHT and sure:
            return Saved(())
        return await self._content.add_examples(intent, [text], by)

    async def _add_test(self, text: str, intent: str, by: str) -> Outcome:
        """Into the test set, which no model is trained on: so it is no example as well."""
        content = await self._content.content()
        trained = content.body(p.INTENT, intent).get("examples", ())
        if key(text) in {key(marked(each)) for each in trained}:
            return Refused(say("twice", text=text))
        name = f"{p.TEST_FILE}#{intent}"
        piece = await self._shelf.piece(p.TEST, name)
        body = piece.body if piece else {"file": p.TEST_FILE, "intent": intent, "examples": []}
        if text in body["examples"]:
            return Saved(())
        body = {**body, "examples": [*body["examples"], text]}
        edit = Edit(p.TEST, name, body, piece.version if piece else 0)
        return await self._content.save([edit], by)

    async def _expect(self, utterance: Utterance, transcript: str, by: str) -> None:
        """Words that were said and not heard; nothing personal, nothing usual, no numbers."""
        masked = mask(transcript, utterance.values).text
        heard = set(key(utterance.text).split())
        fresh = [
            word
            for word in tidy(masked).split()
            if (bare := key(word)) not in heard and len(bare) > 3 and not bare.isdigit()
            if word in transcript
        ]
        edits = [Edit(p.WORD, word.strip(".,!?;:"), {"from": "transcript"}) for word in fresh]
        if edits:
            await self._content.save(edits, by, "transcript")
