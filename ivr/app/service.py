"""The hotline as a service: started, kept running, drained and stopped."""

import asyncio
import signal
from contextlib import AsyncExitStack

from ivr.app.hotline import Hotline, Say, open_hotline
from ivr.config.settings import Settings
from ivr.web.health import health_app
from ivr.web.server import serve


async def run_service(settings: Settings, say: Say) -> None:
    """Be there for calls until a signal asks to stop; then let the live ones finish.

    A second signal stops at once. Raises what `open_hotline` raises.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, _stop, stop, sign)
    async with AsyncExitStack() as stack:
        hotline = await stack.enter_async_context(open_hotline(settings, say, alone=True))
        app = health_app({"understanding": hotline.engines.understanding.ready})
        web = settings.web
        await stack.enter_async_context(serve(app, web.host, web.port, "web.port"))
        _tell(hotline, say)
        await stop.wait()
        grace_s = settings.hotline.drain_s
        if len(hotline.register):
            say(f"{len(hotline.register)} call(s) may finish, {grace_s:.0f} s at the most")
        await hotline.register.drain(grace_s)
    say("stopped")


def _stop(stop: asyncio.Event, sign: signal.Signals) -> None:
    """The first signal asks, the second one insists."""
    stop.set()
    asyncio.get_running_loop().remove_signal_handler(sign)


def _tell(hotline: Hotline, say: Say) -> None:
    greeting = hotline.company.greeting.phrase
    say("")
    say(f"Ready. It answers: {greeting}")
    say("Call it from another terminal, in this folder:")
    say("  .venv/bin/ivr call                                   by microphone and loudspeaker")
    say('  .venv/bin/ivr call --say "Wann haben Sie geöffnet?"  with a synthetic caller')
    say("Stop it with Ctrl-C.")
