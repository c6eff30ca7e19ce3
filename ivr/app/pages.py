"""The hotline's pages, served: the parts put together, and who may sign in first."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from ivr.app.checks.services import base_url
from ivr.app.first_admin import FIRST_ADMIN, make_first_admin
from ivr.app.hotline import Hotline, Say
from ivr.config.web import Web
from ivr.observe.prometheus import Exposition
from ivr.store.staff import StaffStore
from ivr.web.app import Shell, make_app
from ivr.web.faults import SIGN_IN
from ivr.web.health import Ready, health_part
from ivr.web.live.part import live_part
from ivr.web.part import Part
from ivr.web.server import Reach, serve
from ivr.web.staff.entrance import Entrance
from ivr.web.staff.passwords import Passwords
from ivr.web.staff.people import People
from ivr.web.staff.people_part import people_part


@asynccontextmanager
async def serve_pages(
    hotline: Hotline, parts: Sequence[Part], ready: Mapping[str, Ready], say: Say
) -> AsyncIterator[str]:
    """Serve the pages of `parts` and the shell's own; yields their address.

    `ready`: what else must work for `/ready`, by name. The first admin's password is told to
    `say` once. Raises MissingPiece, ConfigError and StoreUnavailable.
    """
    web, store = hotline.settings.web, StaffStore(hotline.store.sessions)
    passwords = Passwords()
    entrance = Entrance(store, web, passwords)
    app = make_app(
        Shell(hotline.company.name, hotline.company.zone, entrance),
        [*parts, *_own_parts(hotline, store, passwords, ready)],
    )
    async with serve_shell(app, web, store, passwords, say) as address:
        try:
            yield address
        finally:
            # Streams would stay open for as long as the server lets them.
            hotline.register.board.close()


@asynccontextmanager
async def serve_shell(
    app: FastAPI, web: Web, store: StaffStore, passwords: Passwords, say: Say
) -> AsyncIterator[str]:
    """Serve `app`, and see to it that somebody can sign in; yields its address.

    The first admin is made once the server listens: a password that was made for a start that
    fails would be kept, and never be told. Raises MissingPiece, ConfigError, StoreUnavailable.
    """
    reach = Reach(web.certificate, web.certificate_key, web.proxies)
    async with serve(app, web.host, web.port, "web.port", reach) as port:
        address = base_url(web.host, port, secure=web.certificate is not None)
        first = await make_first_admin(store, passwords)
        if first is not None:
            _tell_first_admin(address, first, say)
        yield address


def _own_parts(
    hotline: Hotline, store: StaffStore, passwords: Passwords, ready: Mapping[str, Ready]
) -> list[Part]:
    token = hotline.settings.web.metrics_token
    everything: dict[str, Ready] = {
        "recognizer": hotline.engines.recognizer.ready,
        "voice": hotline.engines.voice.ready,
        "understanding": hotline.engines.understanding.ready,
        "store": hotline.store.sessions.ready,
        **ready,
    }
    return [
        live_part(hotline.register.board, hotline.store),
        people_part(People(store, passwords)),
        health_part(
            everything,
            Exposition(hotline.metrics),
            None if token is None else token.get_secret_value(),
        ),
    ]


def _tell_first_admin(address: str, password: str, say: Say) -> None:
    say("")
    say(f"Sign in for the first time at {address}{SIGN_IN}")
    say(f"  name:              {FIRST_ADMIN}")
    say(f"  one-time password: {password}")
    say("This is shown once. Lost it? ivr users reset admin")
