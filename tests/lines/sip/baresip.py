"""A telephone that is not ours (Debian's baresip): a WAV is its microphone, it records its ear."""

import asyncio
import signal
import wave
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

RATE = 16_000
CONFIG = """poll_method epoll
sip_listen 127.0.0.1:0
net_interface 127.0.0.1
call_max_calls 1
audio_source aufile,{folder}/microphone.wav
ausrc_srate 16000
ausrc_channels 1
audio_level no
module_path /usr/lib/baresip/modules
module g722.so
module sndfile.so
module aufile.so
module_tmp account.so
module_app menu.so
snd_path {folder}
rtp_ports 23000-23999
"""


class Softphone:
    """In a call from its start; it hangs up when its microphone's recording is over."""

    def __init__(self, folder: Path, process: Process) -> None:
        self._folder = folder
        self._process = process

    def heard(self) -> bytes:
        """16 kHz PCM of what has come, from the beginning of the call."""
        [file] = self._folder.glob("dump-*-dec.wav")
        data = file.read_bytes()
        # Its header is true only once the call is over.
        return data[data.index(b"data") + 8 :][: len(data) // 2 * 2]

    def freeze(self) -> None:
        """As if its network were gone: it sends nothing more, and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    async def stop(self) -> None:
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
        await self._process.wait()


@asynccontextmanager
async def softphone(folder: Path, address: str, microphone: bytes) -> AsyncIterator[Softphone]:
    """Calls `address` and says `microphone`, 16 kHz PCM. `folder` is its own, without spaces."""
    with wave.open(str(folder / "microphone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(microphone)
    (folder / "config").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    account = "<sip:anna@127.0.0.1>;regint=0;audio_codecs=g722\n"
    (folder / "accounts").write_text(account, encoding="utf-8")
    (folder / "contacts").write_text("", encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *("baresip", "-f", str(folder), "-e", f"/dial {address}"),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    phone = Softphone(folder, process)
    try:
        yield phone
    finally:
        await phone.stop()
