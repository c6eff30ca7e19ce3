"""The desk's pages, put together: who wears a headset here, and whose call they come back to."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial

from ivr.app.desk import DeskParts
from ivr.app.hotline import Hotline
from ivr.app.practice_call import Ground
from ivr.app.practice_pages import open_practice_pages
from ivr.app.script import make_script
from ivr.call.conversation import Conversation
from ivr.call.register import Register
from ivr.config.webrtc import WebRtc
from ivr.core.errors import NotConnected
from ivr.desk.gauges import Gauges
from ivr.desk.report_desk import ReportDesk
from ivr.lines.webrtc.headset import Headset
from ivr.store.desk_reports import SqlLedgers
from ivr.store.practice import SqlPractice
from ivr.web.desk.headsets import Headsets
from ivr.web.desk.history import history_part
from ivr.web.desk.house import Glances, House
from ivr.web.desk.link import link_part
from ivr.web.desk.part import desk_part
from ivr.web.desk.passing import Passing
from ivr.web.desk.pressed import Pressed
from ivr.web.desk.wall import wall_part
from ivr.web.part import Part
from ivr.web.reports.part import reports_part

_TRIES = 20
_PAUSE_S = 0.2
"""A headset can be back before the call has noticed that it was gone."""


@asynccontextmanager
async def open_desk_pages(hotline: Hotline) -> AsyncIterator[list[Part]]:
    """The pages of agents; none without a desk."""
    if hotline.desk is None:
        yield []
        return
    async with (
        measured(hotline, hotline.desk),
        open_house(hotline.desk, hotline.register, hotline.settings.webrtc) as house,
        open_practice_pages(_practice_ground(hotline, hotline.desk), house) as practice,
    ):
        plan, company = house.premises.plan, hotline.company
        ledgers = SqlLedgers(hotline.store.sessions)
        reports = ReportDesk(ledgers, plan, company.zone, company.id)
        yield [
            desk_part(house),
            history_part(house, hotline.store),
            wall_part(house, reports, hotline.settings.wallboard),
            reports_part(reports, plan, partial(agent_names, house)),
            link_part(hotline.desk.links, house.store),
            practice,
        ]


@asynccontextmanager
async def measured(hotline: Hotline, desk: DeskParts) -> AsyncIterator[None]:
    """Monitoring is told of the desk while inside."""
    gauges = Gauges(desk.store, desk.plan, hotline.metrics, desk.premises.clock)
    async with asyncio.TaskGroup() as tasks:
        measuring = tasks.create_task(gauges.run(), name="desk gauges")
        try:
            yield
        finally:
            measuring.cancel()


async def agent_names(house: House) -> Mapping[str, str]:
    """By their ids. Raises StoreUnavailable."""
    return {agent.id: agent.name for agent in (await house.store.floor()).agents}


def _practice_ground(hotline: Hotline, desk: DeskParts) -> Ground:
    client = hotline.company.id
    return Ground(
        company=hotline.company.name,
        client=client,
        premises=desk.premises,
        engines=hotline.engines,
        script=lambda: make_script(hotline.settings, hotline.company),
        store=SqlPractice(hotline.store.sessions, client),
    )


@asynccontextmanager
async def open_house(
    desk: DeskParts, register: Register, settings: WebRtc
) -> AsyncIterator[House]:
    """What the desk's pages work with; headsets are disconnected at the end."""
    glances = Glances()
    practising: dict[str, House] = {}

    async def back(agent_id: str, headset: Headset) -> None:
        agent = await desk.store.agent(agent_id)
        practice = practising.get(agent_id)
        talk = _talk_of(register if practice is None else practice.register, agent_id)
        if agent is not None and agent.phone is None and talk is not None:
            await _rejoin(talk, headset)

    headsets = Headsets(settings, desk.hub, desk.people, back, glances.wake)
    async with headsets, asyncio.TaskGroup() as tasks:
        pressed = Pressed(glances.wake, tasks)
        watching = tasks.create_task(_pass_on(desk, register, glances, pressed))
        try:
            yield House(
                premises=desk.premises,
                people=desk.people,
                ring=desk.browsers,
                register=register,
                headsets=headsets,
                work=desk.work,
                call_outs=desk.call_outs,
                settings=settings,
                answer_phrase=desk.company.greeting.phrase,
                parted=desk.office.let_go,
                passing=Passing(
                    desk.premises, desk.office.parted, desk.office.let_go, glances.wake_all
                ),
                pressed=pressed,
                glances=glances,
                practising=practising,
            )
        finally:
            watching.cancel()
            glances.close()


def _talk_of(register: Register, agent_id: str) -> Conversation | None:
    return next((call for call in register.conversations() if call.agent == agent_id), None)


async def _rejoin(talk: Conversation, headset: Headset) -> None:
    for _ in range(_TRIES):
        if not talk.connected:
            with suppress(NotConnected), headset.trying() as leg:
                talk.rejoin(leg)
            return
        await asyncio.sleep(_PAUSE_S)


async def _pass_on(
    desk: DeskParts, register: Register, glances: Glances, pressed: Pressed
) -> None:
    """Let the pages look when something happens at the desk or in a call."""

    async def of_desk() -> None:
        async with desk.hub.listen(None) as news:
            async for _ in news:
                glances.wake_all()

    async def of_calls() -> None:
        with register.board.watching() as eye:
            while await eye.changed():
                for call in register.conversations():
                    if call.agent is not None:
                        pressed.follow(call)
                        glances.wake(call.agent)
        # The program is about to stop: pages that look on would keep the server.
        glances.close()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(of_desk())
        tasks.create_task(of_calls())
