"""A recognizer without an engine: it hears what a script says, or what the audio spells."""

from collections import deque
from collections.abc import Iterable, Sequence

from ivr.audio.spelled import read_spelled
from ivr.core.errors import RecognitionFailed
from ivr.core.speech import Expect, Transcript


class ScriptedRecognizer:
    """Gives the next text of the script to each utterance, however often it is transcribed.

    Without a script it reads what `ivr.audio.spelled` has written into the samples. Where the
    script has an error in place of a text, that utterance fails with it.
    """

    name = "scripted"

    def __init__(self, script: Iterable[str | RecognitionFailed] | None = None) -> None:
        self._script = None if script is None else deque(script)
        self.available = True
        self.expected: list[Expect] = []
        """What was expected of each utterance so far."""

    def listen(
        self, expect: Expect = Expect.ANYTHING, words: Sequence[str] = ()
    ) -> "ScriptedHearing":
        self.expected.append(expect)
        return ScriptedHearing(self._script)

    def waiting(self) -> int:
        return 0

    async def ready(self) -> bool:
        return self.available

    async def close(self) -> None:
        self.available = False


class ScriptedHearing:
    def __init__(self, script: deque[str | RecognitionFailed] | None) -> None:
        self._script = script
        self._said: str | RecognitionFailed | None = None
        self._audio = bytearray()

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm

    async def transcribe(self) -> Transcript:
        if self._said is None and self._script:
            self._said = self._script.popleft()
        said = read_spelled(bytes(self._audio)) if self._script is None else self._said
        if isinstance(said, RecognitionFailed):
            raise said
        return Transcript(said or "", 1.0 if said else 0.0)

    def close(self) -> None:
        self._audio.clear()
