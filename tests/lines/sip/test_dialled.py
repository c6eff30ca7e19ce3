"""Which number a call is for, wherever the network has put it."""

from pathlib import Path

import pytest

from ivr.config.sip import Sip, SipAccount
from ivr.lines.sip.door import Admitted, Refusal, Ringing, judge
from tests.lines.sip import scenarios
from tests.lines.sip.house import eventually, hotline
from tests.lines.sip.registrar import PASSWORD, registrar
from tests.lines.sip.sipp import sipp

OURS = "+4956112345"


def account(name: str, *numbers: str, registers: bool = True, user: str = "") -> SipAccount:
    return SipAccount(
        name=name, user=user or name, server="x", numbers=numbers, registers=registers
    )


def meant(
    accounts: list[SipAccount], dialled: str, by: str = "a", **headers: str
) -> tuple[str, str | None] | Refusal:
    told = {name.replace("_", "-"): f"<sip:{user}@x>" for name, user in headers.items()}
    ringing = Ringing(by, "sip:0561@x", "id@x", told, dialled=dialled)
    verdict = judge(ringing, Sip(), accounts, {})
    return (verdict.account, verdict.called) if isinstance(verdict, Admitted) else verdict


@pytest.mark.parametrize(
    ("dialled", "headers", "called"),
    [
        ("K123abcd", {"To": "0049561123450"}, "0049561123450"),
        ("4956112345", {"To": "+49561123450"}, "+49561123450"),
        ("+49561123450", {"To": "+49561123450"}, "+49561123450"),
        ("+49561123450", {"To": "+4930111"}, "+49561123450"),
        ("hotline", {"To": "trunk", "P_Called_Party_ID": OURS}, OURS),
        ("hotline", {"To": "hotline", "Diversion": OURS}, OURS),
        ("", {"To": OURS}, OURS),
    ],
    ids=[
        "by the name of who logged on",
        "by a name that is a number",
        "by the number",
        "forwarded to us",
        "the network says so",
        "forwarded from a number of ours",
        "an INVITE too large to trace",
    ],
)
def test_the_number_that_an_account_lists_is_found(
    dialled: str, headers: dict[str, str], called: str
) -> None:
    accounts = [account("a", "+4956112345*", user="4956112345")]
    assert meant(accounts, dialled, **headers) == ("a", called)


def test_a_number_of_a_history_of_forwarding_is_found_behind_others() -> None:
    history = "<sip:+4930111@x>;index=1, <sip:+4956112345@x;cause=302>;index=1.1"
    ringing = Ringing("a", "sip:0561@x", "id@x", {"To": "<sip:b@x>", "History-Info": history})
    verdict = judge(ringing, Sip(), [account("a", OURS)], {})
    assert isinstance(verdict, Admitted)
    assert verdict.called == OURS


def test_a_call_forwarded_from_one_account_s_number_to_another_s_is_the_other_s() -> None:
    accounts = [account("a", "+4956110", registers=False), account("b", OURS, registers=False)]
    assert meant(accounts, OURS, To="+4956110") == ("b", OURS)


def test_a_number_that_nobody_lists_is_refused_wherever_it_is() -> None:
    assert meant([account("a", OURS)], "+4930222", To="+4930111") is Refusal.NOT_OURS


@pytest.mark.parametrize(
    ("dialled", "to", "called"),
    [
        ("a", "+4956112345", "+4956112345"),
        ("+4956112345", "+4930111", "+4956112345"),
        ("4711", "+4956112345", "+4956112345"),
        ("", "+4956112345", "+4956112345"),
        ("a", "a", "a"),
    ],
)
def test_without_a_list_the_number_is_where_there_is_one(
    dialled: str, to: str, called: str
) -> None:
    assert meant([account("a", user="4711")], dialled, To=to) == ("a", called)


def test_of_accounts_that_share_a_way_in_each_has_its_numbers() -> None:
    """The stack's first account catches what is called by a number, whoever has logged on."""
    accounts = [account("a", "+4956110"), account("b", "+4956120"), account("c")]
    assert meant(accounts, "+4956120", by="a", To="+4956120") == ("b", "+4956120")
    assert meant(accounts, "c", by="c", To="+4956120") == ("c", "+4956120")
    assert meant(accounts, "b", by="b", To="+4956110") is Refusal.NOT_OURS, "called by its name"


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("to", [OURS, "+4930111"], ids=["dialled", "forwarded"])
async def test_who_logs_on_is_called_by_a_number_of_theirs(tmp_path: Path, to: str) -> None:
    async with registrar(tmp_path) as pbx:
        own = SipAccount(
            name="pbx",
            user="hotline",
            server=pbx.place,
            password_env="PBX_PASSWORD",
            numbers=(OURS,),
        )
        settings = Sip(port=0, accounts=(own,))
        calls = scenarios.BASIC.replace("To: <sip:[service]@", f"To: <sip:{to}@")
        async with hotline(settings, env={"PBX_PASSWORD": PASSWORD}) as house:
            await eventually(lambda: not house.line.missing())
            await sipp(tmp_path / "in", calls, house.line.port, "-m", "1", "-s", OURS)
            (record,) = await house.records()
    assert (record.start.caller, record.start.called) == ("sipp", OURS)
