"""Shows a call while it goes on: who said what, how it was understood, how long it took."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ivr.core.records import CallRecord, Turn
from ivr.lines.microphone import devices

_METER_WIDTH = 30
_METER_FLOOR_DB = -60.0

_STYLES = {"caller": "cyan", "hotline": "magenta", "agent": "green"}


class CallScreen:
    """Prints turns as they come; with a microphone, a level meter below them."""

    def __init__(self, *, quiet: bool = False) -> None:
        """`quiet` shows what goes wrong and nothing else, on the error output."""
        self._quiet = quiet
        self._console = Console(stderr=quiet, highlight=False)
        self._live: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def note(self, text: str) -> None:
        """Say what is going on besides the call."""
        if not self._quiet:
            self._console.print(text, style="dim", markup=False)

    def turn(self, turn: Turn) -> None:
        if not self._quiet:
            self._console.print(_line(turn))

    def level(self, level_db: float) -> None:
        """Move the level meter; the first level makes it appear, on a terminal only."""
        if self._quiet or not self._console.is_terminal:
            return
        if self._live is None:
            self._live = Live(console=self._console, refresh_per_second=10, transient=True)
            self._live.start()
        share = max(0.0, min(1.0, 1 - level_db / _METER_FLOOR_DB))
        full = round(share * _METER_WIDTH)
        bar = "█" * full + "·" * (_METER_WIDTH - full)
        self._live.update(Text(f"microphone {bar} {level_db:4.0f} dB", style="green"))

    def end(self, record: CallRecord) -> None:
        """The call is over."""
        if self._quiet or record.end is None:
            return
        seconds = max((turn.end_s for turn in record.turns), default=0.0)
        self._console.print(
            f"call {record.start.call_id}: {record.end.outcome.value}, {seconds:.0f} s,"
            f" {len(record.facts)} record(s); see: ivr calls show {record.start.call_id}",
            style="dim",
        )


def _line(turn: Turn) -> Text:
    caller = turn.who == "caller"
    line = Text(f"{turn.start_s:6.1f} s  ", style="dim")
    line.append(f"{turn.who:<9}", style=_STYLES.get(turn.who, ""))
    line.append(turn.text, style="bold" if caller else "")
    notes = []
    if turn.intent is not None:
        notes.append(f"{turn.intent} {turn.confidence or 0:.2f}")
    if turn.response_s is not None:
        notes.append(f"after {turn.response_s:.2f} s")
    if turn.interrupted:
        notes.append("interrupted")
    if notes:
        line.append(f"  [{', '.join(notes)}]", style="dim")
    return line


def show_devices() -> None:
    """List the sound devices by number. Raises LineFailed without PortAudio."""
    table = Table("number", "name", "in", "out", title="sound devices")
    for device in devices():
        table.add_row(str(device.number), device.name, str(device.inputs), str(device.outputs))
    Console().print(table)
