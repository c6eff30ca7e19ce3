"""Hints as the console shows them, on what ships with the program."""

from pathlib import Path

from ivr.app.rasa import NLU
from ivr.app.training import project_files
from ivr.training.hint_desk import HintDesk
from ivr.training.models_desk import ModelsDesk
from ivr.training.scripted import ScriptedWorkshop
from ivr.training.yaml_in import read_project
from ivr.understanding.actions.given import GIVEN
from tests.training.rooms import open_room


async def test_no_answer_that_ships_is_called_unused(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite", small=False) as room:
        await room.shelf.change(read_project(project_files(NLU)).edits(), "nlu/")
        models = ModelsDesk(room.jobs, ScriptedWorkshop(tmp_path), lambda: "")
        hints = await HintDesk(room.shelf, room.desk, models, GIVEN).hints()
        assert [hint.name for hint in hints if hint.kind == "unused_answer"] == []
        # An answer of an admin's own that nothing gives is one.
        wordings = ["Ja, ein Wasserspiel haben wir."]
        await room.desk.new_intent("wasserspiel", ["haben Sie ein Wasserspiel"], wordings, "eva")
        page = await room.desk.intent("wasserspiel")
        assert page is not None
        await room.desk.remove_intent("wasserspiel", page.line.version, "eva")
        hints = await HintDesk(room.shelf, room.desk, models, GIVEN).hints()
        unused = [hint.name for hint in hints if hint.kind == "unused_answer"]
        assert unused == ["utter_wasserspiel"]


async def test_what_the_active_model_confuses_is_told_at_its_intent(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        active = [""]
        models = ModelsDesk(room.jobs, ScriptedWorkshop(tmp_path), lambda: active[-1])
        desk = HintDesk(room.shelf, room.desk, models, GIVEN)
        assert "confused" not in {hint.kind for hint in await desk.hints()}
        await room.jobs.keep_model("m", 1, {"n": 9, "confusions": [["hours", "price", 3]]})
        active.append("m")
        # The content is the same; what is known of it is not.
        [hint] = [hint for hint in await desk.about("intent", "hours") if hint.kind == "confused"]
        assert "price" in hint.text
        assert "3 Mal" in hint.text


async def test_examples_that_nobody_saved_yet_are_compared_with_all_others(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        models = ModelsDesk(room.jobs, ScriptedWorkshop(tmp_path), lambda: "")
        desk = HintDesk(room.shelf, room.desk, models)
        saved = await desk.hints()
        draft = [
            "was kostet der Kocher",
            "Wann haben Sie geöffnet?",
            "ach wann haben Sie denn noch geöffnet bitte",
            "Was kostet der Kocher!",
            "siehe www.example.de",
        ]
        found = {(hint.kind, hint.example) for hint in await desk.draft("price", draft)}
        assert found == {
            ("few", None), ("twice_across", 1), ("near", 2), ("twice", 3), ("unlikely", 4)
        }  # fmt: skip
        new = await desk.draft("", ["wie lange ist auf"])
        assert {hint.kind for hint in new} == {"few", "twice_across"}
        assert await desk.hints() == saved
        page = await room.desk.intent("price")
        assert page is not None
        await room.desk.switch("price", False, page.line.version, "eva")
        assert await desk.draft("price", draft) == ()
