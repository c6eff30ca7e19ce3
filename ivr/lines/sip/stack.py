"""The SIP stack's own process: `python -m ivr.lines.sip.stack`. It does as it is told over pipes.

baresip keeps one state a process, and a process in which it died cannot start it again; so it
lives here, and the program replaces this process when it is gone. Decisions are the program's.
"""

import asyncio
import ipaddress
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from baresip import Account, BaresipError, Call, CallFailed, Config, Runtime, UserAgent
from baresip._native import lib  # type: ignore[import-not-found]
from baresip.events import Event, StackEvent

from ivr.lines.sip import packet_filter
from ivr.lines.sip.media import Media, Pump
from ivr.lines.sip.native import packets_from, unavailable
from ivr.lines.sip.pipes import open_pipes
from ivr.lines.sip.ports import check_free, free_port
from ivr.lines.sip.sources import Sources
from ivr.lines.sip.stack_events import fact_of, nameless, quality_of, ringing
from ivr.lines.sip.stack_log import StackLog
from ivr.lines.sip.vanished import LOOK_S, vanished
from ivr.lines.sip.wire import Json, facts, read


class Stack:
    """Carries out the program's wishes and reports what happens."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._runtime = Runtime()
        self._agents: dict[str, UserAgent] = {}
        self._names: dict[int, str] = {}
        self._calls: dict[int, Call] = {}
        self._pump = Pump(writer)
        self._tasks: set[asyncio.Task[None]] = set()
        self._dials = 0
        self._rtp_timeout_s = float("inf")
        self._sources = Sources()
        self._tells_from_where = False
        self._missed: list[StackEvent] = []
        """Events of calls that are being dialled and have no object yet."""

    async def run(self) -> None:
        """Serve until the program closes its pipe or the SIP thread dies."""
        dead = asyncio.Event()
        self._runtime.on_dead = dead.set
        self._runtime.subscribe(self._happened)
        pumping = asyncio.create_task(self._pump.run(), name="pump")
        serving = asyncio.create_task(self._serve(), name="serve")
        dying = asyncio.create_task(dead.wait(), name="dead")
        watching = asyncio.create_task(self._watch(), name="watch")
        mine = {pumping, serving, dying, watching}
        try:
            await asyncio.wait(mine, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*mine, *self._tasks):
                task.cancel()
            with suppress(BaresipError):
                await self._runtime.close()

    async def _serve(self) -> None:
        while True:
            try:
                message = await read(self._reader)
            except (EOFError, OSError):
                return
            if isinstance(message, list):
                for sound in message:
                    self._pump.play(sound)
            elif message["do"] == "flush":
                # In order with the sound around it.
                self._pump.flush(message["call"])
            else:
                self._own(self._do(message), message["do"])

    def _own(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, message: Json) -> None:
        answer: dict[str, Any] = {"re": message["id"]}
        try:
            answer |= await self._wishes()[message["do"]](message) or {}
        except (BaresipError, OSError, ValueError) as error:
            status = getattr(error, "status", None)
            answer |= {"error": type(error).__name__, "status": status, "why": str(error)}
        self._tell(answer)

    def _wishes(self) -> dict[str, Callable[[Json], Awaitable[dict[str, Any] | None]]]:
        return {
            "start": self._start,
            "account": self._account,
            "register": lambda told: self._register(self._agents[told["account"]]),
            "dial": self._dial,
            "answer": lambda told: self._call(told).answer(),
            "reject": self._reject,
            "hang_up": lambda told: self._call(told).hangup(),
            "hold": lambda told: self._call(told).hold(),
            "resume": lambda told: self._call(told).resume(),
            "keys": lambda told: self._call(told).send_dtmf(told["keys"]),
            "transfer": self._transfer,
            "ping": self._ping,
        }

    async def _ping(self, _: Json) -> None:
        """Answered only if the SIP thread is alive, too."""
        await self._runtime.cmd(lib.BP_CMD_PING)

    def _call(self, message: Json) -> Call:
        call = self._calls.get(message["call"])
        if call is None:
            raise BaresipError("the call is gone")
        return call

    async def _start(self, message: Json) -> dict[str, Any]:
        host, port = message["host"], message["port"] or free_port(message["host"])
        check_free(host, port)
        listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        config = Config(
            net_interface=host,
            max_concurrent_calls=message["max_calls"],
            expose_headers=tuple(message["headers"]),
            sip_trace=True,
            extra_config_text=f"sip_listen {listen}\n" + message["config"],
        )
        self._rtp_timeout_s = message["rtp_timeout_s"]
        self._tells_from_where = message["sources"]
        self._sources.listen()
        await self._runtime.start(config)
        missing: list[str] = []
        if message["peers"]:
            networks = [ipaddress.ip_network(peer, strict=False) for peer in message["peers"]]
            called, missing = await packet_filter.networks_of(message["called"])
            packet_filter.attach(networks + called, (port, port + 1))
        return {"port": port, "missing": missing}

    async def _account(self, message: Json) -> None:
        told = message["account"]
        # A REFER could make us call anywhere at the company's cost: refused, always. And by the
        # stack at once: to a call that it has been asked about it tells no hold and no resuming.
        extras = (*told["extra_params"], "call_transfer=no")
        lists = {"audio_codecs": tuple(told["audio_codecs"]), "extra_params": extras}
        for transport in message["transports"]:
            account = Account(**told | lists, transport=transport)
            agent = await UserAgent.create(self._runtime, account, transfer_policy="reject")
            self._agents.setdefault(message["name"], agent)
            self._names[agent.handle] = message["name"]
            agent.on_incoming(self._incoming)
            if account.reg_interval:
                self._own(self._register(agent), "register")

    async def _register(self, agent: UserAgent) -> None:
        """The outcome comes as an event; after a failure the stack tries again by itself."""
        with suppress(BaresipError):
            await agent.register()

    async def _dial(self, message: Json) -> dict[str, Any]:
        agent = self._agents[message["account"]]
        self._dials += 1
        try:
            call = await agent.dial(message["to"], message["headers"])
        finally:
            self._dials -= 1
        self._calls[call.handle] = call
        call.on(partial(self._of_call, dialled=True))
        self._tell({"event": "dialling", "dial": message["id"], "call": call.handle})
        self._catch_up(call)
        try:
            await call.wait_established(message["timeout_s"])
        except CallFailed:
            self._forget(call.handle)
            raise
        media = self._pump.calls.get(call.handle)
        return {"call": call.handle, "rate": media.rate if media else 8000, "sip_id": call.call_id}

    def _catch_up(self, call: Call) -> None:
        """Let a call and the program hear what happened before its object was there: on a fast
        network it has been answered by then, and the library would wait for that in vain."""
        missed, self._missed = self._missed, []
        for event in missed:
            if event.call == call.handle:
                call._on_stack_event(event)
                self._pass_on(event)
            elif self._dials:
                self._missed.append(event)

    async def _reject(self, message: Json) -> None:
        call = self._call(message)
        if not unavailable(call, message["retry_after_s"]):
            await call.reject()
        # Wakes the stack, which repeats the refusal until it is confirmed.
        await self._ping(message)

    async def _transfer(self, message: Json) -> None:
        call = self._call(message)
        if message.get("to_call") is not None:
            await call.attended_transfer(
                self._call({"call": message["to_call"]}), timeout=message["timeout_s"]
            )
        else:
            await call.transfer(message["to"], timeout=message["timeout_s"])

    def _incoming(self, call: Call) -> None:
        self._calls[call.handle] = call
        call.on(self._of_call)

    def _happened(self, event: StackEvent) -> None:
        if (call := nameless(event)) is not None:
            self._own(self._turn_away(call), "nameless")
        elif event.event is Event.CALL_INCOMING:
            self._own(self._rings(ringing(event, self._names.get(event.ua, ""))), "rings")
        elif self._dials and event.call and event.call not in self._calls:
            self._missed.append(event)
        else:
            self._pass_on(event)

    def _pass_on(self, event: StackEvent) -> None:
        if told := fact_of(event, self._names.get(event.ua, "")):
            self._tell(told)

    async def _turn_away(self, call: int) -> None:
        """Refuse whoever cannot be asked who they are: they would ring, and take a line."""
        await self._runtime.cmd(lib.BP_CMD_CALL_REJECT, args=str(call))
        self._tell({"event": "nameless", "call": call})

    async def _rings(self, told: dict[str, Any]) -> None:
        origin = await self._sources.of(told["sip_id"])
        told["dialled"] = origin.dialled
        if self._tells_from_where:
            told["source"] = origin.address
            told["registrar"] = self._sources.is_registrar(origin.address)
        self._tell(told)

    def _of_call(self, event: StackEvent, *, dialled: bool = False) -> None:
        call = self._calls.get(event.call)
        if call is None:
            return
        match event.event:
            case Event.CALL_ESTABLISHED:
                # Whom we have called is somebody whom others wait for.
                media = Media(call.audio, stands_still=not dialled)
                self._pump.calls[event.call] = media
                self._tell({"event": "established", "call": event.call, "rate": media.rate})
            case Event.CALL_RTCP if event.call in self._pump.calls:
                self._pump.calls[event.call].alive()
            case Event.CALL_DTMF_START:
                self._tell({"event": "key", "call": event.call, "key": event.text or ""})
            case Event.CALL_HOLD | Event.CALL_RESUME:
                held = event.event is Event.CALL_HOLD
                if event.call in self._pump.calls:
                    self._pump.calls[event.call].held = held
                self._tell({"event": "held", "call": event.call, "held": held})
            case Event.CALL_CLOSED:
                told = {"event": "closed", "call": event.call, "sip_id": call.call_id or ""}
                self._tell(told | {"quality": quality_of(call.final_stats)})
                self._forget(event.call)
            case _:
                pass

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            timeout_s = self._rtp_timeout_s
            for call in vanished(self._calls, self._pump.calls, timeout_s, packets_from):
                self._tell({"event": "vanished", "call": call})

    def _forget(self, handle: int) -> None:
        self._calls.pop(handle, None)
        self._pump.calls.pop(handle, None)

    def _tell(self, message: Json) -> None:
        self._writer.write(facts(message))


async def _main() -> None:
    reader, writer = await open_pipes()
    StackLog(lambda line: writer.write(facts({"event": "log", **line}))).listen()
    await Stack(reader, writer).run()


if __name__ == "__main__":
    asyncio.run(_main())
    sys.stdout.flush()
    # The stack's own threads may still hold on; the program has let go of us.
    os._exit(0)
