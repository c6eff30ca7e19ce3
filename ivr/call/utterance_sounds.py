"""The sound of what the caller says, utterance by utterance, while it may be kept."""

from collections import deque

from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES

LONGEST_SOUND = 60 * LISTEN_RATE * SAMPLE_BYTES
"""Bytes of an utterance that are kept at most: a minute."""
_REPORTED = 256
"""As many as the call's inbox has reports."""


class UtteranceSounds:
    """Sound at 16 kHz of each utterance that is reported; empty where it may not be kept.

    Whoever takes a report takes its sound as well, or the two no longer fit together.
    """

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._sound: bytearray | None = None
        self._reported: deque[bytes] = deque(maxlen=_REPORTED)

    @property
    def kept(self) -> bool:
        """Whether utterances that begin now are kept."""
        return self._since_s is not None

    def keep_from(self, since_s: float | None) -> None:
        """Keep what begins at this time of the call or later; None: nothing from now on."""
        self._since_s = since_s

    def begin(self, start_s: float) -> None:
        """An utterance has begun at this time of the call; one before it was none."""
        may = self._since_s is not None and start_s >= self._since_s
        self._sound = bytearray() if may else None

    def add(self, chunk: bytes) -> None:
        if self._sound is not None and len(self._sound) < LONGEST_SOUND:
            self._sound += chunk

    def end(self) -> None:
        """The utterance is reported."""
        self._reported.append(bytes(self._sound or b""))
        self._sound = None

    def take(self) -> bytes:
        """The sound of the utterance that was reported first and not taken yet."""
        return self._reported.popleft() if self._reported else b""
