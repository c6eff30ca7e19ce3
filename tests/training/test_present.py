"""The content as it is now, whoever changes it."""

from pathlib import Path

from ivr.core.training import Edit
from ivr.training import pieces as p
from ivr.training.content import ContentDesk
from ivr.training.outcomes import Refused
from tests.training.rooms import demo_company, open_room


async def test_changes_of_other_programs_are_there_at_the_next_look(tmp_path: Path) -> None:
    async with open_room(tmp_path / "t.sqlite") as room:
        before = await room.desk.content()
        assert await room.desk.content() is before
        other = ContentDesk(room.shelf, demo_company)
        await other.add_examples("hours", ["macht ihr auf"], "bert")
        await room.shelf.change([Edit(p.INTENT, "price", None)], "bert")
        now = await room.desk.content()
        assert "macht ihr auf" in now.body(p.INTENT, "hours")["examples"]
        assert "price" not in now.of(p.INTENT)
        assert [(each.name, each.version) for each in await room.desk.intents()] == [("hours", 2)]


async def test_what_comes_back_has_its_old_place(tmp_path: Path) -> None:
    async with open_room(tmp_path / "t.sqlite") as room:
        order = list((await room.desk.content()).of(p.INTENT))
        (line, _) = await room.desk.intents()
        gone = await room.desk.remove_intent(line.name, line.version, "anna")
        assert not isinstance(gone, Refused)
        assert line.name not in (await room.desk.content()).of(p.INTENT)
        for change in gone.changes:
            await room.desk.past.undo(change.number, "anna")
        now = await room.desk.content()
        assert list(now.of(p.INTENT)) == order
        assert now.pieces == tuple(await room.shelf.pieces())
