"""Which model calls begin with, and admins' wishes for another one while calls go on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from ivr.app.rasa import Say
from ivr.core.errors import HotlineError, StoreUnavailable
from ivr.core.training import Activation, ActivationState
from ivr.training.failures import unforeseen
from ivr.training.ports import Jobs
from ivr.training.texts import say as text_of
from ivr.training.waking import rung
from ivr.understanding.switching import Model, SwitchingUnderstanding

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
"""How soon a wish for another model is noticed that comes from another program."""


async def active_model(
    jobs: Jobs, locate: Callable[[str], Path | None], shipped: Path, say: Say
) -> Path:
    """The model that admins have chosen, or the shipped one."""
    for past in await jobs.activations():
        # What nobody has asked for is the shipped one, which may have changed since.
        if past.state is ActivationState.ACTIVE and past.asked_by:
            chosen = locate(past.model)
            if chosen is None:
                say(f"the model {past.model} that was chosen is gone: the shipped one is used")
                break
            return chosen
    return shipped


class ModelKeeper:
    """Fulfils admins' wishes for another model while calls go on; `start` loads one."""

    def __init__(
        self,
        understanding: SwitchingUnderstanding,
        start: Callable[[Path], Awaitable[Model]],
        jobs: Jobs,
        locate: Callable[[str], Path | None],
        wished: asyncio.Event,
    ) -> None:
        """`wished` is set when there may be a wish."""
        self._understanding = understanding
        self._start = start
        self._jobs = jobs
        self._locate = locate
        self._wished = wished

    async def run(self) -> None:
        """Look for wishes until cancelled."""
        while True:
            try:
                await self.work_once()
            except StoreUnavailable:
                log.debug("admins' wishes cannot be read")
            except Exception:
                log.exception("admins' wishes cannot be looked at")
            await rung(self._wished, LOOK_EVERY_S)

    async def work_once(self) -> None:
        """Fulfil the wish that stands, if one does."""
        past = await self._jobs.activations()
        wish = next((each for each in past if each.state is ActivationState.WANTED), None)
        active = next((each for each in past if each.state is ActivationState.ACTIVE), None)
        if active is None or active.model != self._understanding.model:
            # So that there is something to go back to.
            await self._jobs.note_active(self._understanding.model)
        if wish is not None:
            await self._fulfil(wish)

    async def _fulfil(self, wish: Activation) -> None:
        if wish.model != self._understanding.model:
            file = self._locate(wish.model)
            if file is None:
                await self._failed(wish, text_of("no_model", name=wish.model))
                return
            try:
                model = await self._start(file)
            except HotlineError as error:
                await self._failed(wish, text_of("activation_failed", what=error))
                return
            except Exception as error:
                # The next wish may be for a model that can be started.
                log.exception("a model cannot be started", extra={"model": wish.model})
                await self._failed(wish, text_of("activation_failed", what=unforeseen(error)))
                return
            self._understanding.switch(model)
        await self._jobs.settle(wish.number, ActivationState.ACTIVE)

    async def _failed(self, wish: Activation, why: str) -> None:
        note = f"{wish.note} {why}".strip()
        await self._jobs.settle(wish.number, ActivationState.FAILED, note)
