"""Downloads one file so that a cut, a stop or a liar on the way does no harm.

The file grows in a `.part` beside its final place and is resumed with a range request (RFC 9110,
section 14) by the next attempt, in this run or a later one. It counts only once its size and its
sha256 are right.
"""

import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from ivr.core.errors import MissingPiece, ModelRefused
from ivr.speech.models.installed import measure
from ivr.speech.models.progress import Progress

CONNECT_S = 5.0
"""A host that can't be reached is given up after so many seconds."""
SILENCE_S = 30.0
"""A connection that brings nothing for so long counts as cut."""
_ATTEMPTS = 5


class SourceUnavailable(MissingPiece):
    """A source cannot be reached or does not have the file: try the next one, or later."""


class _Cut(Exception):
    """The connection broke before the end; what came is kept."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file to download, and what it must be."""

    url: str
    sha256: str
    size: int | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url


def new_client() -> httpx.Client:
    """A client with the time-outs and redirects that model hosts need."""
    timeout = httpx.Timeout(SILENCE_S, connect=CONNECT_S)
    return httpx.Client(timeout=timeout, follow_redirects=True, headers={"User-Agent": "ivr"})


def download(
    client: httpx.Client,
    remote: Remote,
    part: Path,
    progress: Progress,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Make `part` the whole file, going on with what an earlier attempt left there. Blocks.

    Raises SourceUnavailable (`part` is kept for the next time) and ModelRefused (it is removed).
    """
    leftover = part.exists()
    if leftover and measure(part).sha256 == remote.sha256:
        return
    _check_name(remote)
    _complete(client, remote, part, progress, pause)
    if leftover and measure(part).sha256 != remote.sha256:
        # What an earlier run left may stem from another version of the file: once more, afresh.
        part.unlink()
        _complete(client, remote, part, progress, pause)
    found = measure(part)
    if found.sha256 != remote.sha256:
        part.unlink()
        raise ModelRefused(
            f"{remote.url} is refused: its sha256 is {found.sha256} instead of {remote.sha256};"
            " what was downloaded has been removed"
        )


def _complete(
    client: httpx.Client,
    remote: Remote,
    part: Path,
    progress: Progress,
    pause: Callable[[float], None],
) -> None:
    """Download until the last byte is there, whatever bytes they are."""
    for attempt in range(_ATTEMPTS):
        try:
            _receive(client, remote, part, progress)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SourceUnavailable(f"{remote.host} cannot be reached") from error
        except (httpx.TransportError, _Cut) as error:
            if attempt + 1 < _ATTEMPTS:
                pause(2.0**attempt / 2)
                continue
            raise SourceUnavailable(
                f"the connection to {remote.host} broke {_ATTEMPTS} times; what has come is kept,"
                " the next attempt goes on from there"
            ) from error
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"{remote.host} gave no sensible answer: {error}") from error
        return


def _receive(client: httpx.Client, remote: Remote, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    if remote.size is not None and have >= remote.size:
        # All there, and yet it is not the right one, or the download would not have been begun.
        part.unlink()
        have = 0
    # "identity": a packed answer could not be resumed at an offset of the file.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with client.stream("GET", remote.url, headers=headers) as answer:
        start = _start_of(answer, remote, part, have)
        progress.begin(remote.url.rpartition("/")[2], remote.size, start)
        try:
            with part.open("ab" if start else "wb") as file:
                # As it comes off the wire: what httpx gathers into larger pieces a cut would lose.
                for chunk in answer.iter_raw():
                    file.write(chunk)
                    progress.advance(len(chunk))
                    if remote.size is not None and file.tell() > remote.size:
                        break
        finally:
            progress.end()
    _check_length(remote, part)


def _start_of(answer: httpx.Response, remote: Remote, part: Path, have: int) -> int:
    """Where in the file the answer begins. Raises _Cut, SourceUnavailable or ModelRefused."""
    if answer.status_code == httpx.codes.PARTIAL_CONTENT:
        given = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
        if given and int(given[1]) == have:
            return have
    elif answer.status_code == httpx.codes.OK:
        # The server does not do ranges: it starts again from the first byte, and so do we.
        length = answer.headers.get("Content-Length", "")
        if remote.size is not None and length.isdigit() and int(length) != remote.size:
            part.unlink(missing_ok=True)
            raise ModelRefused(
                f"{remote.url} is refused: it has {length} bytes instead of {remote.size}"
            )
        return 0
    elif answer.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        if answer.is_server_error:
            raise _Cut
        raise SourceUnavailable(f"{remote.host} answers {answer.status_code} to {remote.url}")
    # A range that the server cannot or will not continue: without the rest it will not ask again.
    part.unlink(missing_ok=True)
    raise _Cut


def _check_length(remote: Remote, part: Path) -> None:
    have = part.stat().st_size
    if remote.size is None or have == remote.size:
        return
    if have < remote.size:
        raise _Cut
    part.unlink()
    raise ModelRefused(f"{remote.url} is refused: it has more than {remote.size} bytes")


def _check_name(remote: Remote) -> None:
    """Look the host's name up with a time-out, which connecting does not have for that part."""
    scheme = urlsplit(remote.url).scheme
    if scheme in getproxies() and not proxy_bypass(remote.host):
        return
    known = threading.Event()

    def look_up() -> None:
        try:
            socket.getaddrinfo(remote.host, None)
        except OSError:
            return
        known.set()

    thread = threading.Thread(target=look_up, name="look-up", daemon=True)
    thread.start()
    thread.join(CONNECT_S)
    if not known.is_set():
        raise SourceUnavailable(f"{remote.host} cannot be reached: its name is not known here")
