"""The sample of a proxy that operators copy, run on loopback as it is but for its addresses."""

import asyncio
import re
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

from typing_extensions import override

from tests.lines.sip.registrar import certify

SAMPLE = Path(__file__).parents[3] / "deploy" / "sip"
OUTSIDE, INSIDE = "127.0.0.11", "127.0.0.12"
PORT = 5060
"""As in the sample: these addresses are nobody else's. Hotline and provider are at 127.0.0.1: on
loopback the SIP stack can be nowhere else."""


class Rtpengine(asyncio.DatagramProtocol):
    """Says to Kamailio that all is well, changes nothing, and keeps what it was asked."""

    def __init__(self) -> None:
        self.offers: list[str] = []

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        cookie, _, wish = data.decode(errors="replace").partition(" ")
        told = "d6:result4:ponge" if "4:ping" in wish else "d6:result2:oke"
        if found := re.search(r"3:sdp(\d+):", wish):
            if "7:command5:offer" in wish:
                self.offers.append(wish)
            sdp = wish[found.end() :][: int(found[1])]
            told = f"d6:result2:ok3:sdp{len(sdp)}:{sdp}e"
        self._transport.sendto(f"{cookie} {told}".encode(), addr)


async def written(
    folder: Path, hotline: str = "127.0.0.1:9", media: str = "127.0.0.1:2223"
) -> Path:
    """The sample for this machine, in `folder`."""
    await asyncio.to_thread(_write, folder, hotline, media)
    return folder / "kamailio.cfg"


def _write(folder: Path, hotline: str, media: str) -> None:
    (folder / "certificates").mkdir()
    chain, key = (folder / "certificates" / name for name in ("fullchain.pem", "privkey.pem"))
    certify(chain, key, "DNS:localhost")
    changes = {
        "/etc/kamailio/": f"{folder}/",
        # These addresses have no names, and asking for them takes its time.
        "debug=2": "debug=2\nauto_aliases=no",
        "198.51.100.10": OUTSIDE,
        "10.0.0.1:": f"{INSIDE}:",
        "10.0.0.2:5060": hotline,
        "203.0.113.0 24": "127.0.0.1 32",
        "127.0.0.1:2223": media,
        # Each of its processes would read them all.
        "/etc/ssl/certs/ca-certificates.crt": str(chain),
    }
    for name in ("kamailio.cfg", "peers.list", "hotlines.list", "tls.cfg"):
        text = (SAMPLE / name).read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")


@asynccontextmanager
async def proxy(folder: Path, hotline: int, *more: int) -> AsyncIterator[Rtpengine]:
    """The sample at work before the hotlines on these ports; what it asks of rtpengine."""
    transport, engine = await asyncio.get_running_loop().create_datagram_endpoint(
        Rtpengine, local_addr=("127.0.0.1", 0)
    )
    host, port = transport.get_extra_info("sockname")
    config = await written(folder, f"127.0.0.1:{hotline}", f"{host}:{port}")
    with (folder / "hotlines.list").open("a", encoding="utf-8") as hotlines:
        hotlines.writelines(f"1 sip:127.0.0.1:{each} 0 0 duid={each}\n" for each in more)
    process = await asyncio.create_subprocess_exec(
        *("kamailio", "-DD", "-E", "-m", "64", "-M", "32", "-f", str(config)),
        *("-P", str(folder / "proxy.pid"), "-Y", str(folder)),
        stdout=DEVNULL,
        stderr=DEVNULL,
        cwd=folder,
    )
    try:
        await _listening(process)
        yield engine
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        transport.close()


async def _listening(process: asyncio.subprocess.Process) -> None:
    while process.returncode is None:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(OUTSIDE, PORT + 1)
            writer.close()
            await writer.wait_closed()
            # The sockets are there before those who serve them.
            await asyncio.sleep(0.5)
            return
        await asyncio.sleep(0.05)
    raise AssertionError("Kamailio did not start")


async def checked(config: Path) -> tuple[int | None, str]:
    """What Kamailio says of a configuration."""
    process = await asyncio.create_subprocess_exec(
        "kamailio", "-c", "-f", str(config), stdout=PIPE, stderr=STDOUT, cwd=config.parent
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode(errors="replace")
