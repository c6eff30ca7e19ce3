"""The desk's plan: which queues there are, and which sites take their calls.

One TOML file beside the company profile; without it, the company itself is the only site, on duty
when its profile says that colleagues take calls.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator

from ivr.config.company import Company
from ivr.config.hours import Part, Week, Zone
from ivr.core.errors import ConfigError
from ivr.core.telephony import is_target

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Strategy = Literal["skill", "last_agent", "longest_idle", "fair_load"]

OWN_SITE = "haus"


class Queue(Part):
    """Callers who wait for the same people."""

    id: Key
    name: Text
    target_s: float = Field(20, ge=1, le=3600)
    """Within how many seconds callers should be taken."""
    target_share: float = Field(0.8, gt=0, le=1)
    """How many of them."""
    limit: int = Field(50, ge=1, le=1000)
    """Callers that wait at once; more are told that nobody can come."""
    longest_wait_s: float = Field(900, ge=10, le=7200)
    """After it, a caller is told that nobody can come."""
    order: Literal["waiting_time", "risk"] = "risk"
    choose: tuple[Strategy, ...] = ("skill", "last_agent", "longest_idle", "fair_load")
    """What counts in choosing among free agents, the most important first."""
    skills: Mapping[str, Key] = Field(default_factory=dict)
    """Which skill an intent asks for: `order_status = "orders"`."""
    any_agent_after_s: float = Field(60, ge=0, le=3600)
    """After it, agents without the skill are asked, too."""
    wrap_up_s: float | None = Field(None, ge=0, le=1800)
    codes: tuple[Text, ...] = ("Erledigt", "Rückruf vereinbart", "Weitergeleitet", "Beschwerde")
    """What agents choose from when they wrap up."""


class Site(Part):
    """A place where people take calls."""

    id: Key
    name: Text
    lines: int = Field(20, ge=1, le=10_000)
    """Calls at once."""
    languages: tuple[Language, ...] = Field(("de",), min_length=1)
    timezone: Zone = "Europe/Berlin"
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "DE"
    """ISO 3166-1, for the holidays."""
    state: str | None = None
    """ISO 3166-2 without the country, for the holidays."""
    hours: Week
    price: Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=4)] = Decimal(0)
    """Euro a minute of talk."""
    latency_ms: int = Field(0, ge=0, le=2000)
    trunk: str | None = None
    """A number or SIP address that rings at the call centre; without one, agents sign in."""
    join: Literal["bridge", "transfer"] = "bridge"
    """Whether our lines stay in the call, or the caller is transferred there."""
    headers: tuple[Literal["company", "intent", "language", "summary", "link"], ...] = ()
    """What of the call's context goes to the site in SIP headers."""
    queues: tuple[Key, ...] = ()
    """Which queues it serves; all if empty."""

    @field_validator("trunk")
    @classmethod
    def _rings_somewhere(cls, trunk: str | None) -> str | None:
        if trunk is not None and not is_target(trunk):
            raise ValueError(
                f"{trunk!r} is neither a telephone number such as +4956112345 nor a SIP address"
                " such as sip:hotline@centre.example"
            )
        return trunk

    @model_validator(mode="after")
    def _known_holidays(self) -> Self:
        if not self.hours.knows_holidays(self.country, self.state):
            raise ValueError(
                f"holidays of {self.country} {self.state or ''} are not known: correct country and"
                " state, or set hours.on_holidays = true and name the days under hours.exceptions"
            )
        return self

    def on_duty(self, at: datetime) -> bool:
        """Whether it takes calls at `at`, any aware moment; its own clock counts."""
        local = at.astimezone(ZoneInfo(self.timezone))
        return self.hours.is_open(local, self.state, self.country)


class Plan(Part):
    """Queues and sites. The first queue is the one that callers wait in unless told otherwise."""

    queues: tuple[Queue, ...] = (Queue(id="service", name="Kundenservice"),)
    sites: tuple[Site, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.queues:
            raise ValueError("there must be a queue")
        _once("queue", (queue.id for queue in self.queues))
        _once("site", (site.id for site in self.sites))
        known = {queue.id for queue in self.queues}
        for site in self.sites:
            if wrong := set(site.queues) - known:
                raise ValueError(f"site {site.id} serves unknown queues: {', '.join(wrong)}")
        return self

    def queue(self, key: str) -> Queue:
        """The queue of this id; the first one if there is none."""
        return next((queue for queue in self.queues if queue.id == key), self.queues[0])

    def site(self, key: str | None) -> Site | None:
        return next((site for site in self.sites if site.id == key), None)


def load_plan(path: Path, company: Company) -> Plan:
    """Read the plan at `path`; without that file, the company is the only site.

    Raises ConfigError that says what to correct, and where.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return company_plan(company)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the desk's plan cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is not valid TOML: {error}") from None
    if "sites" not in content:
        content["sites"] = company_plan(company).sites
    try:
        return Plan.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {line}" for line in _lines(error))) from None


def company_plan(company: Company) -> Plan:
    """One queue, and the company's own people."""
    own = Site(
        id=OWN_SITE,
        name=company.name,
        timezone=company.timezone,
        state=company.state,
        hours=company.agents,
    )
    return Plan(sites=(own,))


def _lines(error: ValidationError) -> Iterable[str]:
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(
            str(part + 1 if isinstance(part, int) else part) for part in problem["loc"]
        )
        yield f"{place or 'plan'}: {problem['msg'].removeprefix('Value error, ')}"


def _once(what: str, ids: Iterable[Any]) -> None:
    seen: set[Any] = set()
    for each in ids:
        if each in seen:
            raise ValueError(f"the {what} {each} is there twice")
        seen.add(each)
