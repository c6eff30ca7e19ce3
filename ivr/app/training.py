"""All that admins teach with, put together: for the console's pages, the CLI and the hotline."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ivr.app.heard import ProcessEar, testing_ear
from ivr.app.live_company import LiveCompany
from ivr.app.model_keeper import ModelKeeper, active_model
from ivr.app.rasa import (
    NLU,
    RasaStarter,
    Say,
    key_of,
    running,
    shipped_model,
)
from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.settings import Settings
from ivr.core.training import Clash
from ivr.store.sql import SqlStore
from ivr.store.training_content import SqlShelf
from ivr.store.training_inbox import SqlTalks
from ivr.store.training_jobs import SqlJobs
from ivr.training import pieces as p
from ivr.training.company import CompanyDesk
from ivr.training.content import ContentDesk
from ivr.training.hearing import HearingDesk
from ivr.training.in_turn import InTurn
from ivr.training.inbox import Limits
from ivr.training.inbox_desk import InboxDesk
from ivr.training.models_desk import ModelsDesk
from ivr.training.ports import Ear, Workshop
from ivr.training.spoken import SpokenDesk
from ivr.training.trainer import Trainer
from ivr.training.yaml_in import Problem, read_project
from ivr.understanding.switching import SwitchingUnderstanding
from ivr.understanding.workshop import RasaWorkshop

SEED = "nlu/"
"""Who is named as having taught what ships with the program."""


@dataclass(frozen=True, slots=True)
class _Active:
    """Which model calls use: told by the running understanding, or what was chosen."""

    understandings: list[SwitchingUnderstanding]
    chosen: list[str]

    def __call__(self) -> str:
        if self.understandings:
            return self.understandings[-1].model
        return self.chosen[-1]


@dataclass(frozen=True, slots=True)
class TrainingRoom:
    """Use-cases over one store."""

    settings: Settings
    live: LiveCompany
    shelf: SqlShelf
    talks: SqlTalks
    jobs: SqlJobs
    workshop: Workshop
    content: ContentDesk
    hearing: HearingDesk
    spoken: SpokenDesk
    speaking: InTurn
    """Does what the two above are asked for."""
    inbox: InboxDesk
    company: CompanyDesk
    models: ModelsDesk
    trainer: Trainer
    active: _Active

    async def seed(self) -> list[Problem]:
        """Take over what ships in nlu/, if nothing is taught yet. Problems, if it is broken."""
        if await self.shelf.pieces(p.INTENT):
            return []
        reader = read_project(project_files(NLU))
        if not reader.problems:
            made = await self.shelf.change(reader.edits(), SEED)
            assert not isinstance(made, Clash)  # noqa: S101 - no versions were asked for
        return reader.problems

    async def chosen_model(self, say: Say) -> Path:
        """The model that calls shall begin with."""
        shipped = shipped_model(self.settings)
        chosen = await active_model(self.jobs, self.workshop.file, shipped, say)
        self.active.chosen.append(key_of(chosen))
        return chosen

    def knows(self, understanding: SwitchingUnderstanding) -> None:
        """From now on the running hotline tells which model is active."""
        self.active.understandings.append(understanding)

    @asynccontextmanager
    async def keeping(
        self, understanding: SwitchingUnderstanding, starter: RasaStarter
    ) -> AsyncIterator[None]:
        """Follow admins' changes, fulfil their wishes for other models, and train."""
        start = starter.while_calls_go_on().start
        keeper = ModelKeeper(
            understanding, start, self.jobs, self.workshop.file, self.models.wished
        )
        works = [keeper.run(), self.live.follow(self.shelf), self.speaking.run()]
        lock = training_lock(self.settings)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            pass  # Another program on this data works the queue.
        else:
            works.append(self.trainer.run())
        try:
            async with running(*works):
                yield
        finally:
            lock.release()


def training_lock(settings: Settings) -> FileLock:
    """Held by the program that works the queue of trainings on this data folder."""
    folder = settings.hotline.data_dir / "training"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "queue.lock", thread_local=False)


@dataclass(frozen=True, slots=True)
class Tools:
    """What does the slow work: Rasa's environment and synthetic callers, unless given."""

    workshop: Workshop | None = None
    learning: Ear | None = None
    testing: Ear | None = None


def open_training(
    settings: Settings, live: LiveCompany, store: SqlStore, tools: Tools | None = None
) -> TrainingRoom:
    """The use-cases for the company's content in `store`."""
    tools = tools or Tools()
    client, options = live.current.id, settings.training
    shelf, talks = SqlShelf(store.sessions, client), SqlTalks(store.sessions, client)
    jobs = SqlJobs(store.sessions, client)
    folder, shipped = settings.hotline.data_dir / "training", settings.hotline.models_dir / "nlu"
    workshop = tools.workshop or RasaWorkshop(PROGRAM_FOLDER, NLU, folder, shipped)
    learning = tools.learning or ProcessEar(settings)
    content = ContentDesk(shelf, lambda: live.current)
    turn, most = InTurn(), options.heard_examples
    testing = tools.testing or testing_ear(settings)
    active = _Active([], [key_of(shipped_model(settings))])
    trainer = Trainer(shelf, jobs, workshop, default_config, active, options.keep_models)
    limits = Limits(options.low_confidence, options.sample)
    return TrainingRoom(
        settings=settings,
        live=live,
        shelf=shelf,
        talks=talks,
        jobs=jobs,
        workshop=workshop,
        content=content,
        hearing=HearingDesk(content, learning, lambda: live.words, turn, most),
        spoken=SpokenDesk(
            content, testing, lambda: live.words, turn, trainer.examiner, workshop, active
        ),
        speaking=turn,
        inbox=InboxDesk(talks, shelf, content, limits),
        company=CompanyDesk(shelf, lambda: live.profile),
        models=ModelsDesk(jobs, workshop, active, options.most_lost),
        trainer=trainer,
        active=active,
    )


def project_files(folder: Path) -> Mapping[str, str]:
    """The files of a Rasa project by their paths in it; what is no text is left out."""
    names = ("config.yml", "domain.yml")
    found = [folder / name for name in names if (folder / name).is_file()]
    for part in ("data", "domain", "tests"):
        found += sorted(path for path in (folder / part).rglob("*.y*ml") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def default_config() -> str:
    """The shipped pipeline."""
    return (NLU / "config.yml").read_text("utf-8")
