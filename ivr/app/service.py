"""The hotline as a service: started, kept running, drained and stopped."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack

from ivr.app.browsers import browser_line
from ivr.app.console import console_part
from ivr.app.descriptors import take_descriptors
from ivr.app.desk_pages import open_desk_pages
from ivr.app.hotline import Hotline, Say, open_hotline
from ivr.app.lines import Lines, calls_from, open_lines
from ivr.app.pages import serve_pages
from ivr.app.rasa import running
from ivr.app.rehearsing import open_try_room
from ivr.app.retention import keep_clean, open_purge
from ivr.config.desk_plan import load_plan
from ivr.config.settings import Settings
from ivr.lines.sip.options import Prober
from ivr.web.health import Ready

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def run_service(settings: Settings, say: Say) -> None:
    """Be there for calls until a signal asks to stop; then let the live ones finish.

    A start is broken off by it, a second signal stops at once. Raises what `open_hotline` raises.
    """
    take_descriptors()
    stop, ready = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in _SIGNALS:
        loop.add_signal_handler(sign, _asked_to_stop, stop)
    serving = asyncio.create_task(_serve(settings, say, stop, ready), name="service")
    asked = asyncio.create_task(stop.wait(), name="asked to stop")
    try:
        await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.is_set():
            serving.cancel()
        await asyncio.wait({serving})
    finally:
        asked.cancel()
        _let_go_of_signals()
    if not serving.cancelled():
        serving.result()
    say("stopped")


async def _serve(settings: Settings, say: Say, stop: asyncio.Event, ready: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        hotline = await stack.enter_async_context(open_hotline(settings, say, alone=True))
        opening = open_lines(settings, hotline.metrics, os.environ)
        lines = await stack.enter_async_context(opening)
        if hotline.desk is not None and lines.sip is not None:
            hotline.desk.use_telephone(
                lines.sip, hotline.register, lines.sip.name, Prober(settings.sip.host)
            )
        parts: dict[str, Ready] = lines.parts
        browsers = await stack.enter_async_context(browser_line(hotline))
        parts.update(browsers.ready)
        desks = await stack.enter_async_context(open_desk_pages(hotline))
        plan = load_plan(settings.desk.plan, hotline.company)
        tries = await stack.enter_async_context(open_try_room(hotline))
        console = await console_part(
            hotline.training, hotline.sounds, hotline.engines.voice, plan, tries
        )
        pages = serve_pages(hotline, [*browsers.parts, *desks, console], parts, say)
        address = await stack.enter_async_context(pages)
        await stack.enter_async_context(calls_from(lines.all, hotline.register))
        purge = open_purge(hotline.store.sessions, hotline.company.id, hotline.sounds)
        await stack.enter_async_context(running(keep_clean(settings, purge.remove_old)))
        ready.set()
        _tell(hotline, lines, address, say)
        await stop.wait()
        lines.stop_taking()
        grace_s = settings.hotline.drain_s
        if len(hotline.register):
            say(f"{len(hotline.register)} call(s) may finish, {grace_s:.0f} s at the most")
        await hotline.register.drain(grace_s)


def _asked_to_stop(stop: asyncio.Event) -> None:
    """The first signal asks; the second one, whichever, does what it does to any program."""
    stop.set()
    _let_go_of_signals()


def _let_go_of_signals() -> None:
    for sign in _SIGNALS:
        asyncio.get_running_loop().remove_signal_handler(sign)


def _tell(hotline: Hotline, lines: Lines, address: str, say: Say) -> None:
    greeting = hotline.company.greeting.phrase
    say("")
    say(f"Ready. It answers: {greeting}")
    if lines.sip is not None:
        say(f"Call it by telephone: {', '.join(lines.sip.addresses)}")
    if hotline.settings.webrtc.enabled:
        say(f"Call it in a browser: {address}/")
    say("Call it from another terminal, in this folder:")
    say("  .venv/bin/ivr call                                   by microphone and loudspeaker")
    say('  .venv/bin/ivr call --say "Wann haben Sie geöffnet?"  with a synthetic caller')
    say(f"Staff sign in at {address}/staff/sign-in; agents take calls at {address}/desk")
    say("Stop it with Ctrl-C.")
