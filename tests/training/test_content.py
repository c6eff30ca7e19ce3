"""What admins do with content: nothing is lost, nobody is written over, everything comes back."""

import asyncio
from pathlib import Path

import pytest

from ivr.core.training import Clash, Edit
from ivr.training import pieces as p
from ivr.training.follows import Follow, Then
from ivr.training.hints import hints
from ivr.training.outcomes import Refused, Saved
from ivr.training.yaml_out import write_project
from tests.training.rooms import open_room


async def test_a_new_question_with_its_answer_is_ready_for_training(place: Path | str) -> None:
    async with open_room(place) as room:
        made = await room.desk.new_intent(
            "rabatt", ["gibt es Rabatt", "kriege ich Prozente"], ["Rabatt geben wir nicht."], "eva"
        )
        assert isinstance(made, Saved)
        content = await room.desk.content()
        assert await room.desk.content() == content
        written = "\n".join(write_project(content, for_training=True).values())
        assert "- gibt es Rabatt" in written
        assert "utter_rabatt" in written
        assert [hint for hint in hints(content) if hint.serious] == []
        (line,) = [line for line in await room.desk.intents() if line.name == "rabatt"]
        assert line.follow == Follow(Then.ANSWER, "utter_rabatt", rule="answer rabatt")


async def test_two_admins_on_one_intent_do_not_write_over_each_other(place: Path | str) -> None:
    async with open_room(place) as room:
        page = await room.desk.intent("hours")
        assert page is not None
        first, second = await asyncio.gather(
            room.desk.set_examples("hours", ["wann ist auf"], page.line.version, "eva"),
            room.desk.set_examples("hours", ["bis wann"], page.line.version, "max"),
        )
        saved, refused = (first, second) if isinstance(first, Saved) else (second, first)
        assert isinstance(saved, Saved)
        assert isinstance(refused, Refused)
        assert refused.clash
        assert saved.changes[0].by in refused.text
        kept = await room.desk.intent("hours")
        assert kept is not None
        assert saved.changes[0].after is not None
        assert list(kept.examples) == saved.changes[0].after["examples"]


async def test_examples_that_are_added_at_once_are_all_kept(place: Path | str) -> None:
    async with open_room(place) as room:
        texts = [f"Frage Nummer {at}" for at in range(6)]
        await asyncio.gather(*(room.desk.add_examples("hours", [text], "eva") for text in texts))
        page = await room.desk.intent("hours")
        assert page is not None
        assert set(texts) < set(page.examples)


async def test_undo_brings_back_what_was_there_unless_it_was_changed_since(
    place: Path | str,
) -> None:
    async with open_room(place) as room:
        before = await room.shelf.piece(p.INTENT, "hours")
        assert before is not None
        made = await room.desk.set_examples("hours", ["eins"], before.version, "eva")
        assert isinstance(made, Saved)
        later = await room.desk.add_examples("hours", ["zwei"], "max")
        assert isinstance(later, Saved)
        refused = await room.desk.past.undo(made.changes[0].number, "eva")
        assert isinstance(refused, Refused)
        for change in (later, made):
            assert isinstance(await room.desk.past.undo(change.changes[0].number, "eva"), Saved)
        after = await room.shelf.piece(p.INTENT, "hours")
        assert after is not None
        assert after.body == before.body
        assert len(await room.desk.past.changes(p.INTENT, "hours")) == 5


async def test_a_piece_that_was_taken_away_can_come_back(place: Path | str) -> None:
    async with open_room(place) as room:
        page = await room.desk.intent("hours")
        assert page is not None
        gone = await room.desk.remove_intent("hours", page.line.version, "eva")
        assert isinstance(gone, Saved)
        assert await room.desk.intent("hours") is None
        assert {change.kind for change in gone.changes} == {p.INTENT, p.RULE}
        for change in gone.changes:
            assert isinstance(await room.desk.past.undo(change.number, "eva"), Saved)
        assert (await room.desk.intent("hours")) is not None


async def test_changes_are_made_all_or_none(place: Path | str) -> None:
    async with open_room(place) as room:
        before = await room.shelf.pieces()
        clash = await room.shelf.change(
            [Edit(p.WORD, "Kocher", {}), Edit(p.INTENT, "hours", None, version=7)], "eva"
        )
        assert isinstance(clash, Clash)
        assert await room.shelf.pieces() == before


@pytest.mark.parametrize("then", [Then.ANSWER, Then.HAND_OVER, Then.END])
async def test_what_follows_is_read_as_it_was_set(then: Then, tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        page = await room.desk.intent("price")
        assert page is not None
        queue = "verkauf" if then is Then.HAND_OVER else ""
        wish = Follow(then, "utter_hours", queue)
        made = await room.desk.set_follow("price", wish, page.seen, "eva")
        assert isinstance(made, Saved)
        page = await room.desk.intent("price")
        assert page is not None
        assert page.line.follow == Follow(then, "utter_hours", queue, "answer price")


async def test_two_admins_who_set_what_follows_do_not_write_over_each_other(
    place: Path | str,
) -> None:
    async with open_room(place) as room:
        anna, max_ = await room.desk.intent("price"), await room.desk.intent("price")
        assert anna is not None
        assert max_ is not None
        queue = Follow(Then.HAND_OVER, "utter_price", "verkauf")
        assert isinstance(await room.desk.set_follow("price", queue, anna.seen, "anna"), Saved)
        refused = await room.desk.set_follow(
            "price", Follow(Then.ANSWER, "utter_hours"), max_.seen, "max"
        )
        assert isinstance(refused, Refused)
        assert refused.clash
        assert "anna" in refused.text
        now = await room.desk.intent("price")
        assert now is not None
        assert (now.line.follow.then, now.line.follow.queue) == (Then.HAND_OVER, "verkauf")
        late = await room.desk.set_follow(
            "price", Follow(Then.ANSWER, "utter_hours"), now.seen, "max"
        )
        assert isinstance(late, Saved)


async def test_what_follows_on_two_intents_may_be_the_hints_of_one_answer(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        hours, price = await room.desk.intent("hours"), await room.desk.intent("price")
        assert hours is not None
        assert price is not None
        end, person = Follow(Then.END, "utter_hours"), Follow(Then.HAND_OVER, "utter_hours")
        assert isinstance(await room.desk.set_follow("hours", end, hours.seen, "anna"), Saved)
        refused = await room.desk.set_follow("price", person, price.seen, "max")
        assert isinstance(refused, Refused)
        assert refused.piece == (p.ANSWER, "utter_hours")


async def test_what_others_change_elsewhere_does_not_keep_anybody_from_it(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        page = await room.desk.intent("price")
        assert page is not None
        await room.desk.add_examples("price", ["was macht das"], "anna")
        answer = await room.shelf.piece(p.ANSWER, "utter_price")
        assert answer is not None
        await room.desk.set_answer("utter_price", ["Zehn Euro."], answer.version, "anna")
        end = Follow(Then.END, "utter_price")
        assert isinstance(await room.desk.set_follow("price", end, page.seen, "max"), Saved)


async def test_an_answer_that_was_taken_away_comes_back_with_its_hints(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        page = await room.desk.intent("price")
        assert page is not None
        person = Follow(Then.HAND_OVER, "utter_price", "verkauf")
        await room.desk.set_follow("price", person, page.seen, "anna")
        await room.shelf.change([Edit(p.ANSWER, "utter_price", None)], "max")
        again = await room.desk.set_answer("utter_price", ["Zehn Euro."], 0, "anna")
        assert isinstance(again, Saved)
        page = await room.desk.intent("price")
        assert page is not None
        assert page.line.follow.then is Then.HAND_OVER


async def test_names_marks_and_empty_answers_are_refused_with_their_place(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        for outcome, at in (
            (await room.desk.new_intent("Neu!", ["a"], ["b"], "eva"), "name"),
            (await room.desk.new_intent("hours", ["a"], ["b"], "eva"), "name"),
            (await room.desk.new_intent("neu", ["a", '[x]{"y"}'], ["b"], "eva"), "example#2"),
            (await room.desk.new_intent("neu", ["a"], [" "], "eva"), "answer"),
        ):
            assert isinstance(outcome, Refused)
            assert outcome.place == at
        assert await room.desk.intent("neu") is None


async def test_an_answer_that_nobody_can_listen_to_is_told_so(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        version = (await room.shelf.pieces(p.ANSWER))[0].version
        long = "Das dauert z.B. sehr lange. " * 10
        made = await room.desk.set_answer("utter_hours", [long], version, "eva")
        assert isinstance(made, Saved)
        assert len(made.hints) == 2


async def test_hints_name_their_place(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await room.desk.add_examples(
            "price", ["Wann haben Sie geöffnet?", "was kostet der!!"], "e"
        )
        await room.shelf.change(
            [Edit(p.ANSWER, "utter_leer", {"file": "d.yml", "variants": [{"text": "x"}]})], "eva"
        )
        found = {(hint.kind, hint.name, hint.example) for hint in hints(await room.desk.content())}
        assert ("twice_across", "price", 2) in found
        assert ("unlikely", "price", 3) in found
        assert ("unused_answer", "utter_leer", None) in found
        assert ("few", "hours", None) in found


async def test_an_entity_that_is_marked_for_the_first_time_becomes_known(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        page = await room.desk.intent("price")
        assert page is not None
        made = await room.desk.set_examples(
            "price", ["was kostet der [rote](farbe) Kocher"], page.line.version, "eva"
        )
        assert isinstance(made, Saved)
        assert "farbe" in (await room.desk.content()).entities()
        await room.desk.add_examples("hours", ["ist in [Kassel](stadt) offen"], "max")
        content = await room.desk.content()
        assert {"farbe", "stadt"} <= set(content.entities())
        written = write_project(content, for_training=True)
        assert "- farbe" in written[p.DOMAIN_FILE]
        for save in (await room.desk.past.saves())[:2]:
            await room.desk.past.undo(save.number, "eva", whole=True)
        assert "farbe" not in (await room.desk.content()).entities()


@pytest.mark.timeout(60)
async def test_nine_thousand_examples_are_listed_without_reading_them_one_by_one(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path / "h.sqlite", small=False) as room:
        edits = [
            Edit(
                p.INTENT,
                f"frage_{at}",
                p.new_intent(examples=[f"Wort {at} und {n}" for n in range(44)]),
            )
            for at in range(215)
        ]
        await room.shelf.change(edits, "seed")
        lines = await room.desk.intents()
        assert sum(line.examples for line in lines) == 215 * 44
        assert [line.name for line in await room.desk.intents("Wort 7 und 3")][:1] == ["frage_7"]
