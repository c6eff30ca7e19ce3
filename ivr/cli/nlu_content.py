"""`ivr nlu import | export | hear`: what the assistant is taught."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from ivr.app.rasa import running
from ivr.app.training import TrainingRoom, project_files
from ivr.cli.nlu_room import LOOK_EVERY_S, NotDone, me, present_settings, run
from ivr.core.training import Clash
from ivr.training.csv_files import write_examples
from ivr.training.hearing import HearingDesk
from ivr.training.importing import edits_of, read_any
from ivr.training.outcomes import Refused
from ivr.training.yaml_out import write_project


def import_files(
    path: Annotated[Path, typer.Argument(help="A Rasa project's folder, or a .yml, .md or .csv.")],
    replace: Annotated[
        bool, typer.Option(help="Let go of everything that is not in there.")
    ] = False,
) -> None:
    """Take over intents, answers and rules: all of it, or nothing and a list of what is wrong."""
    settings = present_settings()
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
        made = await room.shelf.change(edits, me(), f"import {path.name}")
        if isinstance(made, Clash):
            raise NotDone("somebody else is changing this at the moment: try again")
        return len(made)

    typer.echo(f"{run(settings, work)} piece(s) changed; train with: ivr nlu train --taught")


def export_files(
    folder: Annotated[Path, typer.Argument(help="Where the Rasa project is written.")],
    csv: Annotated[Path | None, typer.Option(help="Write the examples as a table, too.")] = None,
) -> None:
    """Write what is taught as a Rasa project."""
    settings = present_settings()

    async def work(room: TrainingRoom) -> tuple[dict[str, str], str]:
        await room.seed()
        content = await room.content.content()
        return write_project(content), write_examples(content)

    files, table = run(settings, work)
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    if csv is not None:
        # The mark in front makes spreadsheets read it as UTF-8.
        csv.write_text("\ufeff" + table, "utf-8")
    typer.echo(f"{len(files)} file(s) in {folder}")


def hear(
    intents: Annotated[list[str] | None, typer.Argument(help="Which; all if not given.")] = None,
    forget: Annotated[bool, typer.Option(help="Let go of what was heard.")] = False,
) -> None:
    """Speak examples as callers on the phone, and train on what the recognizer makes of them."""
    settings = present_settings()

    async def work(room: TrainingRoom) -> None:
        await room.seed()
        await room.live.refresh(room.shelf)
        if forget:
            typer.echo(f"{await room.hearing.forget(intents or (), me())} intent(s) changed")
            return
        asked = await room.hearing.ask(intents or (), me())
        if isinstance(asked, Refused):
            raise NotDone(asked.text)
        async with running(room.speaking.work_once()):
            await _watch(room.hearing)

    run(settings, work)


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
