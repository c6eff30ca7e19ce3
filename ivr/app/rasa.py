"""Rasa for calls: found or started, with its actions, and changed while calls go on."""

import asyncio
import contextlib
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ivr.app.live_company import LiveCompany
from ivr.config.company import Company
from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.settings import Settings
from ivr.core.errors import LineFailed
from ivr.core.ports import Store
from ivr.training.answers import fill, variables
from ivr.understanding.actions.executor import build_executor
from ivr.understanding.actions.settle import Keep
from ivr.understanding.client import RasaUnderstanding
from ivr.understanding.nlu_model import MODEL_SUFFIX, model_file, nlu_python
from ivr.understanding.priority import LOADING, set_session
from ivr.understanding.rasa_server import RasaPlace, RasaServer
from ivr.understanding.running_rasa import find_running_rasa
from ivr.understanding.switching import Model, SwitchingUnderstanding
from ivr.web.actions import serve_actions

log = logging.getLogger(__name__)

Say = Callable[[str], None]
Hold = Callable[[], AbstractContextManager[object]]

NLU = PROGRAM_FOLDER / "nlu"
_WARM_UP = "warm-up"
"""The conversation in which Rasa is tried; no call has such an id."""


def shipped_model(settings: Settings) -> Path:
    """The model of nlu/ as it is now; it may have to be trained first."""
    return model_file(NLU, settings.hotline.models_dir / "nlu")


def key_of(model: Path) -> str:
    return model.name.removesuffix(MODEL_SUFFIX)


@dataclass(frozen=True, slots=True)
class RasaWishes:
    """How a Rasa is wanted."""

    alone: bool = False
    """Refuse one that another hotline keeps."""
    working: Hold = nullcontext
    """Entered while it works: holds a jumping clock to real time."""
    model: Path | None = None
    """The shipped one if not given."""
    keep: Keep | None = None
    """Where the actions put what they take down; straight into the store if not given."""


class LiveActions:
    """Runs Rasa's actions with the company as it is now."""

    def __init__(self, company: Company, store: Store, keep: Keep | None = None) -> None:
        self._store = store
        self._keep = keep
        self._executor = build_executor(company, store, _now, keep)

    async def run(self, call: dict[str, Any]) -> Any:
        return await self._executor.run(call)

    async def changed(self, company: Company) -> None:
        # Holidays of another state take a while to work out: not in front of the callers.
        self._executor = await asyncio.to_thread(
            build_executor, company, self._store, _now, self._keep
        )


@dataclass(frozen=True, slots=True)
class RasaStarter:
    """Starts a Rasa for a model."""

    place: RasaPlace
    """Of the first one; others differ in their model and their port."""
    timeout_s: float
    say: Say
    working: Hold = nullcontext
    loading: int = 0
    """Niceness of its session until it is ready; see `priority`."""

    async def start(self, model: Path) -> Model:
        """A model that answers. Raises MissingPiece and UnderstandingUnavailable."""
        stack = AsyncExitStack()
        try:
            place = replace(self.place, model=model, port=_free(self.place.host, self.place.port))
            server = await stack.enter_async_context(RasaServer(place, self.say, self.working))
            await self._stand_back(server, self.loading)
            await server.wait_ready()
            url = f"http://{place.host}:{place.port}"
            await _warm_up(url, place.token)
            await self._stand_back(server, 0)
            understanding = RasaUnderstanding(url, place.token, self.timeout_s)
        except BaseException:
            await stack.aclose()
            raise
        return Model(key_of(model), understanding, stack.aclose)

    def while_calls_go_on(self) -> "RasaStarter":
        """The same for models that calls will use later: what loads one waits for calls."""
        return replace(self, loading=LOADING)

    async def _stand_back(self, server: RasaServer, nice: int) -> None:
        if self.loading and server.pid is not None:
            await set_session(server.pid, nice)


async def start_understanding(
    settings: Settings,
    company: LiveCompany,
    store: Store,
    say: Say,
    stack: AsyncExitStack,
    wishes: RasaWishes,
) -> tuple[SwitchingUnderstanding, RasaStarter | None]:
    """Find a Rasa that runs or start one, with its actions; all of it ends with `stack`.

    The starter comes along if Rasa is ours. Raises MissingPiece,
    UnderstandingUnavailable, and LineFailed for a port that is taken.
    """

    running = await find_running_rasa(settings.hotline.data_dir)
    starter: RasaStarter | None = None
    if running is not None:
        if wishes.alone:
            raise LineFailed("a hotline is already running on this data; stop it first")
        say("using the Rasa of the hotline that is running")
        url = f"http://{running.host}:{running.port}"
        client = RasaUnderstanding(url, running.token, settings.nlu.timeout_s)
        first = Model(running.model, client, _nothing)
    else:
        starter = await _serve_actions(settings, company, store, say, stack, wishes)
        first = await starter.start(wishes.model or starter.place.model)
    understanding = SwitchingUnderstanding(first, filler(company), settings.training.finish_s)
    stack.push_async_callback(understanding.close)
    return understanding, starter


def filler(company: LiveCompany) -> Callable[[str], str]:
    """Puts the company's present values into what Rasa wants said."""

    def complete(text: str) -> str:
        return fill(text, variables(company.current)) if "⟦" in text else text

    return complete


async def _serve_actions(
    settings: Settings,
    company: LiveCompany,
    store: Store,
    say: Say,
    stack: AsyncExitStack,
    wishes: RasaWishes,
) -> RasaStarter:
    nlu = settings.nlu
    token = nlu.token.get_secret_value() if nlu.token else secrets.token_urlsafe(32)
    actions = LiveActions(company.current, store, wishes.keep)
    company.on_change(actions.changed)
    await stack.enter_async_context(serve_actions(actions, token, nlu.actions_port))
    place = RasaPlace(
        project=NLU,
        python=nlu_python(PROGRAM_FOLDER),
        model=shipped_model(settings),
        data_dir=settings.hotline.data_dir,
        token=token,
        port=nlu.port,
        host=nlu.host,
        actions_port=nlu.actions_port,
    )
    return RasaStarter(place, nlu.timeout_s, say, wishes.working)


@contextlib.asynccontextmanager
async def running(*works: Any) -> AsyncIterator[None]:
    """Coroutines that run while inside, and end with it."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


async def _warm_up(url: str, token: str) -> None:
    """Let Rasa answer once: the first answer takes seconds, and no caller shall wait for it."""
    patient = RasaUnderstanding(url, token, timeout_s=60)
    try:
        for question in ("Guten Tag", "Wann haben Sie geöffnet?"):
            await patient.reply(_WARM_UP, question)
        await patient.forget(_WARM_UP)
    finally:
        await patient.close()


async def _nothing() -> None:
    """Somebody else's Rasa goes on."""


def _free(host: str, wanted: int) -> int:
    """The port that is set, or any free one while another Rasa still has that."""
    with suppress(OSError), socket.create_server((host, wanted)):
        return wanted
    with socket.create_server((host, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _now() -> datetime:
    return datetime.now(UTC)
