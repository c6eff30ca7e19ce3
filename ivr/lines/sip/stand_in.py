"""Music of ours for whoever is put on hold by a telephone that plays none."""

import asyncio

from ivr.audio.features import level_db

PATIENCE_FRAMES = 50
"""A second of silence: a piece of their music may end, and the next one begin."""
_SILENT_DB = -60.0
"""What nobody hears, in dBFS: the silence of a codec is not quite zero."""


class StandIn:
    """Takes the place of what comes while nothing can be heard of it. For one hold."""

    def __init__(self, music: "asyncio.Future[tuple[bytes, ...]]") -> None:
        """`music`: 20 ms frames that are played over and over, once they are made."""
        self._music = music
        self._silent = 0
        self._at = 0

    def frame(self, heard: bytes) -> bytes:
        """This frame, or one of the music."""
        if level_db(heard) > _SILENT_DB:
            self._silent = 0
            return heard
        self._silent += 1
        if self._silent <= PATIENCE_FRAMES or not self._music.done():
            return heard
        frames = self._music.result()
        frame = frames[self._at % len(frames)]
        self._at += 1
        return frame
