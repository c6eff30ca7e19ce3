"""What tests in browsers share."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from ivr.speech.voices.pico import PicoVoice

# How long a busy machine takes says nothing about the program; who waits for what never comes
# fails all the same.
expect.set_options(timeout=30_000)


@pytest.fixture
async def voice() -> AsyncIterator[PicoVoice]:
    voice = PicoVoice()
    yield voice
    await voice.close()
