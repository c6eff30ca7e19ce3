"""The set-up of Kamailio that operators copy is one that Kamailio reads."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[3] / "deploy" / "sip"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


async def test_the_proxy_s_sample_has_no_mistake(tmp_path: Path) -> None:
    text = (SAMPLE / "kamailio.cfg").read_text(encoding="utf-8")
    text = text.replace("/etc/kamailio/", f"{tmp_path}/")
    for name in ("peers.list", "hotlines.list", "tls.cfg"):
        (tmp_path / name).write_text((SAMPLE / name).read_text(encoding="utf-8"), encoding="utf-8")
    config = tmp_path / "kamailio.cfg"
    config.write_text(text, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        "kamailio", "-c", "-f", str(config), stdout=PIPE, stderr=STDOUT, cwd=tmp_path
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode(errors="replace")
    assert b"ERROR" not in told, told.decode(errors="replace")
