"""Keeps the sound of what the caller says in one call, while they consent to it."""

from ivr.call.ears import Ears
from ivr.core.actions import KeepSound
from ivr.core.pcm import LISTEN_RATE, Pcm
from ivr.core.ports import Sounds


class Recorder:
    """Names sounds by their number in the call."""

    def __init__(self, call_id: str, sounds: Sounds | None, ears: Ears) -> None:
        self._call_id = call_id
        self._sounds = sounds
        self._ears = ears
        self._number = 0

    def switch(self, wish: KeepSound) -> None:
        """Begin; or stop, and all that was kept of this call is gone when this returns."""
        if self._sounds is None:
            return
        self._ears.keep_sound(wish.on)
        if not wish.on:
            self._sounds.discard(self._call_id)

    def heard(self, *, keep: bool) -> str | None:
        """The name of the sound of the utterance that was reported first and not asked for yet.

        `keep` false: it was not said to the assistant, or held no words.
        """
        sound = self._ears.sounds.take()
        if self._sounds is None or not keep or not sound or not self._ears.sounds.kept:
            return None
        self._number += 1
        name = str(self._number)
        self._sounds.keep(self._call_id, name, Pcm(sound, LISTEN_RATE))
        return name
