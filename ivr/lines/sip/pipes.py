"""Standard input and output as streams."""

import asyncio
import os
import sys
from typing import BinaryIO


async def open_pipes() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Our own ends of the pipes to whoever started this process.

    Whatever else prints goes nowhere from then on, so that it cannot garble the messages.
    """
    loop = asyncio.get_running_loop()
    to_us: BinaryIO = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    from_us: BinaryIO = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), to_us)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, from_us)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
