"""What strangers write into SIP headers becomes numbers, or nothing; never trouble."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.config.sip import Sip, SipAccount
from ivr.lines.sip.door import Admitted, Refusal, Ringing, judge
from ivr.lines.sip.numbers import called_of, caller_of, may_call, same_number, user_of

ANYTHING = st.text(max_size=300)
SIP_LIKE = st.builds(
    "{}{}:{}@{}{}".format,
    st.sampled_from(["", "<", '"x" <', "sip:"]),
    st.sampled_from(["sip", "sips", "tel", "SIP", "mailto"]),
    ANYTHING,
    ANYTHING,
    st.sampled_from(["", ">", ";user=phone", ">;tag=1"]),
)
HEADERS = st.dictionaries(
    st.sampled_from(["To", "P-Asserted-Identity", "Privacy", "p-called-party-id", "X-Call-ID"]),
    ANYTHING | SIP_LIKE,
)


@pytest.mark.parametrize(
    ("address", "user"),
    [
        ("sip:+4956112345@example.com;user=phone", "+4956112345"),
        ('"Anna Muster" <sip:0561.123-45@10.0.0.1:5060>;tag=x', "056112345"),
        ("tel:+49-561-12345", "+4956112345"),
        ("sip:anna@example.com", "anna"),
        ("sip:%2B49561@x", "+49561"),
        ("sip:example.com", "example.com"),
        ("nonsense", ""),
    ],
)
def test_the_user_is_read_out_of_an_address(address: str, user: str) -> None:
    assert user_of(address) == user


@pytest.mark.parametrize(
    ("peer", "headers", "caller"),
    [
        ("sip:0561123@x", {}, "0561123"),
        ("sip:0561123@x", {"P-Asserted-Identity": "<sip:+49561999@net>"}, "+49561999"),
        ("sip:0561123@x", {"Privacy": "id;critical"}, None),
        ("sip:anonymous@anonymous.invalid", {}, None),
        ("sip:Anonymous@192.0.2.1", {}, None),
        (
            "sip:anonymous@anonymous.invalid",
            {"p-asserted-identity": "<tel:+49561999>", "privacy": "id"},
            None,
        ),
    ],
)
def test_who_calls_unless_they_hide_it(
    peer: str, headers: dict[str, str], caller: str | None
) -> None:
    assert caller_of(peer, headers, trust_identity=True) == caller


def test_an_identity_that_is_not_trusted_does_not_count() -> None:
    headers = {"P-Asserted-Identity": "<sip:+49110@net>"}
    assert caller_of("sip:0561123@x", headers, trust_identity=False) == "0561123"


def test_the_dialled_number_is_the_network_s_before_the_telephone_s() -> None:
    assert (
        called_of({"To": "<sip:trunk@x>", "P-Called-Party-ID": "<sip:+4956110@x>"}) == "+4956110"
    )
    assert called_of({}) is None


def test_ways_to_write_a_number_are_the_same_number() -> None:
    assert same_number("+49 561 123-0", "0561/1230")
    assert same_number("0049561123", "+49561123")
    assert not same_number("+49561123", "+43561123")


@pytest.mark.parametrize(
    ("target", "allowed", "may"),
    [
        ("+4956112345", ("+49561",), True),
        ("0561 12345", ("+49561",), True),
        ("+491701234", ("+49561",), False),
        ("0900123456", ("+49561", "sip:a@b"), False),
        ("sip:agent1@10.0.0.5", ("sip:agent1@10.0.0.5",), True),
        ("sip:agent1@10.0.0.5;x=y", ("sip:agent1@10.0.0.5",), False),
        ("sip:+49561@evil.example", ("+49561",), False),
        ("+4956112345", (), False),
        ("+49561\r\nX: y", ("+49561",), False),
        ("", ("",), False),
    ],
)
def test_only_what_is_configured_may_be_called(
    target: str, allowed: tuple[str, ...], may: bool
) -> None:
    assert may_call(target, allowed) is may


def account(name: str, *numbers: str, registers: bool = False, max_calls: int = 2) -> SipAccount:
    return SipAccount(
        name=name,
        user=name,
        server="x",
        numbers=numbers,
        registers=registers,
        max_calls=max_calls,
    )


def ring(to: str, by: str = "a") -> Ringing:
    return Ringing(by, "sip:0561@x", "id@x", {"To": f"<sip:{to}@us>"})


def test_trunks_are_told_apart_by_the_dialled_number() -> None:
    accounts = [account("a", "+4956110"), account("b", "0561 20")]
    verdict = judge(ring("+4956120"), Sip(), accounts, {})
    assert isinstance(verdict, Admitted)
    assert (verdict.account, verdict.called) == ("b", "+4956120")
    assert judge(ring("+4956130"), Sip(), accounts, {}) is Refusal.NOT_OURS


def test_a_registered_account_takes_only_its_own_calls() -> None:
    accounts = [account("a", registers=True), account("b", registers=True)]
    verdict = judge(ring("anything", by="b"), Sip(), accounts, {})
    assert isinstance(verdict, Admitted)
    assert verdict.account == "b"
    assert judge(ring("anything", by="c"), Sip(), accounts, {}) is Refusal.NOT_OURS


def test_what_a_call_is_called_elsewhere_is_kept_if_the_settings_list_it() -> None:
    told = {
        "to": "<sip:a@us>",
        "x-trace-id": "4711\r\nX: y",
        "X-Secret": "s",
        "User-Agent": "U" * 900,
        "P-Asserted-Identity": "<sip:+49561999@net>",
    }
    verdict = judge(Ringing("a", "sip:0561@x", "7@pbx", told), Sip(), [account("a")], {})
    assert isinstance(verdict, Admitted)
    assert verdict.trace == {
        "Call-ID": "7@pbx",
        "P-Asserted-Identity": "<sip:+49561999@net>",
        "User-Agent": "U" * 200,
        "X-Trace-ID": "4711X: y",
    }


def test_of_who_wants_to_stay_unknown_only_that_is_kept() -> None:
    told = {"Privacy": "id", "P-Asserted-Identity": "<sip:+49561999@net>"}
    verdict = judge(
        Ringing("a", "sip:anonymous@anonymous.invalid", "", told), Sip(), [account("a")], {}
    )
    assert isinstance(verdict, Admitted)
    assert (verdict.caller, verdict.trace) == (None, {"Privacy": "id"})


@pytest.mark.parametrize("name", ["Authorization", "proxy-authorization", "X Y", "X:", "", "ä"])
def test_headers_that_are_none_or_hold_passwords_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="trace_headers"):
        Sip(trace_headers=(name,))


def test_limits_hold_by_account_and_in_all() -> None:
    accounts = [account("a")]
    assert isinstance(judge(ring("x"), Sip(), accounts, {"a": 1}), Admitted)
    assert judge(ring("x"), Sip(), accounts, {"a": 2}) is Refusal.ACCOUNT_FULL
    assert judge(ring("x"), Sip(max_calls=3), accounts, {"b": 3}) is Refusal.FULL


@settings(max_examples=3_000)
@given(peer=ANYTHING | SIP_LIKE, headers=HEADERS, by=st.sampled_from(["a", "b", "", "c"]))
def test_whatever_strangers_write_is_judged_and_cut_short(
    peer: str, headers: dict[str, str], by: str
) -> None:
    accounts = [account("a", "+4956110"), account("b", registers=True)]
    verdict = judge(Ringing(by, peer, "i" * 999, headers), Sip(), accounts, {})
    if isinstance(verdict, Admitted):
        for value in (verdict.caller or "", verdict.called or "", *verdict.trace.values()):
            assert len(value) <= 200
            assert value.isprintable()


@settings(max_examples=7_000)
@given(target=ANYTHING | SIP_LIKE)
def test_no_writing_of_a_target_gets_past_the_list(target: str) -> None:
    assert not may_call(target, ())
    if may_call(target, ("+49561",)):
        assert set(target) <= set("+0123456789*#()./ -")
