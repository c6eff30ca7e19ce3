"""A registrar and proxy that is not ours (Kamailio), on loopback."""

import asyncio
import os
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.ports import free_port

PASSWORD = "nur-im-Test-7"

CONFIG = """#!KAMAILIO
debug=0
log_stderror=yes
children=1
tcp_children=1
listen=udp:127.0.0.1:@PORT@
listen=tcp:127.0.0.1:@PORT@
tcp_reuse_port=yes
@TLS@
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "xlog.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
modparam("registrar", "min_expires", 1)
modparam("registrar", "max_expires", 4)
request_route {
    if (is_method("REGISTER")) {
        xlog("L_ALERT", "logs on: $fU\\n");
        if (!pv_www_authenticate("$td", "@PASSWORD@", "0")) {
            www_challenge("$td", "1");
            exit;
        }
        save("location");
        exit;
    }
    if (is_method("CANCEL")) {
        if (t_check_trans()) {
            t_relay();
        }
        exit;
    }
    if (has_totag()) {
        if (loose_route() || t_check_trans()) {
            t_relay();
        }
        exit;
    }
    if (is_method("INVITE") && $rU == "colleague") {
        if (!pv_proxy_authenticate("$fd", "@PASSWORD@", "0")) {
            proxy_challenge("$fd", "1");
            exit;
        }
        consume_credentials();
    }
    record_route();
    if (!lookup("location")) {
        sl_send_reply("404", "Not Found");
        exit;
    }
    t_relay();
}
"""
TLS = """enable_tls=yes
listen=tls:127.0.0.1:{port}
loadmodule "tls.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "{certificate}")
modparam("tls", "private_key", "{key}")
"""


class Registrar:
    """Not running until `start`. Registrations last four seconds."""

    def __init__(self, folder: Path, names: str | None = None) -> None:
        """`names`: with TLS, and a certificate for them, as in `subjectAltName`."""
        self._folder = folder
        self._names = names
        self.port = free_port()
        self.tls_port = free_port()
        self.attempts = 0
        """How often anybody has tried to log on, each half of a challenge counted."""
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Returns once it listens."""
        config = self._folder / "registrar.cfg"
        text = CONFIG.replace("@PORT@", str(self.port)).replace("@PASSWORD@", PASSWORD)
        text = text.replace("@TLS@", await self._tls())
        config.write_text(text, encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            *("kamailio", "-DD", "-E", "-m", "32", "-M", "4", "-f", str(config)),
            *("-P", str(self._folder / "registrar.pid"), "-Y", str(self._folder)),
            stdout=DEVNULL,
            stderr=PIPE,
            cwd=self._folder,
            env={**os.environ, "LC_ALL": "C"},
        )
        self._reading = asyncio.create_task(self._read(self._process))
        while self._process.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.05)
        raise AssertionError("Kamailio did not start")

    async def stop(self) -> None:
        """Its calls and registrations are lost."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        if self._reading is not None:
            await self._reading

    @property
    def certificate(self) -> Path:
        """Signed by itself: who trusts it trusts this registrar, under its names."""
        return self._folder / "registrar.pem"

    async def _tls(self) -> str:
        if self._names is None:
            return ""
        key = self._folder / "registrar.key"
        await asyncio.to_thread(certify, self.certificate, key, self._names)
        return TLS.format(port=self.tls_port, certificate=self.certificate, key=key)

    async def _read(self, process: Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.attempts += b"logs on: " in line


@asynccontextmanager
async def registrar(folder: Path, names: str | None = None) -> AsyncIterator[Registrar]:
    """One that runs."""
    one = Registrar(folder, names)
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


def certify(certificate: Path, key: Path, names: str) -> None:
    """A certificate for these names (`IP:…` or `DNS:…`), and its key."""
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=registrar", "-addext",
            f"subjectAltName={names}", "-out", str(certificate), "-keyout", str(key),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
