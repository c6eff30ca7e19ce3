"""SIPp, a telephone that is not ours: calls or is called, and does what its scenario says."""

import asyncio
import re
import socket
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.ports import free_port

_MESSAGES = "messages.log"
TRACED = ("-m", "1", "-trace_msg", "-message_file", _MESSAGES, "-message_overwrite", "true")
"""One call, of which all messages are kept."""


async def _start(folder: Path, scenario: str, source: str, *options: str) -> Process:
    file = _written(folder, scenario)
    return await asyncio.create_subprocess_exec(
        "sipp",
        *("-sf", str(file), "-i", source, "-mi", source, "-s", "hotline"),
        *("-nostdin", "-pause_msg_ign", "-timeout", "60s", "-timeout_error"),
        *options,
        cwd=folder,
        stdout=PIPE,
        stderr=STDOUT,
    )


def _written(folder: Path, scenario: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "scenario.xml"
    file.write_text(scenario, encoding="latin-1")
    return file


async def _finish(process: Process) -> str:
    """SIPp's own verdict must be success."""
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode(errors="replace")[-3000:]
    return told.decode(errors="replace")


async def sipp(
    folder: Path,
    scenario: str,
    port: int,
    *options: str,
    source: str = "127.0.0.1",
    at: str = "127.0.0.1",
) -> str:
    """Run a scenario to its end against the hotline on this port."""
    options = options or ("-m", "1")
    return await _finish(await _start(folder, scenario, source, *options, f"{at}:{port}"))


class Called:
    """Somebody who can be called at `address`."""

    def __init__(self, folder: Path, process: Process, place: str) -> None:
        self._folder = folder
        self._process = process
        self.address = f"sip:somebody@{place}"

    async def finished(self) -> str:
        """Until the scenario has come to its good end."""
        return await _finish(self._process)

    def received(self, method: str) -> list[str]:
        """The requests of this kind so far."""
        return received(self._folder, method)


def received(folder: Path, method: str) -> list[str]:
    """What has come to who was started with `TRACED`: the requests of this kind so far."""
    return [message for message in messages(folder) if message.startswith(f"{method} ")]


def messages(folder: Path) -> list[str]:
    """All that has come to who was started with `TRACED`."""
    file = folder / _MESSAGES
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    parts = re.split(r"^-{10,} .*$", text, flags=re.MULTILINE)
    return [part.partition("\n\n")[2] for part in parts if " received [" in part]


@asynccontextmanager
async def called(folder: Path, scenario: str, host: str = "127.0.0.1") -> AsyncIterator[Called]:
    """Waits for one call. Who wants to know that it went as written asks `finished`."""
    port = free_port()
    process = await _start(folder, scenario, host, "-p", str(port), *TRACED)
    try:
        while _is_free(host, port):
            assert process.returncode is None
            await asyncio.sleep(0.02)
        yield Called(folder, process, f"{host}:{port}")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind((host, port))
        except OSError:
            return False
        return True
