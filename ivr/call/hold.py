"""Music on a caller's leg while they wait for somebody."""

import asyncio

from ivr.audio.features import VoiceLevel
from ivr.audio.music import hold_music
from ivr.call.ears import Ears
from ivr.core.beat import Beat
from ivr.core.ports import Leg

AHEAD_S = 0.1
"""How far the music may be ahead of what sounds."""


class Hold:
    """Plays until it is stopped, and goes on where it stopped."""

    def __init__(self, leg: Leg, ears: Ears, group: asyncio.TaskGroup) -> None:
        self._leg = leg
        self._ears = ears
        self._group = group
        self._beat = 0
        self._task: asyncio.Task[None] | None = None

    def play(self) -> None:
        """Begin; harmless while it plays. The caller is heard, and nothing is expected of them."""
        if self._task is None:
            self._ears.waiting()
            self._task = self._group.create_task(self._play(), name="music")

    def stop(self) -> None:
        """Fall silent at once; harmless while nothing plays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._leg.flush()

    async def _play(self) -> None:
        # The first caller's rate waits for its music to be made.
        frames = await asyncio.to_thread(hold_music, self._leg.rate)
        loop = asyncio.get_running_loop()
        # A line that is down takes everything at once: the pace is ours, too.
        beat = Beat(loop.time(), late_s=0.0, ahead_s=AHEAD_S)
        level = VoiceLevel(self._leg.rate)
        while True:
            await asyncio.sleep(beat.wait_s(loop.time()))
            frame = frames[self._beat % len(frames)]
            self._beat += 1
            # Music that comes back from the caller's end is no speech.
            self._ears.prompt_level(level.push(frame))
            await self._leg.play(frame)
