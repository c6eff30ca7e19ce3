"""What is wrong on the wallboard: each alarm says itself in words. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr.config.desk_plan import Plan, Site
from ivr.config.wallboard import Wallboard
from ivr.core.staffing import Agent, AgentState, Floor, Wait, WaitState
from ivr.desk.report_rows import Figures
from ivr.web.texts import gettext as _
from ivr.web.texts import ngettext
from ivr.web.texts.formats import percent

_AT_WORK = frozenset(AgentState) - {AgentState.SIGNED_OUT}


@dataclass(frozen=True, slots=True)
class Wall:
    """The desk at one moment."""

    floor: Floor
    plan: Plan
    today: Figures
    week_ago: Figures
    """The same day of last week, up to the same time."""
    now: datetime

    @property
    def waiting(self) -> list[Wait]:
        """Those on the line, the longest first."""
        found = [w for w in self.floor.waits if w.state is not WaitState.TALKING and not w.kept]
        return sorted(found, key=lambda wait: wait.waiting.since)

    @property
    def kept(self) -> int:
        """Places that are kept for a call back."""
        return sum(wait.kept for wait in self.floor.waits)

    @property
    def present(self) -> list[Agent]:
        return [agent for agent in self.floor.agents if agent.state in _AT_WORK]

    @property
    def free(self) -> int:
        return self.count(AgentState.FREE)

    def count(self, state: AgentState) -> int:
        return sum(agent.state is state for agent in self.floor.agents)

    def used(self, site: Site) -> int:
        return sum(
            wait.site == site.id and wait.state is not WaitState.WAITING
            for wait in self.floor.waits
        )


@dataclass(frozen=True, slots=True)
class Alarm:
    about: str
    """Which figure it is about: `waiting`, `longest`, `free`, `level`, `abandoned`, `lines`."""
    text: str


def alarms(wall: Wall, limits: Wallboard) -> Sequence[Alarm]:
    """The gravest first."""
    return [*_of_the_queue(wall, limits), *_of_the_day(wall, limits), *_of_places(wall, limits)]


def _of_the_queue(wall: Wall, limits: Wallboard) -> Iterator[Alarm]:
    late = [wait for wait in wall.waiting if _is_late(wall, wait, limits.late_factor)]
    if late:
        yield Alarm(
            "longest",
            ngettext(
                "%(num)s Anrufer wartet schon viel zu lange.",
                "%(num)s Anrufer warten schon viel zu lange.",
                len(late),
            )
            % {"num": len(late)},
        )
    if limits.waiting and len(wall.waiting) >= limits.waiting:
        yield Alarm("waiting", _("%(count)s Anrufer warten.") % {"count": len(wall.waiting)})
    if limits.nobody_free and wall.waiting and not wall.free:
        yield Alarm("free", _("Es wird gewartet, und niemand ist frei."))


def _is_late(wall: Wall, wait: Wait, factor: float) -> bool:
    waited_s = (wall.now - wait.waiting.since).total_seconds()
    return factor > 0 and waited_s > factor * wall.plan.queue(wait.queue).target_s


def _of_the_day(wall: Wall, limits: Wallboard) -> Iterator[Alarm]:
    today, asked = wall.today, wall.today.taken + wall.today.abandoned
    if asked < limits.level_calls:
        return
    goal = wall.plan.queues[0].target_share
    level = today.level
    if limits.level_margin and level is not None and level < goal - limits.level_margin:
        text = _("Servicelevel heute nur %(level)s, versprochen sind %(goal)s.")
        yield Alarm("level", text % {"level": percent(level), "goal": percent(goal)})
    gone = today.abandonment
    if limits.abandoned and gone is not None and gone >= limits.abandoned:
        text = _("%(share)s der Anrufer haben heute aufgelegt.")
        yield Alarm("abandoned", text % {"share": percent(gone)})


def _of_places(wall: Wall, limits: Wallboard) -> Iterator[Alarm]:
    for site in wall.plan.sites:
        used = wall.used(site)
        if limits.lines and used >= limits.lines * site.lines:
            text = _("%(site)s: %(used)s von %(lines)s Leitungen belegt.")
            yield Alarm("lines", text % {"site": site.name, "used": used, "lines": site.lines})
    silent = wall.count(AgentState.NOT_ANSWERING)
    if limits.not_answering and silent >= limits.not_answering:
        yield Alarm(
            "free",
            ngettext(
                "%(num)s Person nimmt ihre Anrufe nicht an.",
                "%(num)s Personen nehmen ihre Anrufe nicht an.",
                silent,
            )
            % {"num": silent},
        )
