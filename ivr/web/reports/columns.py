"""What the figures of a report are called, and how they are written."""

from collections.abc import Mapping
from datetime import date, datetime

from babel import dates

from ivr.desk.report_rows import SHARES, By, Figures, columns
from ivr.web.intents import intent_title
from ivr.web.texts import N_, spoken
from ivr.web.texts import gettext as _
from ivr.web.texts.formats import duration, number, percent

BYS: Mapping[By, str] = {
    By.DAY: N_("Tag"),
    By.HALF_HOUR: N_("Halbe Stunde"),
    By.CLOCK: N_("Tageszeit"),
    By.MONTH: N_("Monat"),
    By.AGENT: N_("Mitarbeiter"),
    By.QUEUE: N_("Warteschlange"),
    By.INTENT: N_("Anliegen"),
    By.COMPANY: N_("Firma"),
}
TITLES: Mapping[str, tuple[str, str]] = {
    "calls": (N_("Anrufe"), N_("Anrufe, die eingegangen sind")),
    "known": (N_("Mit Nummer"), N_("Anrufe, deren Nummer bekannt ist")),
    "settled": (
        N_("Selbst gelöst"),
        N_("Vom Assistenten allein erledigt: kein weiterer Anruf dazu in sieben Tagen"),
    ),
    "contained": (N_("Lösungsquote"), N_("Selbst gelöst, von den Anrufen mit Nummer")),
    "queued": (N_("An Menschen"), N_("Anrufer, die jemanden sprechen wollten")),
    "taken": (N_("Angenommen"), N_("Gespräche, die jemand angenommen hat")),
    "in_time": (N_("Rechtzeitig"), N_("Angenommen innerhalb des Ziels der Warteschlange")),
    "level": (N_("Servicelevel"), N_("Rechtzeitig, von allen Angenommenen und Aufgelegten")),
    "abandoned": (N_("Aufgelegt"), N_("Beim Warten aufgelegt")),
    "abandonment": (N_("Abbruchquote"), N_("Aufgelegt, von allen Angenommenen und Aufgelegten")),
    "turned_away": (N_("Abgewiesen"), N_("Geschlossen, voll, zu lange oder niemand da")),
    "called_back": (N_("Zurückgerufen"), N_("Rückrufe, die den Platz behalten hatten")),
    "wait_s": (N_("Ø Wartezeit"), N_("Bis jemand annahm oder der Anrufer auflegte")),
    "longest_s": (N_("Längste Wartezeit"), N_("Die längste dieser Wartezeiten")),
    "handling_s": (N_("Ø Bearbeitung"), N_("Gespräch und Nachbearbeitung")),
    "talked_s": (N_("Gesprächszeit"), N_("Alle Gespräche zusammen")),
    "wrapped_s": (N_("Nachbearbeitung"), N_("Alle Nachbearbeitungen zusammen")),
    "occupancy": (N_("Auslastung"), N_("Gespräch und Nachbearbeitung, von der Zeit am Platz")),
    "busy_s": (N_("Im Einsatz"), N_("Zeit in Gespräch und Nachbearbeitung")),
    "ready_s": (N_("Bereit"), N_("Zeit, in der auf einen Anruf gewartet wurde")),
    "paused_s": (N_("Pause"), N_("Alle Pausen zusammen")),
    "offers": (N_("Angeboten"), N_("Anrufe, die bei dieser Person klingelten")),
    "not_taken": (N_("Nicht genommen"), N_("Abgelehnt oder nicht beantwortet")),
    "agents": (N_("Mitarbeiter"), N_("Wer mindestens einen Anruf annahm")),
    "calls_per_agent": (N_("Je Mitarbeiter"), N_("Gespräche je Mitarbeiter")),
}
"""The name above a column, and what it means."""
BILL: Mapping[str, str] = {
    "month": N_("Monat"),
    "company": N_("Firma"),
    "inbound_calls": N_("Anrufe eingehend"),
    "inbound_minutes": N_("Minuten eingehend"),
    "begun_minutes": N_("Angefangene Minuten"),
    "agent_calls": N_("davon mit Mitarbeiter"),
    "agent_minutes": N_("Minuten mit Mitarbeiter"),
    "outbound_reached": N_("Ausgehend erreicht"),
    "outbound_minutes": N_("Minuten ausgehend"),
}


def shown(name: str, value: float | None) -> str:
    """A figure as people read it."""
    if name in SHARES:
        return percent(value)
    if name.endswith("_s"):
        return duration(value)
    return number(value if value is None or isinstance(value, int) else round(value, 1))


def for_spreadsheets(name: str, value: float | None) -> str:
    """Seconds and shares as plain numbers, to be reckoned with."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return f"{value:.4f}" if name in SHARES else f"{value:.1f}"


def row_title(by: By, key: str, names: Mapping[str, str]) -> str:
    """What a row is called; `names` has agents' and queues' names by their ids."""
    match by:
        case By.DAY:
            return dates.format_date(date.fromisoformat(key), "EEE dd.MM.yyyy", locale=spoken())
        case By.MONTH:
            first = date.fromisoformat(f"{key}-01")
            return dates.format_date(first, "LLLL yyyy", locale=spoken())
        case By.HALF_HOUR:
            moment = datetime.fromisoformat(key)
            return dates.format_datetime(moment, "EEE dd.MM. HH:mm", locale=spoken())
        case By.INTENT:
            return intent_title(key) if key else _("ohne Anliegen")
        case By.CLOCK:
            return key
        case _:
            return names.get(key, key) or "–"


def short_title(by: By, key: str, names: Mapping[str, str]) -> str:
    """For the axis of a plot."""
    match by:
        case By.DAY:
            return f"{key[8:10]}.{key[5:7]}."
        case By.MONTH:
            return f"{key[5:7]}/{key[:4]}"
        case By.HALF_HOUR:
            return key[11:16]
        case _:
            title = row_title(by, key, names)
            return title if len(title) <= 14 else f"{title[:13]}…"


def cells(by: By, row: Figures) -> list[tuple[str, str]]:
    """Each figure of a row with its name."""
    return [(name, shown(name, getattr(row, name))) for name in columns(by)]
