"""`ivr call`: calls the hotline from the desk, with a microphone, a recording, or in writing."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ivr.app.calling import Channel, Presses, Says, Wish
from ivr.app.fast_clock import FastLoop
from ivr.app.try_out import TryOut, try_out
from ivr.cli.screen import CallScreen, show_devices
from ivr.config.loading import load_settings, settings_root
from ivr.core.jsonable import call_json


def call(
    say: Annotated[
        list[str] | None, typer.Option(help="Say this when it is the caller's turn. Repeatable.")
    ] = None,
    press: Annotated[
        list[str] | None, typer.Option(help="Press these keys, in turn with --say. Repeatable.")
    ] = None,
    wav: Annotated[Path | None, typer.Option(help="Call with this recording.")] = None,
    out: Annotated[Path | None, typer.Option(help="Record both sides here, in stereo.")] = None,
    fast: Annotated[bool, typer.Option(help="As fast as possible; with --say or --wav.")] = False,
    channel: Annotated[
        Channel, typer.Option(help="What lies between the synthetic caller and the hotline.")
    ] = Channel.CLEAN,
    barge_in: Annotated[
        int | None,
        typer.Option(metavar="MS", help="Speak so long after a prompt begins.", min=0),
    ] = None,
    caller: Annotated[str | None, typer.Option(help="The number to call from.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
    devices: Annotated[bool, typer.Option(help="List the sound devices and stop.")] = False,
    microphone: Annotated[str | None, typer.Option("--input", help="Name or number.")] = None,
    speaker: Annotated[str | None, typer.Option("--output", help="Name or number.")] = None,
) -> None:
    """Call the hotline: by microphone, or with --say, --press or --wav."""
    if devices:
        show_devices()
        return
    wishes = in_order(sys.argv, say or [], press or [])
    if wishes and wav is not None:
        raise typer.BadParameter("choose either --say and --press, or --wav")
    if fast and not (wishes or wav):
        raise typer.BadParameter("--fast needs --say or --wav")
    plan = TryOut(
        wishes=tuple(wishes),
        recording=wav,
        channel=channel,
        barge_in_s=None if barge_in is None else barge_in / 1000,
        caller=caller,
        out=out,
        microphone=microphone,
        speaker=speaker,
    )
    settings = load_settings(settings_root(os.environ), os.environ)
    loop = FastLoop if fast else None
    with CallScreen(quiet=as_json) as screen, asyncio.Runner(loop_factory=loop) as runner:
        record = runner.run(try_out(plan, settings, screen))
    if as_json:
        sys.stdout.write(json.dumps(call_json(record), ensure_ascii=False) + "\n")


def in_order(argv: list[str], say: list[str], press: list[str]) -> list[Wish]:
    """What to say and to press, in the order of the command line, which typer does not keep."""
    texts, keys = iter(say), iter(press)
    wishes: list[Wish] = []
    for word in argv:
        option = word.split("=")[0]
        if option == "--say" and (text := next(texts, None)) is not None:
            wishes.append(Says(text))
        elif option == "--press" and (pressed := next(keys, None)) is not None:
            wishes.append(Presses(pressed))
    return wishes
