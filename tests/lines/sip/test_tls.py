"""SIP over TLS with a registrar that is not ours: who proves to be it is trusted, nobody else."""

import asyncio
import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from ivr.config.sip import Sip
from ivr.core.errors import ConfigError
from ivr.lines.sip.line import open_sip_line
from ivr.lines.sip.registrations import Trouble
from ivr.observe.metrics import Metrics
from tests.lines.sip.house import connected, eventually, hotline, until_sound
from tests.lines.sip.registrar import PASSWORD, Registrar, certify, registrar

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PASSWORDS = {"PBX_PASSWORD": PASSWORD}


def settings(at: Registrar, user: str = "hotline", /, **rest: object) -> Sip:
    account = {
        "name": "pbx",
        "user": user,
        "server": f"localhost:{at.tls_port}",
        "password_env": "PBX_PASSWORD",
        "transport": "tls",
    }
    account |= {key: str(rest.pop(key)) for key in ("server", "proxy") if key in rest}
    return Sip.model_validate(
        {"port": 0, "accounts": (account,), "ca_file": at.certificate, **rest}
    )


async def test_calls_go_both_ways_where_the_certificate_is_good(tmp_path: Path) -> None:
    async with registrar(tmp_path, "DNS:localhost") as pbx:
        to = f"sip:hotline@localhost:{pbx.tls_port}"
        phone_s = settings(pbx, "colleague", dial_to=(to,), rtp_ports="20000-21999")
        async with (
            hotline(settings(pbx), env=PASSWORDS) as house,
            open_sip_line(phone_s, Metrics(), PASSWORDS) as phone,
        ):
            await eventually(lambda: not house.line.missing() and not phone.missing())
            leg = await connected(phone, to)
            await until_sound(leg)
            await leg.hang_up()
            await house.records()


async def test_a_proxy_is_spoken_to_by_tls_as_well(tmp_path: Path) -> None:
    async with registrar(tmp_path, "DNS:localhost") as pbx:
        by_proxy = settings(pbx, server="musterfirma.example", proxy=f"localhost:{pbx.tls_port}")
        async with open_sip_line(by_proxy, Metrics(), PASSWORDS) as line:
            await eventually(lambda: not line.missing())


@pytest.mark.parametrize(
    ("names", "known", "reason"),
    [
        ("DNS:localhost", False, "self signed certificate"),
        ("DNS:elsewhere.example", True, "Hostname mismatch"),
    ],
)
async def test_whoever_does_not_prove_to_be_the_server_gets_no_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, names: str, known: bool, reason: str
) -> None:
    async with registrar(tmp_path, names) as pbx:
        trusted = pbx.certificate
        if not known:
            trusted = tmp_path / "other.pem"
            await asyncio.to_thread(certify, trusted, tmp_path / "other.key", names)
        with caplog.at_level(logging.ERROR):
            async with open_sip_line(settings(pbx, ca_file=trusted), Metrics(), PASSWORDS) as line:
                await eventually(lambda: line.missing() == [f"pbx {Trouble.INSECURE}"])
                # Told by a way of its own, so perhaps a little later.
                await eventually(lambda: reason in reasons(caplog))
        assert pbx.attempts == 0


def reasons(caplog: pytest.LogCaptureFixture) -> list[object]:
    told = [record for record in caplog.records if "certificate is not accepted" in record.msg]
    return [getattr(record, "reason", None) for record in told]


async def test_without_an_own_authority_the_system_s_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with registrar(tmp_path, "DNS:localhost") as pbx:
        monkeypatch.setenv("SSL_CERT_FILE", str(pbx.certificate))
        async with open_sip_line(settings(pbx, ca_file=None), Metrics(), PASSWORDS) as line:
            await eventually(lambda: not line.missing())


def test_an_address_without_a_name_needs_an_own_authority(tmp_path: Path) -> None:
    pbx = Registrar(tmp_path)
    server = f"127.0.0.1:{pbx.tls_port}"
    for where in ({"server": server}, {"proxy": f"sip:{server};lr"}, {"server": "[::1]"}):
        with pytest.raises(ValidationError, match="name .*instead of an address"):
            settings(pbx, ca_file=None, **where)
        settings(pbx, **where)
        settings(pbx, ca_file=None, verify=False, **where)


@pytest.mark.parametrize("setting", ["ca_file", "certificate"])
async def test_files_that_hold_no_certificates_are_named(tmp_path: Path, setting: str) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for file in (empty, tmp_path / "missing.pem", tmp_path / "with space.pem"):
        with pytest.raises(ConfigError, match=rf"\[sip\] .*{file.name}"):
            async with open_sip_line(Sip.model_validate({setting: file}), Metrics(), {}):
                pass
