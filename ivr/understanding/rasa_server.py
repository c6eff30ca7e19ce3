"""Keeps Rasa's server alive beside the program, from the program's start to its end.

Rasa runs as a process of its own (`nlu/serve.py`, on its own Python), on loopback, with its log in
`<data_dir>/log/rasa.log`. It is started again when it dies or hangs, and it never outlives us: it
is stopped on exit, and ends by itself if we are killed.
"""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ivr.core.errors import MissingPiece, UnderstandingUnavailable
from ivr.understanding.nlu_model import MODEL_SUFFIX, rasa_environment
from ivr.understanding.priority import niced, set_session
from ivr.understanding.process_group import end_group
from ivr.understanding.running_rasa import RunningRasa, announce, rasa_answers, withdraw

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
LOADING_S = 300.0
"""After so long without a first answer a Rasa that is starting counts as hung."""
STOP_S = 10.0
"""Seconds Rasa is given to end by itself."""
LOOK_EVERY_S = 0.5
CHECK_EVERY_S = 5.0
ANSWER_S = 5.0
MISSES = 6
"""Checks in a row without an answer in time, after which a running Rasa counts as hung."""
LOG_BYTES = 5_000_000
"""A log longer than this is moved to `rasa.log.1` when Rasa starts."""


class RasaState(StrEnum):
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    """It has died or hung, and is on its way back."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class RasaPlace:
    """Where Rasa is, what it runs, and how it is reached."""

    project: Path
    """The folder `nlu/`."""
    python: Path
    model: Path
    data_dir: Path
    token: str = field(repr=False)
    """Shared secret of the channel and the actions; reaches Rasa through its environment."""
    port: int = 5005
    host: str = "127.0.0.1"
    actions_port: int = 5055
    nice: int = 0
    """How far it stands back behind everything else, to its end; see `priority`."""


class RasaServer:
    """Rasa as an async context: started on entering, stopped on leaving.

    Entering does not wait until Rasa is ready, which takes a quarter of a minute: `wait_ready`
    does. `say` gets a line for people whenever something changes. `working` is entered while its
    answer is awaited: it holds a jumping clock to real time.
    """

    def __init__(
        self,
        place: RasaPlace,
        say: Callable[[str], None],
        working: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._place = place
        self._say = say
        self._working = working
        self._state = RasaState.STOPPED
        self._changed = asyncio.Condition()
        self._ever_ready = False
        self._starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def state(self) -> RasaState:
        return self._state

    @property
    def starts(self) -> int:
        """How often the process has been started: more than one means that it died."""
        return self._starts

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process else None

    @property
    def log_file(self) -> Path:
        return self._place.data_dir / "log" / "rasa.log"

    async def __aenter__(self) -> Self:
        """Start Rasa. Raises MissingPiece, and UnderstandingUnavailable if the port is taken."""
        await self._check()
        await self._set(RasaState.STARTING)
        try:
            await self._start()
        except BaseException:
            await self._stop()
            await self._set(RasaState.STOPPED)
            raise
        self._keeper = asyncio.create_task(self._keep(), name="rasa-keeper")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._keeper:
                self._keeper.cancel()
                await asyncio.wait([self._keeper])
        finally:
            await self._stop()
            await self._set(RasaState.STOPPED)

    async def wait_ready(self, timeout_s: float = 300) -> None:
        """Wait until Rasa answers. Raises UnderstandingUnavailable if it fails before it ever did,
        or is not ready in time; it is then still being started again in the background."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(lambda: self._state is not RasaState.STARTING)
                if self._ever_ready:
                    await self._changed.wait_for(lambda: self._state is not RasaState.RESTARTING)
        except TimeoutError:
            raise UnderstandingUnavailable(
                f"Rasa was not ready within {timeout_s:.0f} s: see {self.log_file}"
            ) from None
        if self._state is not RasaState.READY:
            raise UnderstandingUnavailable(f"Rasa ended while it started: see {self.log_file}")

    async def _check(self) -> None:
        if not self._place.model.exists():
            raise MissingPiece("Rasa's model is not trained yet: run `ivr nlu train`")
        if not self._place.python.exists():
            raise MissingPiece(f"Rasa's Python {self._place.python} is missing: run `make setup`")
        try:
            server = await asyncio.start_server(
                lambda _, writer: writer.close(), self._place.host, self._place.port
            )
        except OSError as error:
            raise UnderstandingUnavailable(
                f"Rasa cannot listen on {self._place.host}:{self._place.port}"
                f" ({error.strerror or error}): stop what uses it, or set another port"
                " under [nlu] in hotline.toml"
            ) from error
        server.close()
        await server.wait_closed()

    async def _keep(self) -> None:
        """Watch Rasa and start it again, a little later each time, for as long as we run."""
        pause = FIRST_PAUSE_S
        while True:
            if await self._until_ready():
                pause = FIRST_PAUSE_S
                await self._until_lost()
            await self._set(RasaState.RESTARTING)
            await self._stop()
            self._say(
                f"Rasa has stopped; starting it again in {pause:.0f} s (see {self.log_file})"
            )
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            try:
                await self._start()
            except OSError as error:
                self._say(f"Rasa cannot be started: {error}")

    async def _start(self) -> None:
        place = self._place
        env = rasa_environment(threads=1) | {
            "IVR_NLU_TOKEN": place.token,
            "IVR_NLU_ACTIONS_PORT": str(place.actions_port),
            # Each thread would get a heap of its own; Rasa gains nothing from that.
            "MALLOC_ARENA_MAX": "2",
        }
        with _open_log(self.log_file) as log:
            self._process = await asyncio.create_subprocess_exec(
                *niced(place.nice),
                str(place.python),
                "serve.py",
                *("--model", str(place.model.absolute())),
                *("--host", place.host),
                *("--port", str(place.port)),
                *("--parent", str(os.getpid())),
                cwd=place.project,
                env=env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C on the terminal is ours: calls finish first, then Rasa goes.
                start_new_session=True,
            )
        self._starts += 1
        if place.nice:
            await set_session(self._process.pid, place.nice)

    async def _until_ready(self) -> bool:
        """Wait for the first answer; false if the process ended instead, or hangs."""
        process, begun = self._process, time.monotonic()
        if process is None:
            return False
        told = begun
        while process.returncode is None and time.monotonic() - begun < LOADING_S:
            if await rasa_answers(self._place.host, self._place.port):
                self._announce(process.pid)
                self._ever_ready = True
                await self._set(RasaState.READY)
                self._say(f"Rasa is ready ({time.monotonic() - begun:.0f} s)")
                return True
            if time.monotonic() - told >= 10:
                told = time.monotonic()
                self._say(f"Rasa is starting, {told - begun:.0f} s so far")
            await asyncio.sleep(LOOK_EVERY_S)
        return False

    async def _until_lost(self) -> None:
        """Wait until the process ends or does not answer any more."""
        process, missed = self._process, 0
        while process and missed < MISSES:
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), CHECK_EVERY_S)
                return
            with self._working():
                answers = await rasa_answers(self._place.host, self._place.port, ANSWER_S)
            missed = 0 if answers else missed + 1

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            withdraw(self._place.data_dir, process.pid)
            await end_group(process, STOP_S)

    async def _set(self, state: RasaState) -> None:
        async with self._changed:
            self._state = state
            self._changed.notify_all()

    def _announce(self, pid: int) -> None:
        place = self._place
        running = RunningRasa(
            pid=pid,
            host=place.host,
            port=place.port,
            actions_port=place.actions_port,
            model=place.model.name.removesuffix(MODEL_SUFFIX),
            token=place.token,
        )
        try:
            announce(place.data_dir, running)
        except OSError as error:
            self._say(f"other programs will not find this Rasa: {error}")


def _open_log(file: Path) -> IO[bytes]:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > LOG_BYTES:
        file.replace(file.with_name(file.name + ".1"))
    return os.fdopen(os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab")
