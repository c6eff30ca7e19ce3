"""The hotline as a service: started, kept running, drained and stopped."""

import asyncio
import signal
from contextlib import AsyncExitStack

from ivr.app.hotline import Hotline, Say, open_hotline
from ivr.config.settings import Settings


async def run_service(settings: Settings, say: Say) -> None:
    """Take calls until a signal asks to stop; then let the live ones finish.

    A second signal stops at once. Raises what `open_hotline` raises.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    async with AsyncExitStack() as stack:
        hotline = await stack.enter_async_context(open_hotline(settings, say, alone=True))
        _tell(hotline, say)
        await stop.wait()
        await _drain(hotline, say)


async def _drain(hotline: Hotline, say: Say) -> None:
    grace_s = hotline.settings.hotline.drain_s
    if len(hotline.register):
        say(f"{len(hotline.register)} call(s) may finish, {grace_s:.0f} s at the most")
    await hotline.register.drain(grace_s)
    say("stopped")


def _tell(hotline: Hotline, say: Say) -> None:
    company = hotline.company
    say(f"{company.name} answers the phone: {company.greeting.phrase}")
    say("call it from another terminal:")
    say(
        "  .venv/bin/ivr call                                        with microphone and loudspeaker"
    )
    say('  .venv/bin/ivr call --say "Wann haben Sie geöffnet?"       in writing')
    say("stop with Ctrl-C")
