"""Practice calls for the desk's pages: who practises works at the desk of that call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from ivr.app.practice import open_practice
from ivr.app.practice_call import Ground, PracticeCall
from ivr.web.desk.house import House
from ivr.web.part import Part
from ivr.web.practice.gym import Gym
from ivr.web.practice.part import practice_part


@asynccontextmanager
async def open_practice_pages(ground: Ground, house: House) -> AsyncIterator[Part]:
    """The pages; practice calls that go on when this is left are broken off."""

    def opened(agent: str, call: PracticeCall) -> None:
        house.practising[agent] = replace(
            house, premises=call.premises, people=call.people, register=call.register
        )

    def closed(agent: str) -> None:
        house.practising.pop(agent, None)

    async with open_practice(ground) as practice:
        practice.opened = opened
        practice.closed = closed
        practice.changed = house.glances.wake
        yield practice_part(
            Gym(
                ground.store,
                ground.premises.store,
                practice.begin,
                lambda agent: house.headsets.of(agent) is not None,
            )
        )
