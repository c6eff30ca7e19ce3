"""Whatever strangers send to the pages: a clear refusal, no crash, no session, nothing kept.

Ten thousand inputs and more in all; requests go straight into the application, where no server in
between tidies them up.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from ivr.call.live import LiveBoard
from ivr.core.staff import Person, Role
from ivr.store.memory import MemoryStore
from ivr.web.health import health_part
from ivr.web.live.part import live_part
from ivr.web.staff.cookies import session_token
from ivr.web.staff.entrance import tidy_name
from ivr.web.staff.people import _NAME
from ivr.web.staff.sign_in import _own
from tests.web.shell import House, running_shell

Asked = Callable[[str, str, list[tuple[bytes, bytes]], bytes], int]
FINE = {200, 206, 303, 304, 400, 401, 403, 404, 405, 416}
REFUSED = {303, 400, 401, 403, 404, 405, 413, 415, 422}
A_REQUEST = settings(
    max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
A_VALUE = settings(max_examples=3000, database=None)

PATHS = st.sampled_from(
    [
        "/", "/staff/sign-in", "/staff/sign-out", "/staff/password", "/live", "/live/events",
        "/live/calls/x", "/health", "/ready", "/metrics", "/static/tokens.css",
    ]
) | st.text(max_size=40).map(lambda text: "/" + text)  # fmt: skip
NAMES = st.sampled_from(
    [
        "cookie", "host", "content-type", "content-length", "accept", "accept-language",
        "x-csrf-token", "sec-fetch-site", "x-forwarded-for", "x-forwarded-proto", "hx-request",
        "authorization", "origin", "range", "if-none-match", "if-modified-since",
    ]
)  # fmt: skip
TELLING = st.sampled_from(
    [
        "ivr_session=x", "ivr_session=\xff", "ivr_visitor=a; ivr_session=b", "text/html",
        "application/x-www-form-urlencoded", "multipart/form-data", "application/json",
        "multipart/form-data; boundary=x", "-1", "99999999999999999999", "bytes=9-1",
        "bytes=0-0,1-1", "cross-site", "true", "Bearer ", "de;q=\xb2",
    ]
)  # fmt: skip
HEADERS = st.lists(
    st.tuples(
        NAMES.map(str.encode),
        (TELLING.map(lambda t: t.encode("latin-1")) | st.binary(max_size=60)),
    ),
    max_size=6,
)
BODIES = st.sampled_from(
    [
        b"name=a&password=b&csrf=c", b"name=%ff%fe&csrf=%00", b"--x\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nc\r\n--x--\r\n',
        b'{"csrf": 1}', b"&" * 3000, b"=" * 10, b"",
    ]
) | st.binary(max_size=300)  # fmt: skip


async def ask(
    app: FastAPI, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> int:
    """The status of the answer, whose headers are looked at on the way."""
    raw, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": raw,
        "raw_path": raw.encode("utf-8", "replace"),
        "query_string": query.encode("utf-8", "replace"),
        "headers": headers, "client": ("192.0.2.1", 1), "server": ("hotline.test", 80),
    }  # fmt: skip
    sent = False
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))
            given = message["headers"]
            assert isinstance(given, list)
            told = {name.lower(): value for name, value in given}
            assert b"content-security-policy" in told
            assert not any(
                name.lower() == b"set-cookie"
                and b"ivr_session=" in value
                and b"Max-Age=0" not in value
                for name, value in given
            )

    await app(scope, receive, send)  # type: ignore[arg-type]
    return statuses[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """One application on one loop, for one request after the other."""
    folder = tmp_path_factory.mktemp("strangers")
    parts = [live_part(LiveBoard(), MemoryStore()), health_part({})]
    entering = running_shell(folder, parts)
    with asyncio.Runner() as runner:
        running = runner.run(_entered(entering))
        runner.run(_added(running))
        yield lambda *request: runner.run(ask(running.app, *request))
        # Nobody got in, and nobody was added, changed or barred.
        [person] = runner.run(_people(running))
        assert (person.name, person.role, person.disabled) == ("erika", Role.ADMIN, False)
        runner.run(_left(entering))


async def _entered(entering: AbstractAsyncContextManager[House]) -> House:
    return await entering.__aenter__()


async def _left(entering: AbstractAsyncContextManager[House]) -> None:
    await entering.__aexit__(None, None, None)


async def _added(house: House) -> None:
    await house.add("erika", Role.ADMIN)


async def _people(house: House) -> Sequence[Person]:
    return await house.store.people()


@pytest.mark.slow
@pytest.mark.timeout(300)
@A_REQUEST
@given(PATHS, HEADERS)
def test_pages_and_headers(house: Asked, path: str, headers: list[tuple[bytes, bytes]]) -> None:
    assert house("GET", path, headers, b"") in FINE


@pytest.mark.slow
@pytest.mark.timeout(300)
@A_REQUEST
@given(st.sampled_from(["POST", "PUT", "DELETE", "PATCH", "\xe4"]), PATHS, HEADERS, BODIES)
def test_deeds_without_a_right_token(
    house: Asked, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    assert house(method, path, headers, body) in REFUSED


@A_VALUE
@given(st.text() | st.text(alphabet="/\\:ab\n\t .?#@", max_size=12))
def test_the_way_on_after_signing_in_stays_here(path: str) -> None:
    kept = _own(path)
    if kept:
        there = urljoin("https://hotline.test/staff/sign-in", kept)
        assert urlsplit(there).netloc == "hotline.test"
        # What browsers do before they look at an address: WHATWG URL, 4.4.
        tidied = kept.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
        assert tidied.startswith("/")
        assert not tidied.startswith("//")


@A_VALUE
@given(st.text())
def test_names_are_tame(name: str) -> None:
    tidy = tidy_name(name)
    assert len(tidy) <= 200
    assert tidy_name(tidy) == tidy or not _NAME.fullmatch(tidy)


@A_VALUE
@given(st.binary(max_size=300))
def test_any_cookie_can_be_read(cookie: bytes) -> None:
    scope = {"type": "http", "headers": [(b"cookie", cookie)], "scheme": "http", "path": "/",
             "server": ("h", 80), "query_string": b""}  # fmt: skip
    token = session_token(HTTPConnection(scope))
    assert token is None or 0 < len(token) <= 128
