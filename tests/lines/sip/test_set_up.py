"""What the SIP stack is told at its start: whose packets the kernel lets through."""

from typing import Any

import pytest

from ivr.config.sip import Sip
from ivr.lines.sip.set_up import start_wish


def told(server: str, *dial_to: str, **rest: object) -> dict[str, Any]:
    account = {"name": "a", "user": "u", "server": server, **rest}
    account = {"peers": ["192.0.2.0/24"], **account}
    return start_wish(Sip.model_validate({"accounts": [account], "dial_to": dial_to}), 5060)


@pytest.mark.parametrize(
    ("server", "rest", "heard"),
    [
        ("198.51.100.7", {}, ["198.51.100.7"]),
        ("registrar.example:5060", {}, ["registrar.example"]),
        ("a.example", {"proxy": "sip:proxy.example:5070;transport=tcp"}, ["proxy.example"]),
        ("[2001:db8::1]:5060", {}, ["2001:db8::1"]),
    ],
)
def test_where_we_log_on_is_heard_whatever_we_may_call(
    server: str, rest: dict[str, object], heard: list[str]
) -> None:
    """Its answers would be dropped, and the account never be logged on."""
    wish = told(server, **rest)
    assert (wish["peers"], wish["called"]) == (["192.0.2.0/24"], heard)
    assert wish["sources"], "to be heard is not to be allowed to call"


def test_a_trunk_s_server_is_heard_only_if_it_is_called() -> None:
    assert told("198.51.100.7", registers=False)["called"] == []
    assert told("198.51.100.7", "+49561", registers=False)["called"] == ["198.51.100.7"]
    assert told("a.example", registers=False)["peers"], "its name is never looked up"


@pytest.mark.parametrize(
    ("server", "rest"), [("provider.example", {}), ("x:5060", {"proxy": "sip:edge.example"})]
)
def test_where_a_name_may_lead_anywhere_the_door_sees_to_strangers(
    server: str, rest: dict[str, object]
) -> None:
    wish = told(server, **rest)
    assert (wish["peers"], wish["sources"]) == ([], True)


def test_a_call_centre_s_name_may_lead_anywhere_too() -> None:
    assert told("198.51.100.7", "sip:hotline@centre.example")["peers"] == []
    assert told("198.51.100.7", "sip:hotline@centre.example:5060")["peers"]
