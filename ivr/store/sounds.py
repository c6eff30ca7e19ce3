"""The sound of what callers said, as files that only the program's own user may read.

`<folder>/<call>/<number>.wav`, 16-bit mono. Removed with the call, when the caller takes their
consent back, and when it is too old.
"""

import asyncio
import logging
import os
import re
import shutil
import time
import wave
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from ivr.core.pcm import SAMPLE_BYTES, Pcm

_log = logging.getLogger(__name__)

MOST_WAITING = 64
"""Sounds that wait to be written; more are left out: nobody waits for them."""
LOOK_EVERY_S = 3600.0
_DAY_S = 86_400.0
_CALL = re.compile(r"[0-9A-Za-z_-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,6}")


class SoundFolder:
    """Implements `ports.Sounds` and, with `forget`, what retention needs. Open while inside."""

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder = folder
        self._keep_days = keep_days
        self._waiting: asyncio.Queue[tuple[str, str, Pcm]] = asyncio.Queue(MOST_WAITING)
        self._refused: set[str] = set()
        """Calls whose caller does not want it."""
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._write_all(), name="recordings"),
            asyncio.create_task(self._clean(), name="old recordings"),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What was kept is written first."""
        await self._waiting.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    def keep(self, call_id: str, name: str, sound: Pcm) -> None:
        """Write it soon. Never waits."""
        try:
            self._waiting.put_nowait((call_id, name, sound))
        except asyncio.QueueFull:
            _log.warning("a recording was left out: the disk is too slow")

    def file(self, call_id: str, name: str) -> Path | None:
        """Where a sound is; None if it is gone or never was."""
        if not _CALL.fullmatch(call_id) or not _NUMBER.fullmatch(name):
            return None
        found = self._folder / call_id / f"{name}.wav"
        return found if found.is_file() else None

    def discard(self, call_id: str) -> None:
        """See `ports.Sounds`. A few small files: quicker than a task that could be cut short."""
        self._refused.add(call_id)
        self._remove_refused(call_id)

    async def forget(self, calls: Collection[str]) -> int:
        """Remove all sounds of these calls, those included that are still to be written; says how
        many there were. Raises OSError."""
        await self._waiting.join()
        return await asyncio.to_thread(self._remove, list(calls))

    async def forget_old(self) -> int:
        """Remove the sounds of calls that are older than they may be. Raises OSError."""
        latest = time.time() - self._keep_days * _DAY_S
        return await asyncio.to_thread(self._remove_before, latest)

    def _remove_refused(self, call_id: str) -> bool:
        try:
            self._remove([call_id])
        except OSError as error:
            reason = error.strerror or type(error).__name__
            _log.error("a refused recording cannot be removed", extra={"reason": reason})
            return False
        return True

    async def _write_all(self) -> None:
        while True:
            call_id, name, sound = await self._waiting.get()
            try:
                if call_id not in self._refused:
                    await asyncio.to_thread(self._write, call_id, name, sound)
                if call_id in self._refused:
                    # It was refused while it was being written.
                    self._remove_refused(call_id)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                _log.error("a recording cannot be kept", extra={"reason": reason})
            finally:
                self._waiting.task_done()

    async def _clean(self) -> None:
        while True:
            await self._waiting.join()
            self._refused -= {each for each in self._refused if self._remove_refused(each)}
            try:
                await self.forget_old()
            except OSError as error:
                reason = error.strerror or type(error).__name__
                _log.error("old recordings cannot be removed", extra={"reason": reason})
            await asyncio.sleep(LOOK_EVERY_S)

    def _write(self, call_id: str, name: str, sound: Pcm) -> None:
        if not _CALL.fullmatch(call_id):
            return
        folder = self._folder / call_id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = folder / f"{name}.wav"
        descriptor = os.open(place, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        # By the standard library: commands that only read records must not wait for numpy.
        with os.fdopen(descriptor, "wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(SAMPLE_BYTES)
            out.setframerate(sound.rate)
            out.writeframes(sound.data)

    def _remove(self, calls: list[str]) -> int:
        count = 0
        for call_id in calls:
            folder = self._folder / call_id
            if _CALL.fullmatch(call_id) and folder.is_dir():
                count += sum(1 for _ in folder.iterdir())
                shutil.rmtree(folder)
        return count

    def _remove_before(self, moment: float) -> int:
        if not self._folder.is_dir():
            return 0
        old = [each.name for each in self._folder.iterdir() if each.stat().st_mtime < moment]
        return self._remove(old)
