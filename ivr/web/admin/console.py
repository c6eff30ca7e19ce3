"""What all pages of the console share: the use-cases behind them, and how changes are shown."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ivr.core.staff import Person
from ivr.core.training import Change
from ivr.training.company import CompanyDesk
from ivr.training.content import ContentDesk
from ivr.training.differences import Difference, differences
from ivr.training.hearing import HearingDesk
from ivr.training.hint_desk import HintDesk
from ivr.training.inbox_desk import InboxDesk
from ivr.training.models_desk import ModelsDesk
from ivr.training.outcomes import Outcome, Refused
from ivr.training.ports import Jobs, Talks
from ivr.training.spoken import SpokenDesk
from ivr.training.trainer import Trainer
from ivr.training.trying import TryOuts
from ivr.web.pages import Pages, pages_of
from ivr.web.texts import gettext as _

PagesOf = Annotated[Pages, Depends(pages_of)]

Speak = Callable[[str], Awaitable[bytes]]
"""A text in the hotline's voice, as WAV. Raises SpeakingFailed."""


SHIPPED = "nlu/"
"""Who has taught what ships with the program."""


@dataclass(frozen=True, slots=True)
class Console:
    """The use-cases behind the pages."""

    content: ContentDesk
    hearing: HearingDesk
    spoken: SpokenDesk
    hints: HintDesk
    inbox: InboxDesk
    company: CompanyDesk
    models: ModelsDesk
    trainer: Trainer
    jobs: Jobs
    talks: Talks
    zone: ZoneInfo
    """Where days begin, in reports."""
    agent_minutes: float
    """What a hand-over costs a colleague, in reports."""
    variables: Callable[[], Mapping[str, str]]
    """What may stand in braces in an answer, with what is said instead."""
    queues: Sequence[tuple[str, str]] = ()
    """Whom a call may be handed over to: key and name of each queue."""
    speak: Speak | None = None
    sound: Callable[[str, str], Path | None] | None = None
    """The file of an utterance's sound, by its call and its name."""
    tries: TryOuts | None = None
    """None where no model can be tried."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as the pages show it."""

    change: Change
    differences: tuple[Difference, ...] = field(default_factory=tuple)


def shown(changes: Sequence[Change]) -> list[Shown]:
    return [Shown(each, differences(each.before, each.after)) for each in changes]


def who(request: Request) -> str:
    """The name under which a change is kept."""
    person: Person = request.state.person
    return person.full_name


def missing() -> HTTPException:
    return HTTPException(404, _("Das gibt es nicht mehr."))


def saved(back: str, outcome: Outcome) -> Response:
    """After a change that was made: the page again, with the way to undo it."""
    numbers = [] if isinstance(outcome, Refused) else [each.number for each in outcome.changes]
    query = urlencode({"saved": max(numbers, default=0)})
    return RedirectResponse(f"{back}?{query}", 303)
