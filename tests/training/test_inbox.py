"""The inbox: what is worth a look comes by itself, most costly first, and every decision can be
taken back."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.call.minutes import Minutes
from ivr.core.events import Heard, Understood
from ivr.core.records import CallEnd, CallStart, HandOver, HandOverReason, Outcome, Turn
from ivr.core.speech import Utterance as Said
from ivr.core.training import Decision, Utterance
from ivr.core.understanding import Guess, Reply
from ivr.training import inbox_desk
from ivr.training.inbox import Group, Limits, Reason, Verdict, inbox
from ivr.training.inbox_desk import Answer
from ivr.training.reports import by_intent
from tests.training.rooms import CLIENT, Room, open_room

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def said(text: str, intent: str = "price", sure: float = 0.99, **more: object) -> Turn:
    guesses = (Guess(intent, sure), Guess("hours", 0.01))
    turn = {"understood": True, "guesses": guesses, "model": "m1", **more}
    return Turn("caller", text, 1, 2, intent, sure, 0.9, **turn)  # type: ignore[arg-type]


async def call(room: Room, name: str, *turns: Turn, handed_over: bool = False) -> None:
    await room.store.begin(CallStart(name, CLIENT, "test", NOON, "+49561123"))
    for turn in turns:
        await room.store.add_turn(name, turn)
        await room.store.add_turn(name, Turn("hotline", "Aha.", 2, 3))
    if handed_over:
        hand_over = HandOver(HandOverReason.ASKED, None, None, None)
        await room.store.add_fact(name, hand_over)
    outcome = Outcome.HANDED_OVER if handed_over else Outcome.ANSWERED
    await room.store.end(name, CallEnd(outcome, NOON, {"name": "Kowalski"}))


ASK = "und was ist mit dem Garantiefall"


async def fill(room: Room) -> None:
    person = said("einen Menschen bitte", "human_agent")
    await call(room, "a", said(ASK, "hours"), person, handed_over=True)
    await call(room, "b", said("was ist mit dem Garantiefall", "hours"), person, handed_over=True)
    await call(room, "c", said("Brummbär", "price", 0.2, understood=False))
    await call(room, "d", said("was kostet das Kowalski", sure=0.55))
    await call(room, "e", said("wann haben Sie geöffnet", "hours"))
    await call(room, "f", said("ja das", sure=0.3, form="order_form"))


NO_SAMPLE = Limits(sample=0)


async def test_groups_come_most_costly_first_with_their_reasons(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        groups = inbox((await room.talks.utterances(NOON)).utterances, (), NO_SAMPLE)
        texts = [group.items[0].utterance.text for group in groups]
        assert texts == [ASK, "Brummbär", "was kostet das Kowalski"]
        first, second, third = groups
        assert (first.callers, first.handed_over, first.reasons) == (2, 2, (Reason.HANDED_OVER,))
        assert second.reasons == (Reason.NO_MATCH,)
        assert third.reasons == (Reason.LOW,)
        utterance = first.items[0].utterance
        assert (utterance.after, utterance.following) == ("Aha.", "einen Menschen bitte")
        (whole,) = await room.talks.chosen([(utterance.call_id, utterance.seq)])
        assert whole.guesses[0] == Guess("hours", 0.99)
        assert utterance.model == "m1"
        assert third.items[0].masked.text == "was kostet das Müller"


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_sample_is_the_same_at_every_look(share: float) -> None:
    talk = [
        Utterance(f"c{at}", 0, NOON, f"Frage Nummer {at}", "price", 0.99, understood=True)
        for at in range(40)
    ]
    groups = inbox(talk, (), Limits(sample=share))
    assert sum(len(group.items) for group in groups) == 40 * share
    assert inbox(talk, (), Limits(sample=0.5)) == inbox(talk, (), Limits(sample=0.5))


def test_the_same_words_with_different_meanings_stand_out() -> None:
    talk = [
        Utterance("a", 0, NOON, "das Gerät geht nicht", "warranty", 0.9, understood=True),
        Utterance("b", 0, NOON, "Das Gerät geht nicht.", "technical", 0.9, understood=True),
    ]
    (group,) = inbox(talk, (), NO_SAMPLE)
    assert group.reasons == (Reason.DIFFERS,)


@dataclass
class Paper:
    """A journal and a meter that keep the turns."""

    turns: list[Turn] = field(default_factory=list)

    def turn(self, _call_id: str, turn: Turn) -> None:
        self.turns.append(turn)


def heard(text: str) -> Heard:
    return Heard(1.0, Said(text, 0.9, 0, 1))


ALL = Limits(sample=1.0)


async def test_what_the_understanding_never_got_is_nobodys_mistake(place: Path | str) -> None:
    """A yes that the dialogue takes, words to a person, a farewell: no training, no report."""
    async with open_room(place) as room:
        paper: Any = Paper()
        minutes = Minutes("a", paper, paper)
        minutes.heard(heard("Ja."))
        minutes.asked(None)
        minutes.heard(heard("was kostet der Kocher"))
        minutes.asked(1)
        minutes.understood(Understood(1.0, 1, Reply(Guess("price", 0.9))))
        minutes.overheard("agent", Said("Hier ist Frau Meier.", 0.9, 0, 1))
        minutes.overheard("caller", Said("Meine Frau ist krank.", 0.9, 0, 1))
        minutes.heard(heard("gibt es Ersatz"))
        minutes.asked(2)
        minutes.understood(Understood(1.0, 2, Reply(Guess("hours", 0.2), understood=False)))
        minutes.heard(heard("Nein danke."))
        minutes.asked(None)
        minutes.settle()
        assert len(paper.turns) == 6
        await room.store.begin(CallStart("a", CLIENT, "test", NOON, "+49561123"))
        for turn in paper.turns:
            await room.store.add_turn("a", turn)
        found = (await room.talks.utterances(NOON)).utterances
        assert [each.text for each in found] == ["was kostet der Kocher", "gibt es Ersatz"]
        # Nor does it stand around what is worth a look.
        assert {(each.before, each.after, each.following) for each in found} == {("", "", "")}
        assert len(inbox(found, (), ALL)) == 2
        assert [row.of for row in by_intent(found)] == ["price", "hours"]
        assert await room.talks.chosen([("a", seq) for seq in range(9)]) == list(found)


async def test_of_too_much_the_latest_calls_are_there_and_it_is_told_from_when_on(
    place: Path | str,
) -> None:
    async with open_room(place) as room:
        for at, name in enumerate("abc"):
            begun = NOON + timedelta(days=at)
            await room.store.begin(CallStart(name, CLIENT, "test", begun))
            for turn in (said("hallo", understood=None), said("eins"), said("zwei")):
                await room.store.add_turn(name, turn)
        everything = await room.talks.utterances(NOON, most=6)
        assert (len(everything.utterances), everything.since) == (6, NOON)
        assert not everything.cut
        # Half a call would be told wrongly: one goes in whole or not at all.
        latest = await room.talks.utterances(NOON, most=5)
        assert latest.cut
        assert {each.call_id for each in latest.utterances} == {"b", "c"}
        assert NOON < latest.since < NOON + timedelta(days=1)
        before = await room.talks.utterances(NOON, NOON + timedelta(days=1), most=5)
        assert {each.call_id for each in before.utterances} == {"a"}
        assert not before.cut


async def test_calls_go_on_while_the_inbox_is_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[int] = []

    def noting(
        utterances: Sequence[Utterance], decisions: Sequence[Decision], limits: Limits
    ) -> tuple[Group, ...]:
        worked.append(threading.get_ident())
        return inbox(utterances, decisions, limits)

    monkeypatch.setattr(inbox_desk, "inbox", noting)
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        groups = (await room.inbox.look(NOON)).groups
        assert len(worked) == 1
        assert threading.get_ident() not in worked
        # One decision is no reason to look through all of it again.
        first = groups[0].items[0].utterance
        chosen = await room.inbox.chosen([(first.call_id, first.seq)])
        await room.inbox.decide(chosen, Answer(Verdict.RIGHT), "eva")
        assert len(worked) == 1
