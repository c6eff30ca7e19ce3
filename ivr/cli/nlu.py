"""`ivr nlu`: what the assistant is taught, and the models that come of it."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from filelock import Timeout

from ivr.app.heard import testing_ear
from ivr.app.hotline import open_company_store
from ivr.app.live_company import LiveCompany
from ivr.app.rasa import running
from ivr.app.training import TrainingRoom, open_training, project_files, training_lock
from ivr.config.loading import PROGRAM_FOLDER, load_settings, settings_root
from ivr.config.settings import Settings
from ivr.core.errors import HotlineError
from ivr.core.training import Activation, Clash, Job, JobState, TrainingFailed
from ivr.training.csv_files import write_examples
from ivr.training.evaluation import Comparison
from ivr.training.hearing import HearingDesk, spoken_tests
from ivr.training.importing import edits_of, read_any
from ivr.training.models_desk import Doubts
from ivr.training.outcomes import Refused
from ivr.training.yaml_out import write_project
from ivr.understanding.nlu_model import nlu_python, train

_T = TypeVar("_T")
LOOK_EVERY_S = 1.0

app = typer.Typer(
    help="What the assistant is taught: import, export, train, compare, activate.",
    no_args_is_help=True,
)


class NotDone(HotlineError):
    """What was asked for is refused; the message says why."""


@app.command("train")
def train_model(
    taught: Annotated[
        bool, typer.Option(help="What admins have taught, instead of the shipped nlu/.")
    ] = False,
) -> None:
    """Train the model for the present content of nlu/, unless it is there already."""
    settings = load_settings(settings_root(os.environ), os.environ)
    if taught:
        job = _run(settings, _train_taught)
        if job.state is not JobState.DONE:
            raise NotDone(f"{job.reason or job.state.value} {' '.join(job.places)}".strip())
        typer.echo(f"the model is {job.model}; use it with: ivr nlu activate {job.model}")
        return
    python = nlu_python(PROGRAM_FOLDER)
    model = train(PROGRAM_FOLDER / "nlu", settings.hotline.models_dir / "nlu", python, typer.echo)
    typer.echo(f"Rasa's model is {model}")


@app.command("import")
def import_files(
    path: Annotated[Path, typer.Argument(help="A Rasa project's folder, or a .yml, .md or .csv.")],
    replace: Annotated[
        bool, typer.Option(help="Let go of everything that is not in there.")
    ] = False,
) -> None:
    """Take over intents, answers and rules: all of it, or nothing and a list of what is wrong."""
    settings = load_settings(settings_root(os.environ), os.environ)
    if not path.exists():
        raise NotDone(f"{path} is not there")
    reader = read_any(_files(path))
    if reader.problems:
        for problem in reader.problems:
            typer.echo(str(problem), err=True)
        raise NotDone(f"nothing was imported: {len(reader.problems)} problem(s)")

    async def work(room: TrainingRoom) -> int:
        if not replace:
            await room.seed()
        edits = edits_of(await room.content.content(), reader, replace=replace)
        made = await room.shelf.change(edits, _me(), f"import {path.name}")
        if isinstance(made, Clash):
            raise NotDone("somebody else is changing this at the moment: try again")
        return len(made)

    typer.echo(f"{_run(settings, work)} piece(s) changed; train with: ivr nlu train --taught")


@app.command("export")
def export_files(
    folder: Annotated[Path, typer.Argument(help="Where the Rasa project is written.")],
    csv: Annotated[Path | None, typer.Option(help="Write the examples as a table, too.")] = None,
) -> None:
    """Write what is taught as a Rasa project."""
    settings = load_settings(settings_root(os.environ), os.environ)

    async def work(room: TrainingRoom) -> tuple[dict[str, str], str]:
        await room.seed()
        content = await room.content.content()
        return write_project(content), write_examples(content)

    files, table = _run(settings, work)
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    if csv is not None:
        # The mark in front makes spreadsheets read it as UTF-8.
        csv.write_text("\ufeff" + table, "utf-8")
    typer.echo(f"{len(files)} file(s) in {folder}")


@app.command("models")
def list_models() -> None:
    """List the trained models, newest first; a star marks the active one."""
    settings = load_settings(settings_root(os.environ), os.environ)

    async def work(room: TrainingRoom) -> list[str]:
        await room.chosen_model(typer.echo)
        lines = []
        for line in await room.models.models():
            report = line.entry.report
            right = f"{100 * report['accuracy']:.1f} %" if report.get("n") else "not tried"
            made = line.entry.made_at.strftime("%Y-%m-%d %H:%M")
            gone = "" if line.there else "  (file is gone)"
            lines.append(f"{'*' if line.active else ' '} {line.entry.key}  {made}  {right}{gone}")
        return lines or [f"* {room.active()}  shipped"]

    typer.echo("\n".join(_run(settings, work)))


@app.command()
def hear(
    intents: Annotated[list[str] | None, typer.Argument(help="Which; all if not given.")] = None,
    forget: Annotated[bool, typer.Option(help="Let go of what was heard.")] = False,
) -> None:
    """Speak examples as callers on the phone, and train on what the recognizer makes of them."""
    settings = load_settings(settings_root(os.environ), os.environ)

    async def work(room: TrainingRoom) -> None:
        await room.seed()
        await room.live.refresh(room.shelf)
        if forget:
            typer.echo(f"{await room.hearing.forget(intents or (), _me())} intent(s) changed")
            return
        asked = await room.hearing.ask(intents or (), _me())
        if isinstance(asked, Refused):
            raise NotDone(asked.text)
        async with running(room.hearing.work_once()):
            await _watch(room.hearing)

    _run(settings, work)


async def _watch(hearing: HearingDesk) -> None:
    """Tell how it goes, intent by intent, until it is over."""
    told = ""
    while (state := hearing.state) is not None:
        if state.intent != told:
            told = state.intent
            typer.echo(f"{state.done} of {state.total} spoken, {state.kept} kept; now {told}")
        if state.over:
            if state.reason:
                raise NotDone(state.reason)
            typer.echo(f"{state.kept} variant(s) kept; train with: ivr nlu train --taught")
            return
        await asyncio.sleep(LOOK_EVERY_S)


@app.command()
def evaluate(
    model: str,
    spoken: Annotated[
        bool, typer.Option(help="Have the test set spoken and recognized, too.")
    ] = False,
) -> None:
    """Try a model on the frozen test set, and compare it with the active one."""
    settings = load_settings(settings_root(os.environ), os.environ)

    async def work(room: TrainingRoom) -> Comparison | Refused:
        await room.seed()
        await room.chosen_model(typer.echo)
        content = await room.content.content()
        ear, words = testing_ear(settings), tuple(room.live.words)
        heard = await spoken_tests(ear, content, words) if spoken else None
        known = {entry.key: entry for entry in await room.jobs.models()}
        for key in dict.fromkeys((room.active(), model)):
            report = await room.trainer.evaluate(key, content, heard)
            change = known[key].change if key in known else 0
            await room.jobs.keep_model(key, change, report)
            _show_report(key, report)
        return await room.models.compare(model)

    compared = _run(settings, work)
    if isinstance(compared, Comparison):
        for sign, rows in (("+", compared.better), ("-", compared.worse)):
            for text, meant, before, after in rows:
                typer.echo(f"{sign} {text}  [{meant}: {before} -> {after}]")
        for name in compared.newly_failed:
            typer.echo(f"- conversation fails now: {name}")


@app.command()
def activate(
    model: str,
    anyway: Annotated[bool, typer.Option(help="In spite of what speaks against it.")] = False,
) -> None:
    """Have calls understood by a model; a running hotline changes over within seconds."""
    settings = load_settings(settings_root(os.environ), os.environ)

    async def work(room: TrainingRoom) -> Activation | Doubts | Refused:
        await room.chosen_model(typer.echo)
        return await room.models.activate(model, _me(), anyway=anyway)

    _told(_run(settings, work))


@app.command()
def rollback() -> None:
    """Go back to the model that was used before."""
    settings = load_settings(settings_root(os.environ), os.environ)

    async def work(room: TrainingRoom) -> Activation | Refused:
        await room.chosen_model(typer.echo)
        return await room.models.roll_back(_me())

    _told(_run(settings, work))


def _told(outcome: Activation | Doubts | Refused) -> None:
    match outcome:
        case Refused(text=text):
            raise NotDone(text)
        case Doubts(texts=texts):
            raise NotDone(" ".join(texts) + " Insist with --anyway.")
        case Activation(model=model):
            typer.echo(f"{model} is wanted; a running hotline takes it up, others at their start")


def _show_report(key: str, report: dict[str, object]) -> None:
    stories = report.get("stories")
    passed = f"; conversations failed: {stories['failed']}" if isinstance(stories, dict) else ""
    accuracy = report["accuracy"]
    assert isinstance(accuracy, float)  # noqa: S101 - made by this program
    typer.echo(f"{key}: {100 * accuracy:.1f} % of {report['n']} right{passed}")
    if isinstance(aloud := report.get("spoken"), dict):
        typer.echo(f"{key}: {100 * aloud['accuracy']:.1f} % right as the phone hears it")


async def _train_taught(room: TrainingRoom) -> Job:
    """Ask for a training and see it through, by the running hotline or ourselves."""
    await room.seed()
    await room.chosen_model(typer.echo)
    asked = await room.trainer.ask(_me())
    if isinstance(asked, Refused):
        raise NotDone(f"{asked.text} {asked.place}".strip())
    async with AsyncExitStack() as stack:
        try:
            stack.enter_context(training_lock(room.settings).acquire(blocking=False))
        except Timeout:
            typer.echo("the running hotline trains it")
        else:
            work = asyncio.create_task(room.trainer.work_once())
            stack.push_async_callback(asyncio.wait, {work})
        told = ""
        while True:
            job = await room.jobs.job(asked.number)
            assert job is not None  # noqa: S101 - jobs are never deleted
            if job.step != told:
                typer.echo(told := job.step)
            if job.state.over:
                return job
            await asyncio.sleep(LOOK_EVERY_S)


def _run(settings: Settings, work: Callable[[TrainingRoom], Awaitable[_T]]) -> _T:
    async def run() -> _T:
        live = LiveCompany(settings.hotline.company)
        store = await open_company_store(settings, live.current)
        try:
            return await work(open_training(settings, live, store))
        except TrainingFailed as error:
            raise NotDone(str(error)) from None
        finally:
            await store.close()

    return asyncio.run(run())


def _files(path: Path) -> dict[str, str]:
    try:
        if path.is_dir():
            found = dict(project_files(path))
            for file in sorted((*path.rglob("*.md"), *path.rglob("*.csv"))):
                found[file.relative_to(path).as_posix()] = file.read_text("utf-8-sig")
            return found
        return {path.name: path.read_text("utf-8-sig")}
    except (OSError, UnicodeDecodeError) as error:
        raise NotDone(f"{path} cannot be read as UTF-8 text: {error}") from None


def _me() -> str:
    """Whoever sits at the terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"
