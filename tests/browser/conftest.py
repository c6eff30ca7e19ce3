"""What tests in browsers share."""

from collections.abc import AsyncIterator

import pytest

from ivr.speech.voices.pico import PicoVoice


@pytest.fixture
async def voice() -> AsyncIterator[PicoVoice]:
    voice = PicoVoice()
    yield voice
    await voice.close()
