"""The daily purge inside the service, in virtual time."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.app.fast_clock import FastLoop
from ivr.app.retention import AGAIN_S, EVERY_S, FIRST_S, keep_clean, open_purge
from ivr.config.settings import Hotline, Settings
from ivr.core.errors import StoreUnavailable
from ivr.core.pcm import Pcm
from ivr.core.records import CallEnd, CallStart, Outcome
from ivr.core.retention import Before, Purged
from ivr.store.rescue import set_aside
from ivr.store.sounds import SoundFolder
from ivr.store.sql import open_store


def test_it_is_done_daily_and_again_after_a_failure(tmp_path: Path) -> None:
    moments: list[float] = []

    async def remove_old(before: Before) -> Purged:
        assert datetime.now(UTC) - before.calls > timedelta(days=89)
        moments.append(asyncio.get_running_loop().time())
        if len(moments) == 2:
            raise StoreUnavailable("away")
        return Purged(calls=1)

    async def three_days() -> None:
        began = asyncio.get_running_loop().time()
        task = asyncio.create_task(keep_clean(settings, remove_old))
        await asyncio.sleep(3 * EVERY_S)
        task.cancel()
        await asyncio.wait([task])
        moments[:] = [moment - began for moment in moments]

    aside = set_aside(tmp_path / "rescue")
    aside.parent.mkdir()
    aside.write_text("{}")
    os.utime(aside, (0, 0))
    settings = Settings(hotline=Hotline(data_dir=tmp_path))
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        runner.run(three_days())
    due = [FIRST_S, FIRST_S + EVERY_S, FIRST_S + EVERY_S + AGAIN_S]
    assert moments == pytest.approx([*due, due[-1] + EVERY_S], abs=60)
    assert not aside.exists()


async def test_a_sound_still_to_be_written_goes_with_its_call(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "h.sqlite")
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    await store.begin(CallStart("c1", "musterfirma", "sip", noon, "+49561123456"))
    await store.end("c1", CallEnd(Outcome.ANSWERED, noon))
    async with SoundFolder(tmp_path / "recordings", 30) as sounds:
        purge = open_purge(store.sessions, "musterfirma", sounds)
        for number in range(20):
            sounds.keep("c1", str(number), Pcm(bytes(3200), 16_000))
        purged = await purge.remove_of("+49561123456")
    await store.close()
    assert (purged.calls, purged.files) == (1, 20)
    assert list((tmp_path / "recordings").rglob("*.wav")) == []
