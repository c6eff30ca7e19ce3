"""Opens the desk: the office, the people's use-cases, and the ways to ring somebody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ivr.config.company import Company
from ivr.config.desk_plan import Plan, load_plan
from ivr.config.settings import Settings
from ivr.core.desk_store import DeskStore, WorkList
from ivr.core.telephony import Dialler
from ivr.desk.browsers import BrowserRing
from ivr.desk.hub import Hub
from ivr.desk.office import Office, open_office
from ivr.desk.people import People
from ivr.desk.phones import PhoneRing, Probe
from ivr.desk.premises import Premises
from ivr.desk.rings import Switchboard
from ivr.store.desk import SqlDesk
from ivr.store.owner import this_process
from ivr.store.sql import SqlStore
from ivr.store.worklist import SqlWorkList


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the pages of agents and supervisors are built on."""

    company: Company
    plan: Plan
    store: DeskStore
    office: Office
    people: People
    browsers: BrowserRing
    """Where a page takes or refuses what it is offered."""
    hub: Hub
    """What pages are told."""
    work: WorkList
    switchboard: Switchboard
    premises: Premises

    def use_telephone(self, dialler: Dialler, probe: Probe | None = None) -> None:
        """From now on agents' telephones and external sites can be rung."""
        self.switchboard.phones = PhoneRing(dialler, self.company.name, probe)


@asynccontextmanager
async def open_desk(
    settings: Settings, company: Company, store: SqlStore
) -> AsyncIterator[DeskParts]:
    """Raises ConfigError for a wrong plan."""
    plan = load_plan(settings.desk.plan, company)
    desk = SqlDesk(store.sessions, company.id, this_process())
    hub = Hub()
    browsers = BrowserRing(hub)
    switchboard = Switchboard(browsers)
    premises = Premises(desk, plan, settings.desk, switchboard, hub)
    async with open_office(premises) as office:
        people = People(premises, office)
        work = SqlWorkList(store.sessions, company.id)
        yield DeskParts(
            company, plan, desk, office, people, browsers, hub, work, switchboard, premises
        )
