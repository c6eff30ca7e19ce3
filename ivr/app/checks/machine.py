"""What the machine brings along: Python, system libraries, a sound card, room on the disk."""

import importlib
import shutil
import sys
from pathlib import Path
from typing import Any

from ivr.app.checks.finding import Finding, missing, ok, warning

_OLDEST = (3, 11)
_FULL_B = 100e6
_TIGHT_B = 2e9


def check_python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _OLDEST:
        return missing("Python", f"{version} is too old", "install Python 3.11 or newer")
    return ok("Python", version)


def check_espeak(*, wanted: bool) -> Finding:
    """Load the library just as pyttsx3 does. `wanted`: no other voice may stand in for it."""
    name = "espeak-ng"
    if sys.platform != "linux":
        return ok(name, "not needed: the system has voices of its own")
    try:
        importlib.import_module("pyttsx3.drivers._espeak")
    except (ImportError, OSError, RuntimeError):
        cure = "install it: apt-get install espeak-ng (or libespeak-ng1)"
        text = "its library cannot be loaded, so the voice pyttsx3 cannot speak"
        return missing(name, text, cure) if wanted else warning(name, text, cure)
    return ok(name, "its library is there")


def check_sound() -> list[Finding]:
    """PortAudio and the devices it finds; only the line at the desk needs them."""
    try:
        sounddevice: Any = importlib.import_module("sounddevice")
    except (ImportError, OSError):
        return [
            warning(
                "PortAudio",
                "its library cannot be loaded, so there is no call from the desk",
                "install it: apt-get install libportaudio2",
            )
        ]
    devices = sounddevice.query_devices()
    inputs = sum(device["max_input_channels"] > 0 for device in devices)
    outputs = sum(device["max_output_channels"] > 0 for device in devices)
    text = f"{inputs} to record with, {outputs} to play with"
    if inputs and outputs:
        return [ok("PortAudio", "its library is there"), ok("sound card", text)]
    cure = "connect a headset, or call without one: ivr call --say … or ivr call --wav FILE"
    return [ok("PortAudio", "its library is there"), warning("sound card", text, cure)]


def check_disk(folder: Path) -> Finding:
    """Room for records and logs where the program keeps them."""
    free = shutil.disk_usage(existing(folder)).free
    text = f"{free / 1e9:.1f} GB free for {folder}"
    cure = "make room on this disk, or set [hotline] data_dir to a folder on another"
    if free < _FULL_B:
        return missing("disk space", text, cure)
    return warning("disk space", text, cure) if free < _TIGHT_B else ok("disk space", text)


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())
