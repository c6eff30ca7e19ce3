"""What the supervisors' pages show of calls, as values and screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.call.live import CallState, LiveBoard, LiveCall
from ivr.core.records import CallRecord, Outcome, Turn
from ivr.web.live.facts import cause_name, fact_name, fact_text
from ivr.web.pages import Pages
from ivr.web.stream import Screen
from ivr.web.texts import N_

STATES: Mapping[CallState, tuple[str, str]] = {
    CallState.RINGING: (N_("Klingelt"), "neutral"),
    CallState.SPEAKING: (N_("Hotline spricht"), "busy"),
    CallState.LISTENING: (N_("Hört zu"), "good"),
    CallState.HEARING: (N_("Anrufer spricht"), "good"),
    CallState.THINKING: (N_("Denkt nach"), "busy"),
    CallState.WAITING: (N_("Wartet auf Mitarbeiter"), "warn"),
    CallState.WITH_AGENT: (N_("Im Gespräch"), "good"),
    CallState.ENDING: (N_("Endet"), "neutral"),
}
"""What each state is called, and the tone of its badge."""
OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.ANSWERED: (N_("Beantwortet"), "good"),
    Outcome.HANDED_OVER: (N_("Übergeben"), "busy"),
    Outcome.ABANDONED: (N_("Aufgelegt"), "neutral"),
    Outcome.FAILED: (N_("Fehler"), "bad"),
    Outcome.BROKEN_OFF: (N_("Abgebrochen"), "bad"),
}
LINES: Mapping[str, str] = {
    "sip": N_("Telefon"),
    "webrtc": N_("Browser"),
    "microphone": N_("Mikrofon"),
    "wav": N_("Aufnahme"),
    "synthetic": N_("Testanruf"),
    "scripted": N_("Testanruf"),
}
_NOTHING = "nothing"
_NAMES: Mapping[str, object] = {
    "states": STATES,
    "outcomes": OUTCOMES,
    "lines": LINES,
    "fact_name": fact_name,
    "fact_text": fact_text,
    "cause_name": cause_name,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The row of figures at the top."""

    now: int
    waiting: int
    with_agent: int
    today: int
    answered_share: float | None
    """Of the last calls that came to an end: those that needed nobody."""
    response_s: float | None
    """The median of the latest answers."""


def figures(calls: Sequence[LiveCall], ended: Sequence[CallRecord]) -> Figures:
    """From what is on the page: the live calls and the last fifty."""
    done = [record.end.outcome for record in ended if record.end is not None]
    waits = sorted(call.response_s for call in calls if call.response_s is not None)
    return Figures(
        now=len(calls),
        waiting=sum(call.state is CallState.WAITING for call in calls),
        with_agent=sum(call.state is CallState.WITH_AGENT for call in calls),
        today=len(done),
        answered_share=done.count(Outcome.ANSWERED) / len(done) if done else None,
        response_s=waits[len(waits) // 2] if waits else None,
    )


def merged(board: LiveBoard, stored: Sequence[CallRecord], most: int) -> list[CallRecord]:
    """The calls that are over, newest first: what the board has just seen ends before the store
    knows of it."""
    found = {record.start.call_id: record for record in stored if record.end is not None}
    found |= {record.start.call_id: record for record in board.ended()}
    live = {call.call_id for call in board.calls()}
    over = [record for call_id, record in found.items() if call_id not in live]
    return sorted(over, key=lambda record: record.start.started_at, reverse=True)[:most]


def ended_rows(pages: Pages, ended: Sequence[CallRecord]) -> Mapping[str, str]:
    return {
        record.start.call_id: pages.fragment("live/ended_row.html", record=record, **_NAMES)
        for record in ended
    } or {_NOTHING: pages.fragment("live/no_ended.html")}


def board_screen(
    pages: Pages,
    calls: Sequence[LiveCall],
    ended: Sequence[CallRecord],
    rows: Mapping[str, str],
) -> Screen:
    """The live page, with the rows of the calls that are over. How long a call lasts is left to
    the browser's clock, so that a quiet call sends nothing."""
    live_rows = {
        call.call_id: pages.fragment("live/call_row.html", call=call, **_NAMES) for call in calls
    } or {_NOTHING: pages.fragment("live/no_calls.html")}
    top = pages.fragment("live/figures.html", figures=figures(calls, ended))
    return Screen({"figures": top}, {"calls": live_rows, "ended": rows})


def call_screen(pages: Pages, call: LiveCall | None, record: CallRecord | None) -> Screen:
    """One call: live from the board, else as it is kept."""
    turns: Sequence[Turn] = call.turns if call else record.turns if record else ()
    says = {
        f"t{number}": pages.fragment("live/turn.html", turn=turn, key=f"t{number}")
        for number, turn in enumerate(turns)
    } or {_NOTHING: pages.fragment("live/no_turns.html")}
    head = pages.fragment(
        "live/call_head.html",
        call=call,
        record=record,
        **_NAMES,
    )
    return Screen({"head": head}, {"turns": says})
