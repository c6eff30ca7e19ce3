"""Recordings: private, bounded, and gone when they have to be."""

import os
import stat
import time
from pathlib import Path

from ivr.audio.wav import read_wav
from ivr.core.pcm import Pcm
from ivr.store.sounds import MOST_WAITING, SoundFolder

SOUND = Pcm(bytes(3200), 16_000)


async def test_a_sound_is_kept_for_our_eyes_only(tmp_path: Path) -> None:
    async with SoundFolder(tmp_path / "r", 30) as sounds:
        sounds.keep("c1", "1", SOUND)
    file = sounds.file("c1", "1")
    assert file is not None
    assert read_wav(file) == SOUND
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_nobody_leaves_the_folder_by_a_name(tmp_path: Path) -> None:
    (tmp_path / "1.wav").write_bytes(b"secret")
    sounds = SoundFolder(tmp_path / "r", 30)
    assert sounds.file("..", "1") is None
    assert sounds.file("c1", "../../1") is None
    assert await sounds.forget([".."]) == 0
    assert (tmp_path / "1.wav").exists()


async def test_what_is_still_to_be_written_is_forgotten_as_well(tmp_path: Path) -> None:
    async with SoundFolder(tmp_path / "r", 30) as sounds:
        for number in range(3):
            sounds.keep("c1", str(number), SOUND)
        sounds.keep("c2", "1", SOUND)
        assert await sounds.forget(["c1", "gone"]) == 3
        assert sounds.file("c1", "0") is None
        assert sounds.file("c2", "1") is not None


async def test_old_ones_go_by_themselves(tmp_path: Path) -> None:
    async with SoundFolder(tmp_path / "r", 30) as sounds:
        sounds.keep("old", "1", SOUND)
        sounds.keep("new", "1", SOUND)
    long_ago = time.time() - 31 * 86_400
    os.utime(tmp_path / "r" / "old", (long_ago, long_ago))
    assert await sounds.forget_old() == 1
    assert sounds.file("old", "1") is None
    assert sounds.file("new", "1") is not None


async def test_more_than_the_disk_can_take_is_left_out(tmp_path: Path) -> None:
    async with SoundFolder(tmp_path / "r", 30) as sounds:
        for number in range(MOST_WAITING + 40):
            sounds.keep("c1", str(number), SOUND)
    assert len(list((tmp_path / "r" / "c1").iterdir())) == MOST_WAITING


async def test_a_call_that_is_refused_is_gone_at_once_and_stays_so(tmp_path: Path) -> None:
    async with SoundFolder(tmp_path / "r", 30) as sounds:
        sounds.keep("c1", "1", SOUND)
        await sounds.forget(["other"])
        sounds.keep("c1", "2", SOUND)
        sounds.discard("c1")
        assert sounds.file("c1", "1") is None
        sounds.keep("c1", "3", SOUND)
    assert list((tmp_path / "r").rglob("*.wav")) == []
