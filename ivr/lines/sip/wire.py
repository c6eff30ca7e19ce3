"""How the program and the process of its SIP stack speak: framed messages over two pipes.

Each message is its length (4 bytes), a letter and a body: `J` for facts and wishes in JSON, `A`
for sound. Both sides are ours, so whatever is malformed is a bug and ends the process.
"""

import asyncio
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 4 * 1024 * 1024
"""Bytes of the longest message: a second of sound of a hundred wideband calls fits."""
_HEAD = struct.Struct("<IB")
_SOUND = struct.Struct("<IIIHI")
_JSON = ord("J")
_AUDIO = ord("A")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound of one call, and how far the other direction has come."""

    call: int
    pcm: bytes = b""
    taken: int = 0
    """Bytes that have come so far, modulo 2³²."""
    waiting: int = 0
    """Bytes of those that have not sounded yet."""
    flushes: int = 0
    """How often the call was flushed before this was written, modulo 2¹⁶."""


def facts(message: Json) -> bytes:
    body = json.dumps(message, ensure_ascii=False).encode()
    return _HEAD.pack(len(body), _JSON) + body


def sounds(batch: Iterable[Sound]) -> bytes:
    parts = []
    for each in batch:
        head = (each.call, each.taken & 0xFFFFFFFF, each.waiting, each.flushes & 0xFFFF)
        parts += [_SOUND.pack(*head, len(each.pcm)), each.pcm]
    body = b"".join(parts)
    return _HEAD.pack(len(body), _AUDIO) + body


async def read(reader: asyncio.StreamReader) -> Json | list[Sound]:
    """The next message. Raises EOFError when the other side has gone, ValueError on nonsense."""
    length, kind = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    if length > LONGEST:
        raise ValueError("a message is too long")
    body = await reader.readexactly(length)
    if kind == _AUDIO:
        return list(_unpacked(body))
    if kind == _JSON:
        message: Json = json.loads(body)
        return message
    raise ValueError("a message of an unknown kind")


def _unpacked(body: bytes) -> Iterator[Sound]:
    at = 0
    while at < len(body):
        if at + _SOUND.size > len(body):
            raise ValueError("a sound message is cut off")
        call, taken, waiting, flushes, length = _SOUND.unpack_from(body, at)
        at += _SOUND.size
        if at + length > len(body):
            raise ValueError("a sound message is cut off")
        yield Sound(call, body[at : at + length], taken, waiting, flushes)
        at += length
