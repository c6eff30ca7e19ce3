"""Reads a browser's offer (SDP, RFC 8866 and RFC 8829) and keeps only what a call needs. Pure.

Strangers write offers. Nothing of theirs is passed on as it came: what is known to be sound is
taken out, and `Offer.sdp` writes it anew. All else is refused with one sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from ivr.core.errors import HotlineError

LONGEST_OFFER = 20_000
"""Characters; browsers write 2,000 to 6,000."""
MOST_CANDIDATES = 12
"""Addresses of the browser that are tried; more are left out."""

_MID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_ICE_NAME = re.compile(r"[A-Za-z0-9+/]{4,256}")
_ICE_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_FINGERPRINT = re.compile(r"(?i:sha-(?:256|384|512)) [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31,63}")
_OPUS = re.compile(r"([0-9]{1,3}) opus/48000/2", re.IGNORECASE)
_SSRC = re.compile(r"([0-9]{1,10}) ")
_MEDIA = re.compile(r"m=([a-z]{1,20}) ([0-9]{1,5}) ([A-Z/]{1,40}) ([^\r\n]{1,400})")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")


class OfferRefused(HotlineError):
    """What the browser offers is no call: use the call page, in a browser of today."""


@dataclass(frozen=True, slots=True)
class Section:
    """One `m=` line: sound, or the data channel."""

    kind: str
    mid: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A call that a browser offers."""

    sections: tuple[Section, ...]
    opus: int
    """RTP payload type."""
    sends: bool
    """Whether the browser has a microphone to send from."""
    ssrc: int | None
    ice_name: str
    ice_password: str
    fingerprint: str
    setup: str
    candidates: tuple[str, ...] = ()

    def sdp(self) -> str:
        """The offer in our own words."""
        mids = " ".join(section.mid for section in self.sections)
        lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
        for section in self.sections:
            lines += self._section(section)
        return "\r\n".join(lines) + "\r\n"

    def _section(self, section: Section) -> Iterator[str]:
        if section.kind == "audio":
            yield f"m=audio 9 UDP/TLS/RTP/SAVPF {self.opus}"
            yield f"a=rtpmap:{self.opus} opus/48000/2"
            yield "a=rtcp-mux"
            yield "a=sendrecv" if self.sends else "a=recvonly"
            if self.ssrc is not None:
                yield f"a=ssrc:{self.ssrc} cname:-"
        else:
            yield "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
            yield "a=sctp-port:5000"
            yield "a=max-message-size:65536"
        yield "c=IN IP4 0.0.0.0"
        yield f"a=mid:{section.mid}"
        yield f"a=ice-ufrag:{self.ice_name}"
        yield f"a=ice-pwd:{self.ice_password}"
        yield f"a=fingerprint:{self.fingerprint}"
        yield f"a=setup:{self.setup}"
        for candidate in self.candidates:
            yield f"a=candidate:{candidate}"


def read_offer(sdp: object) -> Offer:
    """Raises OfferRefused, whatever it is given."""
    if not isinstance(sdp, str) or len(sdp) > LONGEST_OFFER:
        raise OfferRefused("the offer must be SDP text of a sensible length")
    head, *parts = re.split(r"^(?=m=)", sdp.replace("\r\n", "\n"), flags=re.MULTILINE)
    if not head.startswith("v=0\n"):
        raise OfferRefused("the offer is not SDP")
    if not 1 <= len(parts) <= 2:
        raise OfferRefused("an offer has one stream of sound and at most one data channel")
    sections = tuple(_section(part) for part in parts)
    kinds = [section.kind for section in sections]
    if kinds.count("audio") != 1 or len({section.mid for section in sections}) < len(sections):
        raise OfferRefused("an offer has one stream of sound and at most one data channel")
    sound = parts[kinds.index("audio")]
    direction = next((each for each in _DIRECTIONS if f"\na={each}\n" in f"{sound}\n"), "sendrecv")
    if direction not in ("sendrecv", "recvonly"):
        raise OfferRefused("the offer must want to hear us")
    # In a bundle, the first section's transport is everybody's.
    ice = parts[0] + head
    setup = _first(ice, "setup", re.compile("actpass|active|passive"))
    if setup is None:
        raise OfferRefused("the offer does not say how to begin encryption")
    return Offer(
        sections=sections,
        opus=_opus(sound),
        sends=direction == "sendrecv",
        ssrc=_ssrc(sound),
        ice_name=_needed(ice, "ice-ufrag", _ICE_NAME),
        ice_password=_needed(ice, "ice-pwd", _ICE_PASSWORD),
        fingerprint=_needed(ice, "fingerprint", _FINGERPRINT),
        setup=setup,
        candidates=tuple(_candidates(parts[0])),
    )


def _section(part: str) -> Section:
    line = _MEDIA.match(part)
    if line is None or line.group(1) not in ("audio", "application"):
        raise OfferRefused("an offer has sound and a data channel, and no other media")
    if line.group(1) == "audio" and line.group(3) != "UDP/TLS/RTP/SAVPF":
        raise OfferRefused("sound must be encrypted (UDP/TLS/RTP/SAVPF)")
    if line.group(1) == "application" and "webrtc-datachannel" not in line.group(4):
        raise OfferRefused("the data channel must be one of today's (RFC 8841)")
    return Section(line.group(1), _needed(part, "mid", _MID))


def _values(part: str, name: str) -> Iterator[str]:
    mark = f"a={name}:"
    for line in part.split("\n"):
        if line.startswith(mark):
            yield line[len(mark) :].strip()


def _first(part: str, name: str, form: re.Pattern[str]) -> str | None:
    return next((value for value in _values(part, name) if form.fullmatch(value)), None)


def _needed(part: str, name: str, form: re.Pattern[str]) -> str:
    value = _first(part, name, form)
    if value is None:
        raise OfferRefused(f"the offer lacks a sound {name}")
    return value


def _opus(sound: str) -> int:
    for value in _values(sound, "rtpmap"):
        if (known := _OPUS.fullmatch(value)) and 96 <= int(known.group(1)) <= 127:
            return int(known.group(1))
    raise OfferRefused("the offer must have Opus, which every browser has")


def _ssrc(sound: str) -> int | None:
    for value in _values(sound, "ssrc"):
        if (known := _SSRC.match(value)) and int(known.group(1)) < 1 << 32:
            return int(known.group(1))
    return None


def _candidates(part: str) -> Iterator[str]:
    """Addresses over UDP that a call may be sent to (RFC 8839, 5.1)."""
    taken = 0
    for value in _values(part, "candidate"):
        fields = value.split(" ")
        if taken == MOST_CANDIDATES or len(fields) < 8:
            continue
        name, component, protocol, priority, host, port, _, kind = fields[:8]
        plain = name.isascii() and name.isalnum() and len(name) <= 32
        numbers = all(each.isascii() and each.isdigit() for each in (priority, port))
        if not (plain and numbers and component == "1" and protocol.lower() == "udp"):
            continue
        if kind not in ("host", "srflx", "prflx", "relay") or not 0 < int(port[:6]) < 65536:
            continue
        if int(priority[:11]) >= 1 << 32 or not _callable(host):
            continue
        taken += 1
        yield f"{name} 1 udp {int(priority)} {host} {int(port)} typ {kind}"


def _callable(host: str) -> bool:
    """Whether it is an address of some machine; names and this machine's inside are not."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return "%" not in host and not (
        address.is_loopback or address.is_multicast or address.is_unspecified
    )
