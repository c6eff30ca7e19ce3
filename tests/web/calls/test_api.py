"""The call routes as strangers meet them: limits, origins, nonsense."""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.webrtc import WebRtc
from ivr.core.measures import Tally
from ivr.web.addresses import LARGE_HOME, network
from ivr.web.calls.limits import MOST_ADDRESSES, WINDOW_S, Attempts, gives_way
from ivr.web.calls.requests import BadRequest, allowed_origin, read_call, read_token
from ivr.web.server import serve
from tests.lines.webrtc.pair import silent_server
from tests.lines.webrtc.test_offer import CHROMIUM
from tests.web.calls.reception import Front, open_front
from tests.web.calls.visitor import visitor

SETTINGS = WebRtc(
    max_calls=3,
    max_calls_per_address=2,
    offers_per_minute=6,
    connect_s=2,
    origins=("https://www.musterfirma.example",),
)
OFFER = {"sdp": CHROMIUM}


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    async with open_front(tmp_path, SETTINGS) as front:
        yield front


def at(front: Front, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(front.app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://hotline.test")


async def test_an_offer_is_answered_and_given_up_if_nobody_comes(front: Front) -> None:
    async with at(front) as browser:
        response = await browser.post("/calls", json=OFFER)
    assert response.status_code == 201
    assert "opus/48000/2" in response.json()["sdp"]
    assert len(front.reception) == 1
    # Nobody has been called for it: a call begins when the browser is connected.
    assert len(front.register) == 0
    async with asyncio.timeout(30):
        while len(front.reception):  # noqa: ASYNC110 - it ends by a time-out of its own
            await asyncio.sleep(0.05)
    assert await front.store.calls() == []


async def test_calls_are_limited_by_address_and_in_all(front: Front) -> None:
    async with (
        visitor(front) as one,
        visitor(front) as two,
        visitor(front, "192.0.2.2") as other,
        at(front) as browser,
        at(front, "192.0.2.3") as last,
    ):
        assert all([await page.connect() for page in (one, two)])
        yours = await browser.post("/calls", json=OFFER)
        assert (yours.status_code, yours.json()["error"]) == (429, "yours")
        assert await other.connect()
        async with asyncio.timeout(30):
            while len(front.register) < 3:  # noqa: ASYNC110 - it has a time-out of its own
                await asyncio.sleep(0.02)
        full = await last.post("/calls", json=OFFER)
        assert (full.status_code, full.json()["error"]) == (503, "busy")
        assert int(full.headers["Retry-After"]) > 0


async def test_who_asks_and_does_not_connect_keeps_nobody_out(front: Front) -> None:
    async with visitor(front, "2001:db8:2::1") as honest:
        for number in range(4):
            for network in (f"2001:db8:1:{number}::1", f"192.0.2.{number}"):
                async with at(front, network) as stranger:
                    assert (await stranger.post("/calls", json=OFFER)).status_code == 201
        assert await honest.connect()
        async with asyncio.timeout(30):
            while not honest.told("caption"):  # noqa: ASYNC110 - it has a time-out of its own
                await asyncio.sleep(0.02)
        async with asyncio.timeout(30):
            while len(front.reception) > 1 + SETTINGS.max_calls:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)


async def test_of_those_who_connect_late_the_limits_are_kept(front: Front) -> None:
    async with visitor(front) as one, visitor(front) as two, visitor(front) as three:
        second = await two.ask()
        assert await one.connect()
        third = await three.ask()
        assert await second()
        await third()
        async with asyncio.timeout(30):
            await three.until_over()
        assert three.told("refused") == [{"type": "refused", "error": "yours"}]
        assert len(front.register) == 2


def test_whoever_has_most_places_gives_way() -> None:
    assert gives_way([], "a", 2, 3) is None
    assert gives_way(["b", "a"], "a", 2, 3) is None
    assert gives_way(["b", "a", "a"], "a", 2, 5) == 1, "the next of their own"
    assert gives_way(["b", "a", "a"], "c", 2, 3) == 1, "whoever really calls is not put out"
    assert gives_way(["b", "a", "d"], "c", 2, 3) == 0


async def test_who_ends_a_call_frees_its_line(front: Front) -> None:
    async with at(front) as browser:
        token = (await browser.post("/calls", json=OFFER)).json()["token"]
        for _ in range(2):
            assert (await browser.post("/calls/end", json={"token": token})).status_code == 204
        async with asyncio.timeout(30):
            while len(front.reception):  # noqa: ASYNC110 - nobody else needs an event for it
                await asyncio.sleep(0.02)
        gone = await browser.post("/calls", json={**OFFER, "token": token})
    assert (gone.status_code, gone.json()["error"]) == (404, "gone")


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def test_who_comes_back_while_the_call_ends_leaves_no_connection(tmp_path: Path) -> None:
    async with open_front(tmp_path, WebRtc(offers_per_minute=100)) as front, at(front) as browser:
        await browser.get("/")
        before = open_files()
        answers = []
        for _ in range(4):
            token = (await browser.post("/calls", json=OFFER)).json()["token"]
            again, _ = await asyncio.gather(
                browser.post("/calls", json={**OFFER, "token": token}),
                browser.post("/calls/end", json={"token": token}),
            )
            answers.append(again.status_code)
        async with asyncio.timeout(30):
            while len(front.reception) or open_files() > before:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert set(answers) == {404}


async def test_a_server_that_does_not_answer_holds_no_call_up(tmp_path: Path) -> None:
    with silent_server() as (address, sent):
        settings = WebRtc(stun=f"stun:{address}")
        async with open_front(tmp_path, settings) as front, at(front) as browser:
            answer = await browser.post("/calls", json=OFFER)
            assert answer.status_code == 201
            assert "typ host" in answer.json()["sdp"]
    # aiortc asks at 0, 0.5, 1.5 and 3.5 s, from each address of the machine.
    asked = Counter(sent)
    assert asked
    assert max(asked.values()) <= 2


async def posting(port: int, body: object) -> asyncio.StreamWriter:
    """A browser that has sent this and waits for the answer."""
    sent = json.dumps(body).encode()
    _, browser = await asyncio.open_connection("127.0.0.1", port)
    browser.write(b"POST /calls HTTP/1.1\r\nHost: hotline.test\r\n")
    browser.write(b"Content-Length: %d\r\n\r\n%b" % (len(sent), sent))
    return browser


async def test_who_gives_up_before_the_answer_holds_no_line(tmp_path: Path) -> None:
    with silent_server() as (address, sent):
        settings = WebRtc(stun=f"stun:{address}", connect_s=60)
        async with (
            open_front(tmp_path, settings) as front,
            serve(front.app, "127.0.0.1", 0, "web.port") as port,
        ):
            browser = await posting(port, OFFER)
            async with asyncio.timeout(30):
                while not sent:  # noqa: ASYNC110 - the silent server has no event
                    await asyncio.sleep(0.02)
                assert len(front.reception) == 1
                browser.close()
                while len(front.reception):  # noqa: ASYNC110 - nobody else needs an event for it
                    await asyncio.sleep(0.02)


async def test_a_way_back_that_was_given_up_does_not_close_the_good_one(tmp_path: Path) -> None:
    with silent_server() as (address, sent):
        async with (
            open_front(tmp_path, WebRtc(stun=f"stun:{address}")) as front,
            serve(front.app, "127.0.0.1", 0, "web.port") as port,
            visitor(front) as page,
        ):
            assert await page.connect()
            before, asked = open_files(), len(sent)
            browser = await posting(port, {**OFFER, "token": page.token})
            async with asyncio.timeout(30):
                while len(sent) == asked:  # noqa: ASYNC110 - the silent server has no event
                    await asyncio.sleep(0.02)
                browser.close()
                while open_files() > before:  # noqa: ASYNC110 - nobody else needs an event for it
                    await asyncio.sleep(0.02)
                assert page.leg.tell({"type": "ping"})
                while not page.told("pong"):  # noqa: ASYNC110 - it has a time-out of its own
                    await asyncio.sleep(0.02)


async def test_attempts_are_limited_by_the_minute(front: Front) -> None:
    async with at(front) as browser:
        answers = [
            await browser.post("/calls", json={"sdp": CHROMIUM, "token": "x" * 43})
            for _ in range(7)
        ]
    assert [answer.status_code for answer in answers] == [404] * 6 + [429]
    assert answers[-1].json()["error"] == "often"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 201),
        ("http://hotline.test", 201),
        ("https://www.musterfirma.example", 201),
        ("https://elsewhere.example", 403),
        ("null", 403),
    ],
)
async def test_only_pages_of_allowed_sites_may_call(
    front: Front, origin: str | None, status: int
) -> None:
    async with at(front) as browser:
        headers = {} if origin is None else {"Origin": origin}
        assert (await browser.post("/calls", json=OFFER, headers=headers)).status_code == status


async def test_a_proxy_that_hides_the_host_leaves_traces(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    async with at(front) as browser:
        page = await browser.get("/")
        hidden = {"Origin": "https://hotline.example", "Host": "127.0.0.1:8080"}
        for _ in range(3):
            refused = await browser.post("/calls", json=OFFER, headers=hidden)
            assert (refused.status_code, refused.json()["error"]) == (403, "origin")
        assert (await browser.post("/calls", json={"sdp": "v=0"})).status_code == 400
    told = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert len(told) == 1, "once in a while"
    assert "must pass `Host` on" in told[0]
    assert front.metrics.snapshot().tallies[Tally.REFUSED_BROWSER] == 4
    shown = re.search(r'id="texts">(.*?)</script>', page.text)
    assert shown is not None
    problems = json.loads(shown[1])["problems"]
    assert "Von dieser Seite aus" in problems["origin"]["title"]
    assert "Browser" in problems["offer"]["title"]


async def test_the_page_sets_no_cookie_and_only_allowed_sites_may_frame_it(front: Front) -> None:
    async with at(front) as browser:
        page = await browser.get("/")
        button = await browser.get("/call.js")
    assert "set-cookie" not in page.headers
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://www.musterfirma.example" in policy
    assert "unsafe" not in policy
    assert "Jetzt anrufen" in page.text
    assert button.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "javascript" in button.headers["content-type"]
    assert '"call": "Jetzt anrufen"' in button.text, "texts come from the catalog"


async def test_the_page_takes_any_parameters(front: Front) -> None:
    async with at(front) as browser:
        for query in ("panel=1", "panel=<script>", "panel=%00", "panel=1&panel=2", "x" * 3000):
            page = await browser.get(f"/?{query}")
            assert page.status_code == 200
            assert "<script>" not in page.text
    assert len(front.reception) == 0


@pytest.mark.timeout(60)
async def test_nonsense_is_refused_clearly_and_leaves_nothing_behind(tmp_path: Path) -> None:
    bodies: list[bytes] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"sdp": 5}',
        b'{"sdp": ""}',
        b'{"sdp": "v=0"}',
        b"[" * 20_000,
        b"\xff\xfe",
        b'{"sdp": "v=0", "token": {}}',
        json.dumps({"sdp": CHROMIUM, "token": "../" * 20}).encode(),
    ]
    async with (
        open_front(tmp_path, WebRtc(offers_per_minute=10_000)) as front,
        at(front) as browser,
    ):
        for body in bodies:
            for path in ("/calls", "/calls/end"):
                answer = await browser.post(path, content=body)
                assert answer.status_code == 400, (path, body[:40])
                assert answer.json()["error"]
        assert (await browser.post("/calls", content=b"x" * 40_000)).status_code == 413
        assert len(front.reception) == 0


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sdp", "token", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.one_of(st.binary(max_size=100), json_values.map(lambda each: json.dumps(each).encode())))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    for read in (read_call, read_token):
        # Whatever else is raised is a fault.
        with suppress(BadRequest):
            read(body)


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_header_makes_an_origin_of_its_own(origin: str, host: str) -> None:
    if allowed_origin(origin, host, ()):
        assert origin.lower().split("://", 1)[1].split("/")[0] == host.lower()


@given(st.text(max_size=40))
def test_any_address_belongs_somewhere(address: str) -> None:
    assert network(address)


def test_one_home_counts_as_one_address() -> None:
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::9")
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("2001:db8:1:2::1", LARGE_HOME) == network("2001:db8:1:a3::1", LARGE_HOME)
    assert network("2001:db8:1:2::1", LARGE_HOME) != network("2001:db8:1:102::1", LARGE_HOME)
    assert network("::ffff:192.0.2.1") == network("192.0.2.1")


def test_attempts_are_forgotten_after_a_minute_and_take_bounded_room() -> None:
    attempts = Attempts(2)
    assert [attempts.allow("a", now) for now in (0.0, 1.0, 2.0)] == [True, True, False]
    assert attempts.allow("a", WINDOW_S + 0.5)
    for number in range(MOST_ADDRESSES + 50):
        attempts.allow(str(number), 100.0)
    assert len(attempts) <= MOST_ADDRESSES
