"""What admins do with trained models: look, compare, switch over, go back."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.core.training import Activation, ActivationState, ModelEntry
from ivr.training.evaluation import Comparison, compare, doubts
from ivr.training.outcomes import Refused
from ivr.training.ports import Jobs, Workshop
from ivr.training.texts import say


@dataclass(frozen=True, slots=True)
class ModelLine:
    entry: ModelEntry
    active: bool
    there: bool
    """Whether its file is still there."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """It was not done: say "trotzdem" if it shall be."""

    texts: tuple[str, ...]


class ModelsDesk:
    """`active`: the model that calls use. `most_lost`: share of right answers that a model may
    lose without being asked about."""

    def __init__(
        self, jobs: Jobs, workshop: Workshop, active: Callable[[], str], most_lost: float = 0.01
    ) -> None:
        self._jobs = jobs
        self._workshop = workshop
        self._active = active
        self._most_lost = most_lost
        self.wished = asyncio.Event()
        """Set when a model was asked for here; whoever fulfils wishes takes it back."""

    async def models(self) -> tuple[ModelLine, ...]:
        """Newest first."""
        active = self._active()
        return tuple(
            ModelLine(entry, entry.key == active, self._workshop.file(entry.key) is not None)
            for entry in await self._jobs.models()
        )

    async def compare(self, model: str, other: str | None = None) -> Comparison | Refused:
        """A model beside another, which is the active one if not given."""
        known = await self._reports()
        before, after = known.get(other or self._active()), known.get(model)
        if before is None or after is None:
            return Refused(say("guard_unproven"))
        return compare(before, after)

    async def compare_spoken(self, model: str) -> Comparison | None:
        """The same on what the phone heard of them; None where one was never tried so."""
        known = await self._reports()
        before, after = (known.get(key, {}).get("spoken") for key in (self._active(), model))
        return compare(before, after) if before and after else None

    async def confusions(self) -> dict[tuple[str, str], int]:
        """What was meant, what the active model took it for, how often, at its last evaluation."""
        found = (await self._reports()).get(self._active(), {}).get("confusions", ())
        return {(str(meant), str(taken)): int(often) for meant, taken, often in found}

    async def activate(
        self, model: str, by: str, *, anyway: bool = False
    ) -> Activation | Doubts | Refused:
        """Have calls understood by a model from now on; those under way finish on theirs.

        The running hotline takes it up within seconds: see `activations` for what became of it.
        """
        if self._workshop.file(model) is None:
            return Refused(say("no_model", name=model))
        known = await self._reports()
        against = doubts(known.get(self._active()), known.get(model, {}), self._most_lost)
        if against and not anyway:
            return Doubts(against)
        return await self._wish(model, by, " ".join(against))

    async def roll_back(self, by: str) -> Activation | Refused:
        """Back to the model that was used before the present one, whatever its figures."""
        for past in await self._jobs.activations():
            if past.state is ActivationState.REPLACED and past.model != self._active():
                if self._workshop.file(past.model) is None:
                    continue
                return await self._wish(past.model, by)
        return Refused(say("no_previous"))

    async def activations(self) -> tuple[Activation, ...]:
        return tuple(await self._jobs.activations())

    async def _wish(self, model: str, by: str, note: str = "") -> Activation:
        wish = await self._jobs.activate(model, by, note)
        self.wished.set()
        return wish

    async def _reports(self) -> dict[str, Mapping[str, Any]]:
        return {entry.key: entry.report for entry in await self._jobs.models()}
