"""The frozen test set: nothing is trained on it, and only what can be known is asked."""

from pathlib import Path

from ivr.core.training import Edit
from ivr.training import pieces as p
from ivr.training.frozen import frozen_set
from ivr.training.heard import Heard, variants
from ivr.training.project import training_files
from tests.training.rooms import Room, open_room

HEARD = Heard("wann ist auf", "wie lange ist auf", "deep", "phone", "whisper")


async def ask_for(room: Room, **examples: list[str]) -> None:
    edits = [
        Edit(
            p.TEST,
            f"{p.TEST_FILE}#{intent}",
            {"file": p.TEST_FILE, "intent": intent, "examples": texts},
        )
        for intent, texts in examples.items()
    ]
    await room.shelf.change(edits, "seed")


async def test_what_the_phone_hears_of_an_example_is_no_variant_if_it_is_a_test(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        assert len(variants(await room.desk.content(), "hours", [HEARD])) == 1
        await ask_for(room, hours=["Wann ist auf?"])
        assert variants(await room.desk.content(), "hours", [HEARD]) == []


async def test_a_variant_that_becomes_a_test_is_not_trained_on_any_more(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        kept = variants(await room.desk.content(), "hours", [HEARD])
        await room.desk.set_heard("hours", kept, "eva")
        config = "pipeline: []\n"
        assert "wann ist auf" in training_files(await room.desk.content(), config)["data/nlu.yml"]
        await ask_for(room, hours=["Wann ist auf?"])
        content = await room.desk.content()
        assert "wann ist auf" not in training_files(content, config)["data/nlu.yml"]
        assert frozen_set(content) == [("Wann ist auf?", "hours")]


async def test_tests_of_what_no_model_learns_do_not_count(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        await ask_for(room, hours=["a"], price=["b"], gone=["c"], out_of_scope=["d"])
        page = await room.desk.intent("price")
        assert page is not None
        await room.desk.switch("price", on=False, version=page.line.version, by="eva")
        found = frozen_set(await room.desk.content())
        # To be told from all that is known: that needs no intent.
        assert found == [("a", "hours"), ("d", "out_of_scope")]
