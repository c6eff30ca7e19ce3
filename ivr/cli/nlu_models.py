"""`ivr nlu train | models | evaluate | activate | rollback`: models, and which calls use."""

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated, Any

import typer
from filelock import Timeout

from ivr.app.training import TrainingRoom, training_lock
from ivr.cli.nlu_room import LOOK_EVERY_S, NotDone, me, present_settings, run
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.training import Activation, Job, JobState
from ivr.training.evaluation import Comparison
from ivr.training.models_desk import Doubts
from ivr.training.outcomes import Refused
from ivr.understanding.nlu_model import nlu_python, train


def train_model(
    taught: Annotated[
        bool, typer.Option(help="What admins have taught, instead of the shipped nlu/.")
    ] = False,
) -> None:
    """Train the model for the present content of nlu/, unless it is there already."""
    settings = present_settings()
    if taught:
        job = run(settings, _train_taught)
        if job.state is not JobState.DONE:
            raise NotDone(f"{job.reason or job.state.value} {' '.join(job.places)}".strip())
        typer.echo(f"the model is {job.model}; use it with: ivr nlu activate {job.model}")
        return
    python = nlu_python(PROGRAM_FOLDER)
    model = train(PROGRAM_FOLDER / "nlu", settings.hotline.models_dir / "nlu", python, typer.echo)
    typer.echo(f"Rasa's model is {model}")


async def _train_taught(room: TrainingRoom) -> Job:
    """Ask for a training and see it through, by the running hotline or ourselves."""
    await room.seed()
    await room.chosen_model(typer.echo)
    asked = await room.trainer.ask(me())
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


def list_models() -> None:
    """List the trained models, newest first; a star marks the active one."""
    settings = present_settings()

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

    typer.echo("\n".join(run(settings, work)))


def evaluate(
    model: str,
    spoken: Annotated[
        bool, typer.Option(help="Have the test set spoken and recognized, too.")
    ] = False,
) -> None:
    """Try a model on the frozen test set, and compare it with the active one."""
    settings = present_settings()

    async def work(room: TrainingRoom) -> Comparison | Refused:
        await room.seed()
        await room.chosen_model(typer.echo)
        content = await room.content.content()
        await room.live.refresh(room.shelf)
        heard = await room.spoken.hear(content) if spoken else None
        for key in dict.fromkeys((room.active(), model)):
            if key == model or room.workshop.file(key) is not None:
                examined = await room.trainer.examiner.evaluate_and_keep(key, content, heard)
                _show_report(key, examined)
        return await room.models.compare(model)

    compared = run(settings, work)
    if isinstance(compared, Comparison):
        for sign, rows in (("+", compared.better), ("-", compared.worse)):
            for text, meant, before, after in rows:
                typer.echo(f"{sign} {text}  [{meant}: {before} -> {after}]")
        for name in compared.newly_failed:
            typer.echo(f"- conversation fails now: {name}")


def activate(
    model: str,
    anyway: Annotated[bool, typer.Option(help="In spite of what speaks against it.")] = False,
) -> None:
    """Have calls understood by a model; a running hotline changes over within seconds."""
    settings = present_settings()

    async def work(room: TrainingRoom) -> Activation | Doubts | Refused:
        await room.chosen_model(typer.echo)
        return await room.models.activate(model, me(), anyway=anyway)

    _told(run(settings, work))


def rollback() -> None:
    """Go back to the model that was used before."""
    settings = present_settings()

    async def work(room: TrainingRoom) -> Activation | Refused:
        await room.chosen_model(typer.echo)
        return await room.models.roll_back(me())

    _told(run(settings, work))


def _told(outcome: Activation | Doubts | Refused) -> None:
    match outcome:
        case Refused(text=text):
            raise NotDone(text)
        case Doubts(texts=texts):
            raise NotDone(" ".join(texts) + " Insist with --anyway.")
        case Activation(model=model):
            typer.echo(f"{model} is wanted; a running hotline takes it up, others at their start")


def _show_report(key: str, report: dict[str, Any]) -> None:
    stories = report.get("stories")
    passed = f"; conversations failed: {stories['failed']}" if isinstance(stories, dict) else ""
    typer.echo(f"{key}: {100 * report['accuracy']:.1f} % of {report['n']} right{passed}")
    if isinstance(aloud := report.get("spoken"), dict):
        typer.echo(f"{key}: {100 * aloud['accuracy']:.1f} % right as the phone hears it")
