"""Watches one telephone call: whether its party is heard at all, and for how long they hold us.

A party that was heard and then vanishes is noticed in the stack's process (`vanished.py`), where
reports count as life, too: telephones that send nothing while nobody speaks say by RTCP that they
are there. Here are watched those that were never heard, and those that hold us.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from ivr.config.sip import Sip

NO_SOUND_S = 5.0
"""A caller of whom nothing has come by then cannot be heard: one-way audio."""
NETWORK: Final = "network"
"""Why a call ended: nothing came any more."""
HOLD: Final = "hold"
"""Why a call ended: we were held for too long."""


class Watch:
    """Timers of one call, from its answer on. Whoever made it is told once what they find."""

    def __init__(
        self, settings: Sip, unheard: Callable[[], None], over: Callable[[str], None]
    ) -> None:
        """`unheard` is called after `NO_SOUND_S`; `over`, with the cause, to end the call."""
        self._settings = settings
        self._unheard = unheard
        self._over = over
        self._heard = False
        self._waiting: list[asyncio.TimerHandle] = []
        """For the first sound."""
        self._holding: asyncio.TimerHandle | None = None

    def begin(self, *, heard: bool = False) -> None:
        """The call was answered; `heard`: sound has come before."""
        self._heard = heard
        self._wait_for_sound(NO_SOUND_S)

    def heard(self) -> None:
        """The first sound has come; while we are held it may be their music."""
        self._heard = True
        self._wait_no_longer()

    def held(self, held: bool) -> None:
        """The party holds us, or does so no longer."""
        self.end()
        if held:
            longest_s = self._settings.longest_hold_s
            self._holding = self._later(longest_s, lambda: self._over(HOLD))
        else:
            self._wait_for_sound(None)

    def end(self) -> None:
        self._wait_no_longer()
        if self._holding is not None:
            self._holding.cancel()
            self._holding = None

    def _wait_for_sound(self, told_after_s: float | None) -> None:
        if self._heard:
            return
        if told_after_s is not None:
            self._waiting.append(self._later(told_after_s, self._unheard))
        timeout_s = self._settings.rtp_timeout_s
        self._waiting.append(self._later(timeout_s, lambda: self._over(NETWORK)))

    def _wait_no_longer(self) -> None:
        for timer in self._waiting:
            timer.cancel()
        self._waiting.clear()

    def _later(self, seconds: float, do: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, do)
