"""A sound system without sound: ALSA's own `null` device as the only one of this process."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

_DEVICES = """
pcm.!default { type null }
ctl.!default { type null }
"""


@pytest.fixture
def null_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both directions work, with silence, as fast as they are asked."""
    yield from _with_devices(_DEVICES, tmp_path, monkeypatch)


@pytest.fixture
def no_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A default device that cannot be opened, and no other: a machine without a sound card."""
    yield from _with_devices(
        "pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n",
        tmp_path,
        monkeypatch,
    )


def _with_devices(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    config = folder / "asound.conf"
    config.write_text(text, encoding="ascii")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    sounddevice = import_module("sounddevice")
    _look_again(sounddevice)
    yield
    monkeypatch.undo()
    _look_again(sounddevice)


def _look_again(sounddevice: object) -> None:
    """PortAudio looks for devices only when it starts."""
    sounddevice._terminate()  # type: ignore[attr-defined]
    sounddevice._initialize()  # type: ignore[attr-defined]
