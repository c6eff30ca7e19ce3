"""Decisions in the inbox: what they teach, of two at once, and the way back."""

import asyncio
from pathlib import Path

from ivr.core.training import Utterance
from ivr.training import pieces as p
from ivr.training.inbox import Verdict
from ivr.training.inbox_desk import Answer, Decided
from ivr.training.outcomes import Refused, Saved
from ivr.training.wordlists import WordLists
from tests.training.rooms import Room, open_room
from tests.training.test_inbox import ASK, NOON, call, fill, said


async def test_a_decision_teaches_and_is_gone_from_the_inbox_until_it_is_taken_back(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        groups = (await room.inbox.look(NOON)).groups
        utterances = [item.utterance for item in groups[0].items]
        made = await room.inbox.decide(utterances, Answer(Verdict.OTHER, "price"), "eva")
        assert isinstance(made, Decided)
        page = await room.desk.intent("price")
        assert page is not None
        assert utterances[0].text in page.examples
        left = [group.items[0].utterance.text for group in (await room.inbox.look(NOON)).groups]
        assert ASK not in left
        assert isinstance(await room.inbox.undo(made.numbers, "eva"), Saved)
        page = await room.desk.intent("price")
        assert page is not None
        assert utterances[0].text not in page.examples
        again = [group.items[0].utterance.text for group in (await room.inbox.look(NOON)).groups]
        assert ASK in again


async def test_personal_data_is_masked_before_it_becomes_an_example(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        (utterance,) = [
            item.utterance
            for group in (await room.inbox.look(NOON)).groups
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
            for group in (await room.inbox.look(NOON)).groups
            for item in group.items
            if item.utterance.text == "Brummbär"
        )
        await room.inbox.decide([brumm], Answer(Verdict.NEVER), "eva")
        await call(room, "g", said("brummbär!", "price", 0.2, understood=False))
        texts = [group.items[0].utterance.text for group in (await room.inbox.look(NOON)).groups]
        assert "brummbär!" not in texts


async def test_a_test_utterance_is_never_trained_on(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        utterance = (await room.talks.utterances(NOON)).utterances[0]
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
        utterance = next(
            u for u in (await room.talks.utterances(NOON)).utterances if u.text == "Brummbär"
        )
        answer = Answer(Verdict.OTHER, "price", transcript="Kostet der Brotröster was, Kowalski?")
        await room.inbox.decide([utterance], answer, "eva")
        assert set(await room.inbox.words()) == {"Kostet", "Brotröster"}


async def pick(room: Room, text: str) -> Utterance:
    found = (await room.talks.utterances(NOON)).utterances
    return next(each for each in found if each.text == text)


async def test_of_two_who_decide_at_once_one_is_told(place: Path | str) -> None:
    async with open_room(place) as room:
        await fill(room)
        brumm, asked = await pick(room, "Brummbär"), await pick(room, ASK)
        made = await asyncio.gather(
            room.inbox.decide([brumm], Answer(Verdict.OTHER, "price"), "eva"),
            room.inbox.decide([brumm], Answer(Verdict.OTHER, "hours"), "uwe"),
            # Another one on the same intent meanwhile: both examples stay.
            room.inbox.decide([asked], Answer(Verdict.OTHER, "price"), "ida"),
        )
        first, other = sorted(made[:2], key=lambda each: isinstance(each, Refused))
        assert isinstance(first, Decided)
        assert isinstance(other, Refused)
        assert ("eva" if first is made[0] else "uwe") in other.text
        assert len(await room.talks.decisions()) == 2
        examples = {
            name: page.examples
            for name in ("price", "hours")
            if (page := await room.desk.intent(name)) is not None
        }
        assert ASK in examples["price"]
        taught = [name for name, listed in examples.items() if "Brummbär" in listed]
        assert taught == [first.intent]


async def test_what_is_left_of_a_group_is_decided_and_the_rest_stays(place: Path | str) -> None:
    async with open_room(place) as room:
        await fill(room)
        group = [item.utterance for item in (await room.inbox.look(NOON)).groups[0].items]
        assert len(group) == 2
        await room.inbox.decide(group[1:], Answer(Verdict.NEVER), "eva")
        made = await room.inbox.decide(group, Answer(Verdict.NOT_FOR_TRAINING), "uwe")
        assert isinstance(made, Decided)
        assert len(made.numbers) == 1
        verdicts = {each.call_id: each.by for each in await room.talks.decisions()}
        assert verdicts == {group[1].call_id: "eva", group[0].call_id: "uwe"}


NEW = Answer(Verdict.NEW, text="Kowalski fragt nach dem Zirkus", wording="Der ist im Sommer da.")


async def test_a_new_intent_is_masked_and_goes_with_its_decision(place: Path | str) -> None:
    async with open_room(place) as room:
        await fill(room)
        before = {(each.kind, each.name): each.body for each in await room.shelf.pieces()}
        brumm = await pick(room, "Brummbär")
        made = await room.inbox.decide([brumm], NEW, "eva")
        assert isinstance(made, Decided)
        assert made.intent is not None
        page = await room.desk.intent(made.intent)
        assert page is not None
        assert page.answer is not None
        assert page.line.follow.target == page.answer.name
        for piece in await room.shelf.pieces():
            assert "kowalski" not in f"{piece.name} {piece.body}".lower()
        assert isinstance(await room.inbox.undo(made.numbers, "eva"), Saved)
        after = {(each.kind, each.name): each.body for each in await room.shelf.pieces()}
        assert after == before
        assert await room.talks.decisions() == []


async def test_who_comes_too_late_makes_no_intent(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        brumm = await pick(room, "Brummbär")
        await room.inbox.decide([brumm], Answer(Verdict.NEVER), "eva")
        pieces = await room.shelf.pieces()
        assert isinstance(await room.inbox.decide([brumm], NEW, "uwe"), Refused)
        assert await room.shelf.pieces() == pieces


async def test_an_intent_that_was_changed_since_keeps_its_decision(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        made = await room.inbox.decide([await pick(room, "Brummbär")], NEW, "eva")
        assert isinstance(made, Decided)
        await room.desk.add_examples(made.intent or "", ["wann kommt der Zirkus"], "uwe")
        refused = await room.inbox.undo(made.numbers, "eva")
        assert isinstance(refused, Refused)
        assert refused.clash
        assert len(await room.talks.decisions()) == 1
        assert await room.desk.intent(made.intent or "") is not None


async def test_expected_words_go_with_the_decision_that_brought_them(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await fill(room)
        lists = WordLists(room.desk)
        await lists.expect(["Brotröster"], "uwe")
        answer = Answer(Verdict.OTHER, "price", transcript="Kostet der Brotröster mit Krümellade?")
        made = await room.inbox.decide([await pick(room, "Brummbär")], answer, "eva")
        assert isinstance(made, Decided)
        assert await room.inbox.words() == ("Brotröster", "Kostet", "Krümellade")
        await lists.expect_no_more("Kostet", "uwe")
        assert isinstance(await room.inbox.undo(made.numbers, "eva"), Saved)
        # What was there before stays, and what somebody took away is no reason to refuse.
        assert await room.inbox.words() == ("Brotröster",)
        price = await room.desk.intent("price")
        assert price is not None
        assert not any("Krümellade" in str(each) for each in price.examples)
