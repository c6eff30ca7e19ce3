"""The pages' TLS certificate: read anew when its files change, while the server goes on."""

import asyncio
import logging
import ssl
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

EVERY_S = 3_600.0
"""Certificates are renewed weeks before the old one runs out: an hour more is nothing."""

_Seen = tuple[tuple[int, int, int], ...]


class Certificate:
    """One certificate with its key, in a context that serves already."""

    def __init__(self, context: ssl.SSLContext, chain: Path, key: Path) -> None:
        self._context = context
        self._files = chain, key
        self._loaded: _Seen | None = None

    async def keep_fresh(self) -> None:
        """Look once an hour, for ever. `context` has what the files hold at the beginning."""
        with suppress(OSError):
            self._loaded = await asyncio.to_thread(_look, self._files)
        while True:
            await asyncio.sleep(EVERY_S)
            await self._renew()

    async def _renew(self) -> None:
        """Use what the files hold from the next connection on, if it is new and fits.

        Otherwise the one in use stays; a new one that cannot be used is told of each time.
        """
        try:
            now = await asyncio.to_thread(_look, self._files)
            if now == self._loaded:
                return
            # A key that does not fit is noticed half way: the live context must not see it.
            await asyncio.to_thread(_load, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), *self._files)
            _load(self._context, *self._files)
        except (OSError, ssl.SSLError) as error:
            log.error(
                "the new TLS certificate cannot be used: the old one stays; see [web] certificate",
                extra={"reason": error.strerror or getattr(error, "reason", None) or "unusable"},
            )
            return
        self._loaded = now
        log.info("the new TLS certificate is in use")


def _look(files: Iterable[Path]) -> _Seen:
    """What tells files from those before."""
    found = (file.stat() for file in files)
    return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in found)


def _load(context: ssl.SSLContext, chain: Path, key: Path) -> None:
    # Without a password of ours OpenSSL would ask for it on the terminal.
    context.load_cert_chain(chain, key, password="")
