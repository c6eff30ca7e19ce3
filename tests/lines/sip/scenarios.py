"""What a foreign telephone (SIPp) does in a call, step by step, as SIPp reads it."""

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
        f"{content}Content-Length: [len]\n\n{body}]]></send>\n"
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


INVITE = request("INVITE", 1, sdp(), branch=INVITE_BRANCH)
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
    request("INVITE", 2, sdp("sendonly", version=2)),
    answer(100, optional=True),
    answer(200, body_has="a=(recvonly|inactive)"),
    ack(2),
    pause(800),
    request("INVITE", 3, sdp(version=3)),
    answer(100, optional=True),
    answer(200),
    ack(3),
    pause(500),
    BYE,
    answer(200),
    '<Reference variables="1"/>\n',
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
KNOCK = scenario(request("INVITE", 1, sdp(), again=False), pause(1500))
"""An INVITE whose answer nobody waits for."""
