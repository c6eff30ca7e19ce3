"""The real Rasa for tests, started once a run: the project's own model, channel and actions.

Rasa and the program's actions live in a thread of their own, so that every test can have a loop
of its own.
"""

import asyncio
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.config.company import Company, load_company
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.store.memory import MemoryStore
from ivr.understanding.actions.executor import build_executor
from ivr.understanding.nlu_model import model_file, nlu_python, train
from ivr.understanding.rasa_server import RasaPlace, RasaServer
from ivr.web.actions import serve_actions
from tests.ports import free_port

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday, half past ten in Kassel: what the program's actions take for the present."""


@dataclass(frozen=True, slots=True)
class RunningRasa:
    url: str
    token: str
    company: Company
    store: MemoryStore
    """Where the actions keep what they record."""


@pytest.fixture(scope="session")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRasa]:
    """Rasa with the trained model of the present `nlu/`; trains it if need be."""
    data_dir = tmp_path_factory.mktemp("rasa")
    started: Future[RunningRasa] = Future()
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(data_dir, started, stop), name="rasa")
    thread.start()
    try:
        yield started.result(timeout=900)
    finally:
        stop.set()
        thread.join(timeout=30)


def _run(data_dir: Path, started: "Future[RunningRasa]", stop: threading.Event) -> None:
    try:
        asyncio.run(_serve(data_dir, started, stop))
    except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it
        if not started.done():
            started.set_exception(error)


async def _serve(data_dir: Path, started: "Future[RunningRasa]", stop: threading.Event) -> None:
    settings = default_settings(PROGRAM_FOLDER)
    project, models = PROGRAM_FOLDER / "nlu", settings.hotline.models_dir / "nlu"
    python, token = nlu_python(PROGRAM_FOLDER), secrets.token_urlsafe()
    company = load_company(PROGRAM_FOLDER / "company.toml")
    store = MemoryStore(taken_orders=[order.number for order in company.orders])
    model = model_file(project, models)
    if not model.exists():
        await asyncio.to_thread(train, project, models, python, lambda _: None)
    async with AsyncExitStack() as stack:
        executor = build_executor(company, store, lambda: NOW)
        actions_port = await stack.enter_async_context(serve_actions(executor, token, 0))
        place = RasaPlace(
            project, python, model, data_dir, token, port=free_port(), actions_port=actions_port
        )
        server = await stack.enter_async_context(RasaServer(place, lambda _: None))
        await server.wait_ready()
        started.set_result(RunningRasa(f"http://{place.host}:{place.port}", token, company, store))
        await asyncio.to_thread(stop.wait)
