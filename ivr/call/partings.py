"""Lets people from the desk go, beside the call, and tells the desk."""

import asyncio
import logging
from collections.abc import Awaitable

from ivr.call.parts import Parts
from ivr.core.desk import PartingHow, Taken
from ivr.core.errors import HotlineError
from ivr.core.records import HandOver

log = logging.getLogger(__name__)

PARTING_S = 5.0
"""How long the desk may take to hear that an agent's part is over."""


class Partings:
    """One call's."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._leaving: set[asyncio.Task[None]] = set()

    def later(self, work: Awaitable[object]) -> None:
        """Do it while the call goes on; a fault in it is logged."""

        async def do() -> None:
            try:
                await work
            except Exception:
                log.exception("somebody from the desk could not be let go in order")

        task = self._parts.group.create_task(do(), name="parting")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def tell(self, agent: str, how: PartingHow, to: Taken | None = None) -> None:
        """Tell the desk that an agent's part is over, and `to` whom the caller has gone."""
        desk = self._parts.engines.desk
        if desk is None:
            return
        try:
            if to is None:
                await desk.parted(self._parts.desk_id, agent, how)
            else:
                await desk.passed(self._parts.desk_id, agent, to)
        except HotlineError as error:
            log.warning("the desk could not be told of a parting", extra={"error": str(error)})

    async def pass_on(self, learnt: HandOver) -> None:
        """Tell the desk what the assistant has come to know."""
        desk = self._parts.engines.desk
        if desk is None:
            return
        try:
            await desk.learnt(self._parts.desk_id, learnt)
        except HotlineError as error:
            log.warning("the desk could not be told of slots", extra={"error": str(error)})

    async def settle(self) -> None:
        """Wait for what is under way, `PARTING_S` at the most."""
        if self._leaving:
            _, late = await asyncio.wait(self._leaving, timeout=PARTING_S)
            for task in late:
                task.cancel()
