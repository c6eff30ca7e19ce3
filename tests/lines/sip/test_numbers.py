"""What strangers write into SIP headers becomes numbers, or nothing; never trouble."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.config.sip import Sip, SipAccount
from ivr.lines.sip.door import Admitted, Refusal, Ringing, headers_read, judge
from ivr.lines.sip.numbers import called_of, caller_of, same_number, user_of
from ivr.lines.sip.sources import Origin, Sources, origin

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
            {"P-Asserted-Identity": "<sip:+49561999@net>"},
            None,
        ),
        ("sip:Anonymous@192.0.2.1", {"P-Asserted-Identity": "<sip:+49561999@net>"}, None),
        ("sip:unknown@192.0.2.1", {"P-Asserted-Identity": "<sip:+49561999@net>"}, "+49561999"),
        (
            "sip:0561123@x",
            {"Remote-Party-ID": "<sip:0561123@x>;party=calling; Privacy=full"},
            None,
        ),
        ("sip:0561123@x", {"Remote-Party-ID": "<sip:0561123@x>;privacy=off"}, "0561123"),
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
    assert same_number("4956112345", "+4956112345"), "as trunks without a plus write it"
    assert not same_number("+49561123", "+43561123")
    assert not same_number("49561", "+49561"), "a short number of a telephone system"


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


def test_a_trunk_that_leaves_out_the_plus_is_answered() -> None:
    assert isinstance(
        judge(ring("4956112345"), Sip(), [account("a", "+4956112345")], {}), Admitted
    )


@pytest.mark.parametrize(
    ("called", "answered"),
    [("+495611234", True), ("05611299", True), ("4956112345", True), ("+4956113", False)],
)
def test_a_block_of_extensions_is_listed_by_its_beginning(called: str, answered: bool) -> None:
    verdict = judge(ring(called), Sip(), [account("a", "+4956112*")], {})
    assert isinstance(verdict, Admitted) is answered


def test_an_account_answers_only_its_own_peers() -> None:
    accounts = [
        account("a", "+4956110").model_copy(update={"peers": ("10.0.0.0/24", "2001:db8::1")}),
        account("b").model_copy(update={"peers": ("192.0.2.7",)}),
    ]

    def of(source: str | None, to: str = "+4956110") -> object:
        known = Ringing("a", "sip:0561@x", "id@x", {"To": f"<sip:{to}@us>"}, source)
        verdict = judge(known, Sip(), accounts, {})
        return verdict.account if isinstance(verdict, Admitted) else verdict

    assert of("10.0.0.9") == of("2001:db8::1") == "a"
    assert of("192.0.2.7") == of("192.0.2.7", "x") == "b", "whatever number it calls"
    assert of("10.0.0.9", "x") is Refusal.NOT_OURS
    for nobody in ("203.0.113.1", "nonsense"):
        assert of(nobody) is Refusal.STRANGER
    assert of("") is Refusal.UNTRACED, "who looks after the line has to tell them apart"
    assert of(None) == "a", "the kernel lets in peers only"


@pytest.mark.parametrize(("registrar", "known"), [(True, True), (False, False)])
def test_an_account_without_peers_answers_where_it_logs_on(registrar: bool, known: bool) -> None:
    accounts = [account("a", registers=True)]
    ringing = Ringing("a", "sip:0561@x", "id@x", {}, "192.0.2.7", registrar)
    assert isinstance(judge(ringing, Sip(), accounts, {}), Admitted) is known


@pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "::", "pbx.example"])  # noqa: S104
def test_off_this_machine_nobody_is_answered_without_peers(host: str) -> None:
    open_to_all = account("trunk")
    with pytest.raises(ValidationError, match=r"trunk: .*needs `peers`"):
        Sip(host=host, accounts=(open_to_all,))
    with pytest.raises(ValidationError, match="anybody's calls would be"):
        Sip(host=host)
    Sip(host=host, enabled=False)
    Sip(host=host, accounts=(open_to_all.model_copy(update={"peers": ("192.0.2.7",)}),))
    Sip(host=host, accounts=(account("pbx", registers=True),))


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
    anonymous = "sip:anonymous@anonymous.invalid"
    verdict = judge(Ringing("a", anonymous, "", told), Sip(), [account("a")], {})
    assert isinstance(verdict, Admitted)
    assert (verdict.caller, verdict.trace) == (None, {"Privacy": "id"})
    # Some networks leave the header out.
    del told["Privacy"]
    verdict = judge(Ringing("a", anonymous, "", told), Sip(), [account("a")], {})
    assert isinstance(verdict, Admitted)
    assert (verdict.caller, verdict.trace) == (None, {})


@pytest.mark.parametrize("name", ["Authorization", "proxy-authorization", "X Y", "X:", "", "ä"])
def test_headers_that_are_none_or_hold_passwords_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="trace_headers"):
        Sip(trace_headers=(name,))


def test_the_stack_has_room_for_as_many_headers_as_the_settings_may_list() -> None:
    names = tuple(f"X-Own-{number}" for number in range(11))
    assert len(headers_read(Sip(trace_headers=names))) <= 16
    with pytest.raises(ValidationError, match="trace_headers"):
        Sip(trace_headers=(*names, "X-More"))


def test_limits_hold_by_account_and_in_all() -> None:
    accounts = [account("a")]
    assert isinstance(judge(ring("x"), Sip(), accounts, {"a": 1}), Admitted)
    assert judge(ring("x"), Sip(), accounts, {"a": 2}) is Refusal.ACCOUNT_FULL
    assert judge(ring("x"), Sip(max_calls=3), accounts, {"b": 3}) is Refusal.FULL


@settings(max_examples=3_000)
@given(head=st.sampled_from(["RX UDP 1.2.3.4:5 -> 6.7.8.9:5060\nINVITE ", ""]), rest=ANYTHING)
def test_whatever_is_traced_is_read_or_left(head: str, rest: str) -> None:
    found = origin(head + rest)
    assert found is None or found[1].address == "1.2.3.4"


@pytest.mark.parametrize(
    ("place", "address"),
    [("192.0.2.1:5060", "192.0.2.1"), ("[2001:db8::1]:5062", "2001:db8::1")],
)
def test_where_a_call_came_from_is_read_from_the_trace(place: str, address: str) -> None:
    text = (
        f"RX TCP {place} -> 10.0.0.2:5060\nINVITE sip:+49-561@us SIP/2.0\r\nVia: y\r\n"
        "To: <sip:x>\r\n{}: 7@pbx\r\n\r\n"
    )
    told = ("7@pbx", Origin(address, "+49561"))
    assert origin(text.format("Call-ID")) == origin(text.format("i")) == told
    assert origin(text.format("Call-ID").replace("RX", "TX")) is None
    assert origin(text.format("Call-ID").replace("INVITE", "BYE")) is None
    assert origin(text.format("i").replace("<sip:x>", "<sip:x>;tag=1")) is None, "no new call"
    assert origin(text.format("i").replace("+49-561@us", "10.0.0.2")) == ("7@pbx", Origin(address))


async def test_where_we_log_on_is_read_from_the_trace() -> None:
    sources = Sources()
    line = "{} TLS 10.0.0.2:9 -> 192.0.2.1:5061\nREGISTER sip:x SIP/2.0\r\n\r\n"
    for text in (line.format("TX"), line.format("RX").replace("2.1:", "2.9:")):
        sources.handle(logging.LogRecord("x", logging.DEBUG, "x", 1, text, (), None))
    assert sources.is_registrar("192.0.2.1")
    assert not sources.is_registrar("192.0.2.9"), "anybody can send that to us"


async def test_of_two_calls_with_one_name_neither_is_believed() -> None:
    sources = Sources()
    for place in ("192.0.2.1", "192.0.2.1", "192.0.2.9"):
        line = f"RX UDP {place}:5060 -> 10.0.0.2:5060\nINVITE sip:x SIP/2.0\r\nCall-ID: 7\r\n\r\n"
        sources.handle(logging.LogRecord("x", logging.DEBUG, "x", 1, line, (), None))
        assert (await sources.of("7")).address == ("" if place.endswith("9") else place)
    assert await sources.of("8") == Origin()


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
