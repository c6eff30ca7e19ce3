"""What a foreign telephone (SIPp) does in a call, step by step, as SIPp reads it."""

from ivr.config.sip import Sip

INVITE_BRANCH = "z9hG4bK-[pid]-[call_number]-invite"


def scenario(*steps: str) -> str:
    return (
        '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
        f'<scenario name="test">\n{"".join(steps)}</scenario>\n'
    )


def sdp(direction: str = "sendrecv", codec: str = "8 PCMA/8000", version: int = 1) -> str:
    number = codec.split()[0]
    return (
        f"v=0\no=- 1 {version} IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\n"
        f"m=audio [media_port] RTP/AVP {number} 101\na=rtpmap:{codec}\n"
        f"a=rtpmap:101 telephone-event/8000\na=ptime:20\na={direction}\n"
    )


def request(
    method: str,
    number: int,
    body: str = "",
    *,
    kind: str = "application/sdp",
    branch: str = "[branch]",
    again: bool = True,
    headers: str = "",
) -> str:
    """One request. `again`: repeated until it is answered, as over UDP it has to be."""
    to = "" if number == 1 and method in ("INVITE", "CANCEL") else "[peer_tag_param]"
    content = f"Content-Type: {kind}\n" if body else ""
    return (
        f"<send{_retrans(again)}><![CDATA[\n"
        f"{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n"
        f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}\n"
        "From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]\n"
        f"To: <sip:[service]@[remote_ip]:[remote_port]>{to}\n"
        "Call-ID: [call_id]\n"
        f"CSeq: {number} {method}\n"
        "Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>\nMax-Forwards: 70\n"
        f"{headers}{content}Content-Length: [len]\n\n{body}]]></send>\n"
    )


def _retrans(again: bool) -> str:
    return ' retrans="500"' if again else ""


def answer(status: int, *, optional: bool = False, body_has: str = "") -> str:
    check = ""
    if body_has:
        check = (
            f'<action><ereg regexp="{body_has}" search_in="body" check_it="true"'
            ' assign_to="1"/></action>'
        )
    maybe = ' optional="true"' if optional else ""
    return f'<recv response="{status}"{maybe}>{check}</recv>\n'


def pause(milliseconds: int) -> str:
    return f'<pause milliseconds="{milliseconds}"/>\n'


def ack(number: int = 1) -> str:
    return request("ACK", number, again=False)


def changed(number: int, body: str, *, body_has: str = "") -> str:
    """The call goes on as this session description says, and we agree."""
    offer = request("INVITE", number, body)
    return "".join(
        (offer, answer(100, optional=True), answer(200, body_has=body_has), ack(number))
    )


def timers(refresher: str = "") -> str:
    """Headers of a session timer (RFC 4028); who refreshes may be left to the other side."""
    return f"Supported: timer\nSession-Expires: 90{refresher}\nMin-SE: 90\n"


INVITE = request("INVITE", 1, sdp(), branch=INVITE_BRANCH)
INSISTS_ON_TIMERS = request(
    "INVITE", 1, sdp(), branch=INVITE_BRANCH, headers=f"Require: timer\n{timers()}"
)
CANCEL = request("CANCEL", 1, branch=INVITE_BRANCH)
ACK_FAILURE = request("ACK", 1, branch=INVITE_BRANCH, again=False)
BYE = request("BYE", 9)
BYE_ONCE = request("BYE", 9, again=False)
RINGS = answer(100, optional=True) + answer(180, optional=True)
OWN_RE_INVITE = (
    '<recv request="INVITE"/>\n'
    "<send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n"
    "[last_CSeq:]\nContact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>\n"
    f"Content-Type: application/sdp\nContent-Length: [len]\n\n{sdp(version=1)}]]></send>\n"
    '<recv request="ACK"/>\n'
)
"""The stack confirms what was agreed with a re-INVITE of its own, right after its answer."""
ANSWERED = INVITE + RINGS + answer(200) + ack() + OWN_RE_INVITE
OK_TO_LAST = (
    "<send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n"
    "[last_CSeq:]\nContent-Length: 0\n\n]]></send>\n"
)

BASIC = scenario(ANSWERED, pause(800), BYE, answer(200))
OFFERS_A_LAW_FIRST = scenario(
    request("INVITE", 1, sdp(codec="8 PCMA/8000").replace("AVP 8 ", "AVP 8 9 ")),
    RINGS,
    answer(200, body_has="m=audio [0-9]+ RTP/AVP 8 9"),
    ack(),
    OWN_RE_INVITE,
    BYE,
    answer(200),
    '<Reference variables="1"/>\n',
)
CANCELLED = scenario(
    INVITE,
    answer(100, optional=True),
    answer(180),
    pause(300),
    CANCEL,
    answer(200),
    answer(487),
    ACK_FAILURE,
)
LATE_CANCEL = scenario(
    ANSWERED,
    pause(300),
    CANCEL,
    answer(481, optional=True),
    answer(200),
    pause(300),
    BYE,
    answer(200),
)
HOLD = scenario(
    ANSWERED,
    pause(500),
    changed(2, sdp("sendonly", version=2), body_has="a=(recvonly|inactive)"),
    pause(800),
    changed(3, sdp(version=3)),
    pause(500),
    BYE,
    answer(200),
    '<Reference variables="1"/>\n',
)
HOLDS_AND_WANTS_TO_SEND_US_ON = scenario(
    ANSWERED,
    pause(500),
    changed(2, sdp("sendonly", version=2)),
    request("REFER", 3, headers="Refer-To: <sip:0190@[local_ip]:[local_port]>\n"),
    answer(501),
    pause(300),
    changed(4, sdp(version=3)),
    pause(500),
    BYE,
    answer(200),
)
IS_SILENT = scenario(ANSWERED, '<recv request="BYE"/>\n', OK_TO_LAST)
"""Sends no sound at all."""
HOLDS_FOR_EVER = scenario(
    ANSWERED,
    pause(500),
    changed(2, sdp("sendonly", version=2)),
    '<recv request="BYE"/>\n',
    OK_TO_LAST,
)
UNSUPPORTED = scenario(
    request("INVITE", 1, sdp(codec="97 AMR-WB/16000"), branch=INVITE_BRANCH),
    RINGS,
    answer(488),
    ACK_FAILURE,
)
INFO_KEY = scenario(
    ANSWERED,
    pause(500),
    request("INFO", 2, "Signal=0\nDuration=160\n", kind="application/dtmf-relay"),
    answer(200),
    pause(500),
    BYE,
    answer(200),
)
BOTH_HANG_UP = scenario(
    ANSWERED,
    '<recv request="BYE"/>\n',
    BYE_ONCE,
    OK_TO_LAST,
    answer(481, optional=True),
    answer(200),
)
_MUCH = '"' * 3000
HAS_MUCH_TO_SAY = scenario(
    request(
        "INVITE",
        1,
        sdp(),
        branch=INVITE_BRANCH,
        headers="".join(f"{name}: {_MUCH}\n" for name in Sip().trace_headers),
    ),
    RINGS,
    answer(486),
    ACK_FAILURE,
)
"""More than an event of the stack holds."""
BUSY = scenario(INVITE, RINGS, answer(486), ACK_FAILURE)
ALL_BUSY_WAITS = scenario(INVITE, RINGS, answer(503), ACK_FAILURE, pause(1500))
FORBIDDEN = scenario(INVITE, RINGS, answer(403), ACK_FAILURE)
KNOCK = scenario(request("INVITE", 1, sdp(), again=False), pause(1500))
"""An INVITE whose answer nobody waits for."""


def reply(status: str, body: str = "", headers: str = "") -> str:
    """To the last request."""
    content = "Content-Type: application/sdp\n" if body else ""
    return (
        f"<send><![CDATA[\nSIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:]{headers}\n"
        "[last_Call-ID:]\n[last_CSeq:]\n"
        "Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>\n"
        f"{content}Content-Length: [len]\n\n{body}]]></send>\n"
    )


_TAG = ";tag=[call_number]"
_ANSWERS = (
    '<recv request="INVITE"/>\n'
    + reply("180 Ringing", headers=_TAG)
    + reply("200 OK", sdp(), headers=_TAG)
    + '<recv request="ACK"/>\n'
)


def agrees_until(request: str, label: int, late_ms: int = 0) -> str:
    """Confirms whatever is changed in the call, until this request comes, however early.

    `late_ms`: so long after it was asked.
    """
    changed, after = label + 1, label + 2
    return (
        f'<label id="{label}"/>\n'
        f'<recv request="INVITE" optional="true" next="{changed}"/>\n'
        f'<recv request="{request}" next="{after}"/>\n'
        f'<label id="{changed}"/>\n'
        f"{pause(late_ms) if late_ms else ''}{reply('200 OK', sdp(version=2))}"
        f'<recv request="ACK" optional="true" next="{label}"/>\n'
        f'<recv request="{request}" next="{after}"/>\n'
        f'<label id="{after}"/>\n'
    )


TAKES_A_CALL = scenario(_ANSWERS, agrees_until("BYE", 1), reply("200 OK"))
AGREES_LATE = scenario(_ANSWERS, agrees_until("BYE", 1, late_ms=1_700), reply("200 OK"))
IS_BUSY = scenario(
    '<recv request="INVITE"/>\n', reply("486 Busy Here", headers=_TAG), '<recv request="ACK"/>\n'
)


def _notify(number: int, status: str, state: str) -> str:
    return request(
        "NOTIFY",
        number,
        f"SIP/2.0 {status}\n",
        kind="message/sipfrag;version=2.0",
        headers=f"Event: refer\nSubscription-State: {state}\n",
    ) + answer(200)


_CAN_BE_SENT = (
    request("INVITE", 1, sdp(), branch=INVITE_BRANCH, headers="Supported: replaces\n")
    + RINGS
    + answer(200)
    + ack()
)
_WANTS_SOMEBODY = (
    OWN_RE_INVITE
    + request("INFO", 2, "Signal=0\nDuration=160\n", kind="application/dtmf-relay")
    + answer(200)
)


def is_sent_on(outcome: str = "200 OK", *, refusal: str = "", wants_somebody: bool = False) -> str:
    """A caller who is sent elsewhere by REFER and says what came of it; then hung up on.

    `outcome`: never told if empty. `refusal`: of the REFER itself.
    """
    told = reply(refusal or "202 Accepted")
    if not refusal:
        told += _notify(3, "100 Trying", "active;expires=60")
        told += _notify(4, outcome, "terminated;reason=noresource") if outcome else ""
    return scenario(
        _CAN_BE_SENT,
        _WANTS_SOMEBODY if wants_somebody else "",
        agrees_until("REFER", 1),
        told,
        agrees_until("BYE", 11),
        reply("200 OK"),
    )
