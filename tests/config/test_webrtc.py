"""Settings of the browser line: servers that no browser or aiortc could use are refused."""

import pytest
from pydantic import ValidationError

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.peer import configuration
from ivr.web.calls.ice import ice_servers

LOGIN = {"turn_user": "hotline", "turn_password": "geheim"}


@pytest.mark.parametrize("stun", ["stun:stun.example.com", "stun:192.0.2.1:3478"])
@pytest.mark.parametrize(
    "turn",
    [
        "turn:turn.example.com",
        "turn:turn.example.com:3478?transport=udp",
        "turn:192.0.2.1:80?transport=tcp",
        "turns:turn.example.com:5349",
        "turns:turn.example.com?transport=tcp",
    ],
)
def test_servers_are_handed_on_to_both_sides(stun: str, turn: str) -> None:
    settings = WebRtc.model_validate({"stun": stun, "turn": turn, **LOGIN})
    servers = configuration(settings).iceServers
    assert servers is not None
    assert [server.urls for server in servers] == [stun, turn]
    assert ice_servers(settings) == [
        {"urls": stun},
        {"urls": turn, "username": "hotline", "credential": "geheim"},
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"stun": "stun.example.com"},
        {"stun": "stun://stun.example.com"},
        {"stun": "stun:"},
        {"stun": "stun:example.com:99999"},
        {"stun": "stun:example.com:0"},
        {"stun": "stun:example.com?transport=udp"},
        {"stun": "turn:example.com"},
        {"turn": "turn.example.com", **LOGIN},
        {"turn": "turn:turn.example.com?transport=sctp", **LOGIN},
        {"turn": "turns:turn.example.com?transport=udp", **LOGIN},
        {"turn": "turn:turn.example.com:70000?transport=udp", **LOGIN},
        {"turn": "turn:turn.example.com"},
        {"turn": "turn:turn.example.com", "turn_user": "hotline"},
    ],
)
def test_what_is_no_server_is_refused_before_anybody_calls(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"write it as|turn_password"):
        WebRtc.model_validate(wrong)
