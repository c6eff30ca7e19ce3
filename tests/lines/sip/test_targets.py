"""Whom we may call: nothing that nobody has listed, however it or the list is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.config.sip import Sip, SipAccount
from ivr.lines.sip.dialling import address_for
from ivr.lines.sip.numbers import may_call

ACCOUNT = SipAccount(name="a", user="a", server="x")


@pytest.mark.parametrize(
    ("target", "allowed", "may"),
    [
        ("+4956112345", ("+49561",), True),
        ("0561 12345", ("+49561",), True),
        ("4956112345", ("+49561",), True),
        ("495611", ("+49561",), False),
        ("4917012345678", ("+49561",), False),
        ("+491701234", ("+49561",), False),
        ("0900123456", ("+49561", "sip:a@b"), False),
        ("sip:agent1@10.0.0.5", ("sip:agent1@10.0.0.5",), True),
        ("sip:agent1@10.0.0.5;x=y", ("sip:agent1@10.0.0.5",), False),
        ("sip:+49561@evil.example", ("+49561",), False),
        ("+4956112345", (), False),
        ("+49561\r\nX: y", ("+49561",), False),
        ("", ("",), False),
        ("0900123456", ("",), False),
        ("0900123456", ("+",), False),
        ("0900123456", ("0",), False),
        ("+882123456", ("00",), False),
        ("201", ("20",), True),
        ("**610", ("**6",), False),
        ("**610", ("**61",), True),
        ("*111#0900123456", ("**61",), False),
        ("442071234567", ("44",), False),
    ],
)
def test_only_what_is_configured_may_be_called(
    target: str, allowed: tuple[str, ...], may: bool
) -> None:
    assert may_call(target, allowed) is may


@pytest.mark.parametrize(
    "entry", ["", " ", "+", "+4", "0", "00", "004", "4", "49561", "*", "x", "sip:", "sip:a b@c"]
)
def test_an_entry_that_could_let_anything_be_called_is_refused(entry: str) -> None:
    with pytest.raises(ValidationError, match="dial_to"):
        Sip(dial_to=(entry,))


def test_what_is_clear_may_be_listed() -> None:
    Sip(dial_to=("+49", "+49 (0)561", "0561/20", "0049 561", "20", "**61", "sip:a@[::1]:5060;x=y"))


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("+49 561 / 123-45", "sip:+4956112345@x"),
        ("+49 (0)561 12345", "sip:+4956112345@x"),
        ("(0561) 12345", "sip:056112345@x"),
        ("sip:anna@10.0.0.5", "sip:anna@10.0.0.5"),
    ],
)
def test_a_number_is_dialled_without_what_people_write_between(target: str, address: str) -> None:
    assert address_for(target, ACCOUNT) == address


@settings(max_examples=7_000)
@given(target=st.text(max_size=300) | st.from_regex(r"(sips?:)?\+?[0-9 ./()@:;-]+"))
def test_no_writing_of_a_target_gets_past_the_list(target: str) -> None:
    assert not may_call(target, ())
    if may_call(target, ("+49561",)):
        assert set(target) <= set("+0123456789*#()./ -")
