"""Waiting for what this program or another one asks for."""

import asyncio
from contextlib import suppress


async def rung(bell: asyncio.Event, within_s: float) -> None:
    """Wait until `bell` is set by this program, and take that back; at most `within_s`, after
    which it is time to look for what other programs have asked for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await bell.wait()
    bell.clear()
