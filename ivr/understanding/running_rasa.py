"""How a program finds the Rasa that a running hotline keeps: a small file in the data folder."""

import asyncio
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

HEALTH_PATH = "/webhooks/voice/"
"""Answers 200 as soon as a model is loaded; see nlu/voice_channel.py."""
STATE_FILE = "rasa.json"


@dataclass(frozen=True, slots=True)
class RunningRasa:
    """A Rasa that answers, and how to speak to it."""

    pid: int
    host: str
    port: int
    actions_port: int
    model: str
    """Key of its model; `model_key` tells whether that is still the project's content."""
    token: str = field(repr=False)


async def rasa_answers(host: str, port: int, timeout_s: float = 5.0) -> bool:
    """Whether the hotline's Rasa answers there with a loaded model. Never raises.

    Speaks HTTP by hand: an HTTP client would write a log line for each of the many looks.
    """
    request = f"GET {HEALTH_PATH} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(request.encode())
                await writer.drain()
                status = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return False
    return status.startswith((b"HTTP/1.1 200 ", b"HTTP/1.0 200 "))


async def find_running_rasa(data_dir: Path) -> RunningRasa | None:
    """The Rasa of a hotline that runs on the same data folder, if it answers. Never raises."""
    try:
        found = RunningRasa(**json.loads((data_dir / STATE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if await rasa_answers(found.host, found.port) else None


def announce(data_dir: Path, running: RunningRasa) -> None:
    """Let `find_running_rasa` find it. Readable by nobody else, for the token's sake.

    Raises OSError.
    """
    draft = data_dir / f"{STATE_FILE}.part"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(asdict(running), file)
    draft.replace(data_dir / STATE_FILE)


def withdraw(data_dir: Path, pid: int) -> None:
    """Take back what was announced of this process; another one's announcement stays."""
    file = data_dir / STATE_FILE
    try:
        announced = json.loads(file.read_text(encoding="utf-8"))["pid"]
    except (OSError, ValueError, TypeError, KeyError):
        return
    if announced == pid:
        file.unlink(missing_ok=True)
