"""Shows progress of slow work: a bar on a terminal, a line now and then anywhere else."""

import time

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from ivr.speech.models.progress import Progress as Shown

_LINE_EVERY_S = 10.0


def new_progress() -> Shown:
    """Whatever suits the place the output goes to."""
    console = Console()
    return Bar(console) if console.is_terminal else Lines()


class Lines:
    """One line at the start, one every ten seconds."""

    def __init__(self) -> None:
        self._what = ""
        self._total: int | None = None
        self._done = 0
        self._begun = self._last = 0.0

    def note(self, text: str) -> None:
        typer.echo(text)

    def begin(self, what: str, total: int | None, done: int = 0) -> None:
        self._what, self._total, self._done = what, total, done
        self._begun = self._last = time.monotonic()
        size = f" ({total / 1e6:.0f} MB)" if total else ""
        typer.echo(
            f"fetching {what}{size}" + (f", going on from {done / 1e6:.0f} MB" * bool(done))
        )

    def advance(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._last < _LINE_EVERY_S:
            return
        self._last = now
        of = f" of {self._total / 1e6:.0f}" if self._total else ""
        come = f", {self._done / 1e6:.0f}{of} MB" if self._done else ""
        typer.echo(f"fetching {self._what}{come}, {now - self._begun:.0f} s so far")

    def end(self) -> None:
        pass


class Bar:
    """A live bar; notes scroll by above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def note(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)

    def begin(self, what: str, total: int | None, done: int = 0) -> None:
        text = TextColumn("fetching {task.description}", markup=False)
        columns = [text, BarColumn(), TimeElapsedColumn()]
        if total:
            columns += [DownloadColumn(), TransferSpeedColumn()]
        self._bar = Progress(*columns, console=self._console, transient=True)
        self._task = self._bar.add_task(what, total=total, completed=done)
        self._bar.start()

    def advance(self, count: int) -> None:
        if self._bar and self._task is not None:
            self._bar.advance(self._task, count)

    def end(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None
