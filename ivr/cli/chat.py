"""`ivr chat`: talks to the hotline in writing, without any audio."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from ivr.app.chatting import chat as talk
from ivr.config.loading import load_settings, settings_root
from ivr.core.understanding import Reply


class _Terminal:
    def note(self, text: str) -> None:
        typer.secho(text, dim=True)

    def heard(self, text: str) -> None:
        typer.secho("hotline  ", fg="magenta", nl=False)
        typer.echo(text)

    def understood(self, reply: Reply) -> None:
        form = f", {reply.form}" if reply.form else ""
        taken = "" if reply.understood else ", not understood"
        typer.secho(
            f"         [{reply.guess.intent} {reply.guess.confidence:.2f}{form}{taken}]", dim=True
        )


async def _typed() -> str | None:
    """The caller's next line; None at the end of the input."""
    typer.secho("caller   ", fg="cyan", nl=False)
    line = await asyncio.to_thread(sys.stdin.readline)
    return line.rstrip("\n") if line else None


def chat(
    caller: Annotated[str | None, typer.Option(help="The number to call from.")] = None,
) -> None:
    """Type as the caller; an empty line is silence, `0`, `*` or `471108#` are keys.

    Ctrl-D hangs up.
    """
    settings = load_settings(settings_root(os.environ), os.environ)
    asyncio.run(talk(settings, _Terminal(), _typed, caller=caller))
