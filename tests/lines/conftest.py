"""The devices of the lines' tests."""

from tests.sound import no_sound, null_sound

__all__ = ["no_sound", "null_sound"]
