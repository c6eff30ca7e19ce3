"""Opens the desk: the office, the people's use-cases, and the ways to ring somebody."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.call.outgoing import OutgoingCalls
from ivr.call.register import Register
from ivr.config.company import Company
from ivr.config.desk_plan import Plan, load_plan
from ivr.config.settings import Settings
from ivr.core.desk_store import DeskStore, Links, WorkList
from ivr.core.telephony import Dialler
from ivr.desk.browsers import BrowserRing
from ivr.desk.call_outs import CallOuts, open_call_outs
from ivr.desk.hub import Hub
from ivr.desk.office import Office, open_office
from ivr.desk.papers import Papers
from ivr.desk.people import People
from ivr.desk.phones import PhoneRing, Probe
from ivr.desk.premises import Premises
from ivr.desk.rings import Switchboard
from ivr.store.desk import SqlDesk
from ivr.store.links import SqlLinks
from ivr.store.owner import this_process
from ivr.store.sql import SqlStore
from ivr.store.worklist import SqlWorkList
from ivr.understanding.actions.typed import TypedForms
from ivr.web.desk.link import PATH


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

    call_outs: CallOuts
    links: Links
    public_url: str = ""
    """Where people elsewhere reach the pages; empty if they do not."""

    async def _link(self, call_id: str) -> str:
        token = await self.links.make(call_id, self.premises.clock())
        return f"{self.public_url.rstrip('/')}{PATH}/{token}"

    def use_telephone(
        self, dialler: Dialler, register: Register, line: str, probe: Probe | None = None
    ) -> None:
        """From now on agents' telephones, external sites and customers can be called.

        `register` takes the calls to customers, which are recorded as of this `line`.
        """
        link = self._link if self.public_url else None
        self.switchboard.phones = PhoneRing(dialler, self.company.name, probe, link)
        self.premises.outward.line = OutgoingCalls(dialler, register, line)


@asynccontextmanager
async def open_desk(
    settings: Settings,
    company: Company,
    store: SqlStore,
    live: Callable[[], Company] | None = None,
) -> AsyncIterator[DeskParts]:
    """`live`: the company as it is at any moment. Raises ConfigError for a wrong plan."""
    plan = load_plan(settings.desk.plan, company)
    desk = SqlDesk(store.sessions, company.id, this_process())
    hub = Hub()
    browsers = BrowserRing(hub)
    switchboard = Switchboard(browsers)
    forms = TypedForms(live or (lambda: company), store, lambda: datetime.now(UTC))
    papers = Papers(forms, store)
    work = SqlWorkList(store.sessions, company.id)
    premises = Premises(desk, plan, settings.desk, switchboard, hub, work=work, papers=papers)
    async with (
        open_office(premises) as office,
        open_call_outs(premises, work, office, company.id) as call_outs,
    ):
        yield DeskParts(
            company=company,
            plan=plan,
            store=desk,
            office=office,
            people=People(premises, office),
            browsers=browsers,
            hub=hub,
            work=work,
            switchboard=switchboard,
            premises=premises,
            call_outs=call_outs,
            links=SqlLinks(store.sessions, company.id),
            public_url=settings.web.public_url,
        )
