"""`ivr call`: calls the hotline from the desk, with a microphone, a recording, or in writing."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typing_extensions import override

from ivr.app.calling import Channel, Presses, Says, Wish
from ivr.app.fast_clock import FastLoop
from ivr.app.over_line import SIP, WEBRTC
from ivr.app.try_out import KEYS, TryOut, try_out
from ivr.cli.screen import CallScreen, show_devices
from ivr.config.loading import load_settings, settings_root
from ivr.core.jsonable import call_json
from ivr.core.records import CallRecord, Outcome
from ivr.observe.logs import logging_set_up

_ORDER = "ivr.cli.call.order"


class _InOrder(TyperCommand):
    """Remembers in which order the options were given, which typer forgets."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = [option.name for option in order]
        return super().parse_args(ctx, args)


_Say = Annotated[
    list[str] | None, typer.Option(help="Say this when it is the caller's turn. Repeatable.")
]
_Press = Annotated[
    list[str] | None, typer.Option(help="Press these keys, in turn with --say. Repeatable.")
]
_Wav = Annotated[Path | None, typer.Option(help="Call with this recording.")]
_Out = Annotated[Path | None, typer.Option(help="Record both sides here, in stereo.")]
_Fast = Annotated[bool, typer.Option(help="As fast as possible; with --say or --wav.")]
_Channel = Annotated[
    Channel, typer.Option(help="What lies between the synthetic caller and the hotline.")
]
_BargeIn = Annotated[
    int | None, typer.Option(metavar="MS", help="Speak so long after a prompt begins.", min=0)
]
_Caller = Annotated[str | None, typer.Option(help="The number to call from.")]
_Agent = Annotated[
    list[str] | None,
    typer.Option(help="A synthetic agent takes over and says this in turn. Repeatable."),
]
_Line = Annotated[
    str | None,
    typer.Option(
        help="Call a hotline that runs over its line: sip:hotline@127.0.0.1:5060 or"
        " webrtc:http://127.0.0.1:8080"
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON object at the end.")]
_Devices = Annotated[bool, typer.Option(help="List the sound devices and stop.")]
_Input = Annotated[str | None, typer.Option("--input", help="Name or number.")]
_Output = Annotated[str | None, typer.Option("--output", help="Name or number.")]

app = typer.Typer(add_completion=False)


@app.command(cls=_InOrder)
def call(
    context: typer.Context,
    say: _Say = None,
    press: _Press = None,
    wav: _Wav = None,
    out: _Out = None,
    fast: _Fast = False,
    channel: _Channel = Channel.CLEAN,
    barge_in: _BargeIn = None,
    caller: _Caller = None,
    agent: _Agent = None,
    line: _Line = None,
    as_json: _Json = False,
    devices: _Devices = False,
    microphone: _Input = None,
    speaker: _Output = None,
) -> None:
    """Call the hotline: by microphone, or with --say, --press or --wav.

    The exit code is 1 if the call failed for a fault of the hotline's.
    """
    if devices:
        show_devices()
        return
    plan = TryOut(
        wishes=tuple(in_order(context.meta[_ORDER], say or [], press or [])),
        recording=wav,
        channel=channel,
        barge_in_s=None if barge_in is None else barge_in / 1000,
        caller=caller,
        out=out,
        microphone=microphone,
        speaker=speaker,
        agent=tuple(agent or ()),
        over=line,
    )
    _refuse_what_does_not_fit(plan, fast=fast)
    record = _hold(plan, fast=fast, as_json=as_json)
    if record.end is None or record.end.outcome is Outcome.FAILED:
        raise typer.Exit(1)


def _hold(plan: TryOut, *, fast: bool, as_json: bool) -> CallRecord:
    """Hold the call; show it meanwhile, or print it at its end."""
    settings = load_settings(settings_root(os.environ), os.environ)
    loop = FastLoop if fast else None
    log_file = settings.hotline.data_dir / "log" / "call.log"
    with (
        logging_set_up(settings.log, log_file, terminal=None),
        CallScreen(quiet=as_json) as screen,
        asyncio.Runner(loop_factory=loop) as runner,
    ):
        record = runner.run(try_out(plan, settings, screen))
    if as_json:
        sys.stdout.write(json.dumps(call_json(record), ensure_ascii=False) + "\n")
    return record


def _refuse_what_does_not_fit(plan: TryOut, *, fast: bool) -> None:
    if plan.wishes and plan.recording is not None:
        raise typer.BadParameter("choose either --say and --press, or --wav")
    if plan.over is not None and (fast or plan.line == "microphone" or plan.caller or plan.agent):
        raise typer.BadParameter(
            "--line needs --say, --press or --wav, and no --fast, --caller or --agent"
        )
    if plan.over is not None and not plan.over.startswith((f"{WEBRTC}:", f"{SIP}:")):
        raise typer.BadParameter(f"--line takes {WEBRTC}:http://HOST:PORT or {SIP}:USER@HOST:PORT")
    if plan.line == "microphone" and (fast or plan.out is not None):
        raise typer.BadParameter("--fast and --out need --say, --press or --wav")
    if plan.line != "synthetic" and (plan.barge_in_s is not None or plan.channel != Channel.CLEAN):
        raise typer.BadParameter("--barge-in and --channel need --say or --press")
    if plan.line != "microphone" and (plan.microphone or plan.speaker):
        raise typer.BadParameter("--input and --output are for calls by microphone")
    for wish in plan.wishes:
        if isinstance(wish, Presses) and not (wish.keys and set(wish.keys) <= KEYS):
            raise typer.BadParameter(f"--press takes 0 to 9, * and #, not {wish.keys!r}")
        if isinstance(wish, Says) and not wish.text.strip():
            raise typer.BadParameter("--say needs some words")


def in_order(options: Sequence[str], say: Sequence[str], press: Sequence[str]) -> list[Wish]:
    """What to say and to press, in the order in which the options were given."""
    texts, keys = iter(say), iter(press)
    wishes: list[Wish] = []
    for option in options:
        if option == "say":
            wishes.append(Says(next(texts)))
        elif option == "press":
            wishes.append(Presses(next(keys)))
    return wishes
