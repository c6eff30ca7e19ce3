"""A store with the shelves and desks of training on it, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.config.company import Company, load_company
from ivr.config.loading import PROGRAM_FOLDER
from ivr.store.sql import SqlStore, open_store
from ivr.store.training_content import SqlShelf
from ivr.store.training_inbox import SqlTalks
from ivr.store.training_jobs import SqlJobs
from ivr.training.content import ContentDesk
from ivr.training.inbox_desk import InboxDesk
from ivr.training.yaml_in import read_project

CLIENT = "musterfirma"

SMALL = {
    "domain.yml": """
version: "3.1"
intents:
  - hours
  - price
responses:
  utter_hours:
    - text: "Wir haben bis achtzehn Uhr geöffnet."
  utter_price:
    - text: "Der kostet zehn Euro."
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
  - intent: hours
    examples: |
      - wann haben Sie geöffnet
      - wie lange ist auf
  - intent: price
    examples: |
      - was kostet der [Kocher]{"entity": "product", "value": "Wasserkocher"}
      - wie teuer ist das
""",
    "data/rules.yml": """
version: "3.1"
rules:
  - rule: answer hours
    steps:
      - intent: hours
      - action: utter_hours
  - rule: answer price
    steps:
      - intent: price
      - action: utter_price
""",
}


@dataclass(frozen=True, slots=True)
class Room:
    store: SqlStore
    shelf: SqlShelf
    talks: SqlTalks
    jobs: SqlJobs
    desk: ContentDesk
    inbox: InboxDesk


def demo_company() -> Company:
    return load_company(PROGRAM_FOLDER / "company.toml")


@asynccontextmanager
async def open_room(place: Path | str, *, small: bool = True) -> AsyncIterator[Room]:
    """`small`: with the small project above already taught."""
    store = await open_store(place, client=CLIENT)
    try:
        shelf, talks = SqlShelf(store.sessions, CLIENT), SqlTalks(store.sessions, CLIENT)
        desk = ContentDesk(shelf, demo_company)
        if small:
            await shelf.change(read_project(SMALL).edits(), "seed")
        yield Room(
            store,
            shelf,
            talks,
            SqlJobs(store.sessions, CLIENT),
            desk,
            InboxDesk(talks, shelf, desk),
        )
    finally:
        await store.close()
