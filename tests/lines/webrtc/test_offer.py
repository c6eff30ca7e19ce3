"""What strangers offer: the sound ones are answered in our own words, all others are refused."""

import random
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.accept import accept_offer
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.messages import Bye, Key, Pace, Ping, read_message, read_note
from ivr.lines.webrtc.offer import MOST_CANDIDATES, Offer, OfferRefused, read_offer

FINGERPRINT = "sha-256 " + ":".join(["AB"] * 32)
CHROMIUM = "\r\n".join(
    [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS 5c4c",
        "m=audio 54609 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
        "c=IN IP4 192.168.1.4",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=candidate:1 1 udp 2122260223 192.168.1.4 54609 typ host generation 0",
        "a=candidate:2 1 udp 2122260222 3b0a9a24-5f5e-4e12-8d5b-1c7f9d3a1b2c.local 4 typ host",
        "a=candidate:3 1 tcp 1518280447 192.168.1.4 9 typ host tcptype active",
        "a=ice-ufrag:4ZcD",
        "a=ice-pwd:2/1muCWoOi3uLifh0NuRHlqz",
        "a=ice-options:trickle",
        f"a=fingerprint:{FINGERPRINT}",
        "a=setup:actpass",
        "a=mid:0",
        "a=sendrecv",
        "a=msid:5c4c 8f7e",
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtpmap:126 telephone-event/8000",
        "a=ssrc:3735928559 cname:abc",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:4ZcD",
        "a=ice-pwd:2/1muCWoOi3uLifh0NuRHlqz",
        f"a=fingerprint:{FINGERPRINT}",
        "a=setup:actpass",
        "a=mid:1",
        "a=sctp-port:5000",
        "a=max-message-size:262144",
        "",
    ]
)
LINES = CHROMIUM.split("\r\n")
PIECES = ["", " ", ":", "\n", "\r\n", "\0", "a=", "m=audio ", "9" * 40, "٣", "%s", "-1", "😀", "/"]


def test_a_browser_s_offer_is_understood_and_names_of_machines_are_left_out() -> None:
    offer = read_offer(CHROMIUM)
    assert (offer.opus, offer.sends, offer.ssrc) == (111, True, 3735928559)
    assert offer.candidates == ("1 1 udp 2122260223 192.168.1.4 54609 typ host",)


def test_our_own_words_say_the_same() -> None:
    assert read_offer(read_offer(CHROMIUM).sdp()) == read_offer(CHROMIUM)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("m=application 9", "m=video 9"),
        ("opus/48000/2", "PCMU/8000"),
        ("a=sendrecv", "a=inactive"),
        ("a=mid:1", "a=mid:0"),
        ("a=setup:actpass", "a=setup:holdconn"),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        ("v=0", "v=1"),
        (FINGERPRINT, "md5 AB"),
        ("a=ice-pwd:2/1muCWoOi3uLifh0NuRHlqz", "a=ice-pwd:short"),
        ("m=application", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:7\r\nm=application"),
    ],
)
def test_what_is_no_call_is_refused(old: str, new: str) -> None:
    with pytest.raises(OfferRefused):
        read_offer(CHROMIUM.replace(old, new))


def test_many_addresses_and_those_of_this_machine_s_inside_are_not_tried() -> None:
    many = "".join(
        f"a=candidate:{n} 1 udp 1 {host} 5000 typ host\r\n"
        for n, host in enumerate(["127.0.0.1", "::1", "224.0.0.1", "::", *["10.0.0.9"] * 50])
    )
    offer = read_offer(CHROMIUM.replace("a=ice-options:trickle\r\n", many))
    assert len(offer.candidates) == MOST_CANDIDATES
    hosts = {ip_address(each.split(" ")[4]) for each in offer.candidates}
    assert not any(host.is_loopback or host.is_multicast for host in hosts)


def broken_offer(chance: random.Random) -> str:
    """A browser's offer after some accidents."""
    lines = list(LINES)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        cut = chance.randint(0, len(lines[at]))
        match chance.randrange(4):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                lines[at] = lines[at][:cut] + chance.choice(PIECES) + lines[at][cut:]
            case _:
                lines[at] = lines[at][:cut]
    return chance.choice(["\r\n", "\n"]).join(lines)


def understood(sdp: object) -> Offer | None:
    """The offer; None where it was refused. Whatever else is raised is a fault."""
    try:
        return read_offer(sdp)
    except OfferRefused:
        return None


def check(offer: Offer) -> None:
    """What we pass on of it is ours, whole and small."""
    own = offer.sdp()
    assert own.isascii()
    assert own.replace("\r\n", "").isprintable()
    assert len(own) < 6000
    assert read_offer(own) == offer


@pytest.mark.timeout(60)
def test_ten_thousand_broken_offers_are_understood_or_refused() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    offers = [understood(broken_offer(chance)) for _ in range(10_000)]
    for offer in offers:
        if offer is not None:
            check(offer)
    # Neither everything nor nothing: the accidents are of both kinds.
    assert 0.1 < sum(offer is None for offer in offers) / len(offers) < 0.9


@given(st.one_of(st.text(max_size=200), st.none(), st.integers(), st.binary(max_size=50)))
def test_anything_else_is_refused(sdp: object) -> None:
    assert understood(sdp) is None


@pytest.mark.timeout(60)
def test_ten_thousand_messages_are_read_or_ignored() -> None:
    chance = random.Random(2)  # noqa: S311 - no secret
    whole = ['{"type": "key", "key": "5"}', '{"type": "bye"}', '{"type": "ping"}', "[]", "1e999"]
    for _ in range(10_000):
        text = chance.choice(whole)
        for _ in range(chance.randint(0, 3)):
            at = chance.randint(0, len(text))
            text = text[:at] + chance.choice(PIECES) + text[at + chance.randint(0, 2) :]
        message = read_message(text)
        assert message is None or isinstance(message, Key | Bye | Ping)
        if isinstance(message, Key):
            assert message.key in "0123456789*#"
        note = read_note(text)
        assert note is None or isinstance(note, dict)


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_any_other_message_is_ignored(data: str | bytes) -> None:
    assert read_message(data) is None


def test_the_pace_of_messages_is_counted_by_the_second() -> None:
    pace = Pace(3)
    moments = (0.0, 0.1, 0.2, 0.3, 0.99, 1.0, 5.0, 5.5, 5.9, 5.95, 6.0)
    kept = [pace.kept(now) for now in moments]
    assert kept == [True, True, True, False, False, True, True, True, True, False, True]


def test_deep_nesting_does_not_break_the_reader() -> None:
    assert read_message("[" * 500) is None
    assert read_note("[" * 50_000) is None


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_offers_that_are_understood_are_answered_without_a_leak() -> None:
    """aiortc itself meets broken offers, too: each is answered or refused, and nothing stays."""
    chance = random.Random(7)  # noqa: S311 - no secret
    legs: list[WebRtcLeg] = []
    for _ in range(40):
        sdp = CHROMIUM
        for line in chance.sample(LINES, 2):
            sdp = sdp.replace(f"{line}\r\n", "")
        offer = understood(sdp)
        if offer is not None:
            leg, answer = await accept_offer(offer, WebRtc())
            assert answer.startswith("v=0")
            legs.append(leg)
    assert legs
    for leg in legs:
        await leg.hang_up()
        assert leg.over
