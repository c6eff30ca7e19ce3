"""A hotline's data folder with a small project in it, for tests with Rasa itself."""

from pathlib import Path

from ivr.app.training import TrainingRoom
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.config.settings import Settings
from ivr.core.training import Job
from ivr.training.yaml_in import read_project
from tests.ports import free_ports
from tests.training.rooms import SMALL

TESTS = """
version: "3.1"
nlu:
  - intent: hours
    examples: |
      - wann macht ihr auf
      - wie lange ist bei euch offen
  - intent: price
    examples: |
      - was kostet das Ding
      - wie teuer ist der Kasten
"""
STORIES = """
version: "3.1"
stories:
  - story: hours are told
    steps:
      - intent: hours
      - action: utter_hours
"""
HOURS = [
    "wann machen Sie auf", "wann macht ihr zu", "bis wann ist offen", "wann öffnen Sie",
    "wann schließen Sie", "ist jetzt auf", "habt ihr geöffnet", "wie lange ist offen",
    "um wie viel Uhr macht ihr auf", "wann ist bei euch auf",
]  # fmt: skip
PRICE = [
    "was kostet das", "wie teuer ist der", "was soll der kosten", "was macht das",
    "wie hoch ist der Preis", "ist der teuer", "sagen Sie mir den Preis", "was zahle ich dafür",
    "was kostet der Kasten", "wie viel kostet so ein Ding",
]  # fmt: skip


def settings_in(folder: Path) -> Settings:
    """Everything is kept in `folder`, and every port is free."""
    settings = default_settings(PROGRAM_FOLDER)
    port, actions_port, web_port = free_ports(3)
    return settings.model_copy(
        update={
            "hotline": settings.hotline.model_copy(update={"data_dir": folder}),
            "nlu": settings.nlu.model_copy(
                update={"port": port, "actions_port": actions_port, "timeout_s": 60}
            ),
            "web": settings.web.model_copy(update={"port": web_port}),
        }
    )


async def teach(room: TrainingRoom) -> None:
    """Two questions, ten examples each: trained in seconds."""
    project = {**SMALL, "tests/held_out.yml": TESTS, "tests/test_hours.yml": STORIES}
    await room.shelf.change(read_project(project).edits(), "seed")
    await room.content.add_examples("hours", HOURS, "eva")
    await room.content.add_examples("price", PRICE, "eva")


async def train(room: TrainingRoom) -> Job:
    asked = await room.trainer.ask("eva")
    assert isinstance(asked, Job), asked
    await room.trainer.work_once()
    job = await room.jobs.job(asked.number)
    assert job is not None
    return job
