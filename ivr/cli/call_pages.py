"""Calls as pages for the terminal, in the company's own time, and as JSON."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.core.jsonable import call_json
from ivr.core.records import (
    AddressChange,
    Appointment,
    CallRecord,
    Fact,
    HandOver,
    Message,
    Order,
    Outcome,
    Turn,
)

_COLOURS = {
    Outcome.ANSWERED: "green",
    Outcome.HANDED_OVER: "cyan",
    Outcome.ABANDONED: "yellow",
    Outcome.FAILED: "bold red",
    Outcome.BROKEN_OFF: "bold red",
}
_PIPE_WIDTH = 160
"""Columns where there is no terminal to ask: enough for whole lines."""


def short_json(record: CallRecord) -> dict[str, Any]:
    """A call without its turns."""
    whole = long_json(record)
    del whole["turns"]
    return whole


def long_json(record: CallRecord) -> dict[str, Any]:
    """A call as `ivr call --json` prints it, with when and from where."""
    start, end = record.start, record.end
    return {
        **call_json(record),
        "client": start.client,
        "line": start.line,
        "caller": start.caller,
        "called": start.called,
        "trace": dict(start.trace),
        "started_at": start.started_at.isoformat(),
        "ended_at": end.ended_at.isoformat() if end else None,
        "cause": end.cause if end else "",
    }


class Pages:
    """Prints to standard output."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        width = None if sys.stdout.isatty() else _PIPE_WIDTH
        self._console = Console(width=width, highlight=False)

    def list(self, records: Sequence[CallRecord]) -> None:
        if not records:
            self._console.print("no calls are on record yet")
            return
        table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
        for title in ("call", "began", "length", "line", "caller", "outcome", "taken down"):
            table.add_column(title, no_wrap=title != "taken down")
        for record in records:
            table.add_row(
                _plain(record.start.call_id),
                self._moment(record.start.started_at),
                _length(record),
                _plain(record.start.line),
                _plain(record.start.caller or ""),
                _outcome(record),
                _plain(", ".join(_title(fact) for fact in record.facts)),
            )
        self._console.print(table)

    def show(self, record: CallRecord) -> None:
        self._console.print(self._head(record))
        if record.turns:
            self._console.print()
            self._console.print(_conversation(record.turns))
        for fact in record.facts:
            self._console.print()
            self._console.print(_plain(_title(fact), "bold"))
            for name, value in _details(fact):
                self._console.print(_plain(f"  {name}: {value}"))

    def _head(self, record: CallRecord) -> Table:
        head = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        head.add_row("call", _plain(record.start.call_id, "bold"))
        head.add_row("began", f"{self._moment(record.start.started_at, '%S')} ({self._zone.key})")
        if record.end is not None:
            head.add_row("ended", f"{self._moment(record.end.ended_at, '%S')}")
            head.add_row("length", _length(record))
        head.add_row("line", _plain(record.start.line))
        head.add_row("caller", _plain(record.start.caller or "withheld"))
        if record.start.called:
            head.add_row("called", _plain(record.start.called))
        for name, value in record.start.trace.items():
            head.add_row(_plain(name), _plain(value))
        head.add_row("outcome", _outcome(record, explained=True))
        if record.end is not None and record.end.slots:
            known = ", ".join(f"{name} = {value}" for name, value in record.end.slots.items())
            head.add_row("known", _plain(known))
        return head

    def _moment(self, moment: datetime, seconds: str = "") -> str:
        """As it is written in Germany."""
        form = "%d.%m.%Y %H:%M" + (f":{seconds}" if seconds else "")
        return moment.astimezone(self._zone).strftime(form)


def _conversation(turns: Sequence[Turn]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("at", justify="right")
    table.add_column("who")
    table.add_column("said", ratio=1)
    table.add_column("understood as")
    table.add_column("after", justify="right")
    for turn in turns:
        sure = "" if turn.confidence is None else f" {turn.confidence:.2f}"
        said = _plain(turn.text)
        if turn.interrupted:
            said.append(" (interrupted)", style="yellow")
        table.add_row(
            _clock(turn.start_s),
            Text(turn.who, style="cyan" if turn.who == "caller" else "magenta"),
            said,
            _plain(f"{turn.intent}{sure}" if turn.intent else ""),
            "" if turn.response_s is None else f"{turn.response_s:.2f} s",
        )
    return table


def _outcome(record: CallRecord, *, explained: bool = False) -> Text:
    if record.end is None:
        return Text("going on", style="bold")
    outcome = record.end.outcome
    text = Text(outcome.value.replace("_", " "), style=_COLOURS[outcome])
    if not explained:
        return text
    if outcome is Outcome.BROKEN_OFF:
        text.append(": the program died during this call", style="red")
    elif record.end.cause:
        text.append_text(_plain(f" (ended by: {record.end.cause})"))
    return text


def _length(record: CallRecord) -> str:
    if record.end is None:
        return ""
    return _clock((record.end.ended_at - record.start.started_at).total_seconds())


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    return f"{minutes}:{rest:02}"


def _title(fact: Fact) -> str:
    match fact:
        case HandOver():
            return "hand-over"
        case Order():
            return f"order {fact.number}"
        case Message():
            return "call back" if fact.callback else "message"
        case Appointment():
            return "appointment"
        case AddressChange():
            return "address change"
        case _:
            assert_never(fact)


def _details(fact: Fact) -> Sequence[tuple[str, str]]:
    """What there is to know of a fact, without what is empty."""
    match fact:
        case HandOver():
            known = ", ".join(f"{name} = {value}" for name, value in fact.slots.items())
            found = [
                ("why", fact.reason.value.replace("_", " ")),
                ("name", fact.caller_name or ""),
                ("phone", fact.phone or ""),
                ("intent", fact.intent or ""),
                ("known", known),
                ("summary", fact.summary.replace("\n", " / ")),
            ]
        case Order():
            price = f"{fact.unit_price:.2f} €".replace(".", ",")
            found = [
                ("what", f"{fact.quantity} x {fact.product_name} ({fact.product}) at {price}"),
                ("customer", fact.customer),
            ]
        case Message():
            found = [
                ("name", fact.name),
                ("phone", fact.phone),
                ("when", fact.when),
                ("about", fact.about),
            ]
        case Appointment():
            found = [
                ("name", fact.name),
                ("when", f"{fact.day:%d.%m.%Y} {fact.at:%H:%M}"),
                ("about", fact.about),
            ]
        case AddressChange():
            found = [("customer", fact.customer), ("address", fact.address.replace("\n", ", "))]
        case _:
            assert_never(fact)
    return [(name, value) for name, value in found if value]


def _plain(text: str, style: str = "") -> Text:
    """As text only: what a caller says or a line sends must not steer the terminal."""
    return Text("".join(char if char.isprintable() else "?" for char in text), style=style)
