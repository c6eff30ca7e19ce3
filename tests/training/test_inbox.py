"""The inbox: what is worth a look comes by itself, most costly first, and every decision can be
taken back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.records import CallEnd, CallStart, HandOver, HandOverReason, Outcome, Turn
from ivr.core.training import Utterance
from ivr.core.understanding import Guess
from ivr.training import pieces as p
from ivr.training.inbox import Limits, Reason, Verdict, inbox
from ivr.training.inbox_desk import Answer, Decided
from ivr.training.outcomes import Refused, Saved
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
        groups = inbox(await room.talks.utterances(NOON), (), NO_SAMPLE)
        texts = [group.items[0].utterance.text for group in groups]
        assert texts == [ASK, "Brummbär", "was kostet das Kowalski"]
        first, second, third = groups
        assert (first.callers, first.handed_over, first.reasons) == (2, 2, (Reason.HANDED_OVER,))
        assert second.reasons == (Reason.NO_MATCH,)
        assert third.reasons == (Reason.LOW,)
        utterance = first.items[0].utterance
        assert (utterance.after, utterance.following) == ("Aha.", "einen Menschen bitte")
        assert utterance.guesses[0] == Guess("hours", 0.99)
        assert utterance.model == "m1"
        assert third.items[0].masked.text == "was kostet das Müller"


async def test_a_decision_teaches_and_is_gone_from_the_inbox_until_it_is_taken_back(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        groups = await room.inbox.groups(NOON)
        utterances = [item.utterance for item in groups[0].items]
        made = await room.inbox.decide(utterances, Answer(Verdict.OTHER, "price"), "eva")
        assert isinstance(made, Decided)
        page = await room.desk.intent("price")
        assert page is not None
        assert utterances[0].text in page.examples
        left = [group.items[0].utterance.text for group in await room.inbox.groups(NOON)]
        assert ASK not in left
        assert isinstance(await room.inbox.undo(made.numbers, "eva"), Saved)
        page = await room.desk.intent("price")
        assert page is not None
        assert utterances[0].text not in page.examples
        again = [group.items[0].utterance.text for group in await room.inbox.groups(NOON)]
        assert ASK in again


async def test_personal_data_is_masked_before_it_becomes_an_example(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        (utterance,) = [
            item.utterance
            for group in await room.inbox.groups(NOON)
            for item in group.items
            if "Kowalski" in item.utterance.text
        ]
        made = await room.inbox.decide([utterance], Answer(Verdict.OTHER, "price"), "eva")
        assert isinstance(made, Decided)
        assert made.example is not None
        assert made.example.hidden
        for piece in await room.shelf.pieces():
            assert "Kowalski" not in str(piece.body)
        for decision in await room.talks.decisions():
            assert "kowalski" not in decision.key


async def test_never_again_counts_for_the_words_whoever_says_them(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        brumm = next(
            item.utterance
            for group in await room.inbox.groups(NOON)
            for item in group.items
            if item.utterance.text == "Brummbär"
        )
        await room.inbox.decide([brumm], Answer(Verdict.NEVER), "eva")
        await call(room, "g", said("brummbär!", "price", 0.2, understood=False))
        texts = [group.items[0].utterance.text for group in await room.inbox.groups(NOON)]
        assert "brummbär!" not in texts


async def test_a_test_utterance_is_never_trained_on(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        utterance = (await room.talks.utterances(NOON))[0]
        made = await room.inbox.decide([utterance], Answer(Verdict.TEST, "price"), "eva")
        assert isinstance(made, Decided)
        (test,) = await room.shelf.pieces(p.TEST)
        assert test.body["examples"] == [ASK]
        await room.desk.add_examples("hours", ["wann ist denn auf"], "eva")
        other = Utterance("x", 0, NOON, "Wann ist denn auf?")
        refused = await room.inbox.decide([other], Answer(Verdict.TEST, "hours"), "eva")
        assert isinstance(refused, Refused)


async def test_words_of_corrected_transcripts_are_expected_from_then_on(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        utterance = next(u for u in await room.talks.utterances(NOON) if u.text == "Brummbär")
        answer = Answer(Verdict.OTHER, "price", transcript="Kostet der Brotröster was, Kowalski?")
        await room.inbox.decide([utterance], answer, "eva")
        assert set(await room.inbox.words()) == {"Kostet", "Brotröster"}


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
