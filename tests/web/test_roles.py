"""Every route of the program is asked by every role: nobody gets further than they may.

What a route does is replaced by a plain answer, so what is tried is what stands before it.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute, iter_route_contexts

import ivr.web
from ivr.config.webrtc import WebRtc
from ivr.core.staff import Role
from ivr.web.part import Part
from tests.web.shell import House, csrf, running_shell

PUBLIC = {
    "GET /",
    "GET /call.js",
    "POST /calls",
    "POST /calls/end",
    "GET /health",
    "GET /ready",
    "GET /metrics",  # for this machine, or with a token: test_health.py
    "GET /context/{token}",  # the link is the key, and opens once: test_link.py
    "POST /context/{token}",
    "GET /staff/sign-in",
    "POST /staff/sign-in",
    "POST /staff/sign-out",
    "GET /staff/password",  # for whoever is signed in, in whatever role: test_sign_in.py
    "POST /staff/password",
}
"""Routes that ask for no role. Whoever adds one has thought about strangers."""
ROLES = {
    "/desk": Role.AGENT,
    "/practice": Role.AGENT,
    "/practice/team": Role.SUPERVISOR,
    "/practice/assign": Role.SUPERVISOR,
    "/practice/withdraw": Role.SUPERVISOR,
    "/practice/exercises": Role.SUPERVISOR,
    "/wallboard": Role.SUPERVISOR,
    "/live": Role.SUPERVISOR,
    "/reports": Role.SUPERVISOR,
    "/admin": Role.ADMIN,
    "/staff/people": Role.ADMIN,
}
"""Who may go below a path; the longest that fits counts."""
GIVEN: dict[str, Any] = {"settings": WebRtc(), "company": "Musterfirma", "parts": {}}
"""What parts look at when they are made; all else is looked at by their routes only."""


@cache
def all_parts() -> tuple[Part, ...]:
    return tuple(_made())


def _made() -> Iterator[Part]:
    """What every `…_part` function below `ivr.web` makes, whoever uses it."""
    for module in pkgutil.walk_packages(ivr.web.__path__, "ivr.web."):
        for name, make in vars(importlib.import_module(module.name)).items():
            mine = getattr(make, "__module__", "") == module.name
            if not (mine and inspect.isfunction(make) and name.endswith("_part")):
                continue
            if name == "sign_in_part":
                continue  # The shell brings it along.
            needed = inspect.signature(make).parameters.values()
            yield make(
                **{
                    each.name: GIVEN.get(each.name, MagicMock())
                    for each in needed
                    if each.default is each.empty
                }
            )


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_shell(tmp_path, all_parts()) as running:
        for role in Role:
            await running.add(role.value, role)
        await running.add("new", Role.ADMIN, settled=False)
        yield running


def ways_in(app: FastAPI) -> Iterator[tuple[str, str, Role | None]]:
    """Method, path and the role it takes, of each route; all of them are decided about."""
    unknown = []
    for route in iter_route_contexts(app.routes):
        path, methods = route.path or "", route.methods
        if path == "/static":
            continue
        assert methods, f"{path}: tell this test how to ask a {route.original_route}"
        for method in sorted(methods):
            fitting = [each for each in ROLES if f"{path}/".startswith(f"{each}/")]
            if f"{method} {path}" in PUBLIC:
                yield method, path, None
            elif fitting:
                yield method, path, ROLES[max(fitting, key=len)]
            else:
                unknown.append(f"{method} {path}")
    assert not unknown, "who may go there? Say so in PUBLIC or ROLES"


async def test_every_way_in_is_decided_about_and_none_is_forgotten(house: House) -> None:
    found = list(ways_in(house.app))
    assert {f"{method} {path}" for method, path, role in found if role is None} == PUBLIC
    for path in ROLES:
        assert any(way.startswith(path) for _, way, role in found if role), path


@pytest.mark.parametrize("who", [None, "new", *Role])
async def test_nobody_gets_further_than_their_role(house: House, who: str | None) -> None:
    wrong = []
    async with house.browser() as browser:
        if who is not None:
            await browser.sign_in(who)
        headers = {"X-CSRF-Token": csrf(await browser.get("/nowhere"))}
        for route in iter_route_contexts(house.app.routes):
            if isinstance(route.original_route, APIRoute):
                route.dependant.call = _passed
        for method, path, role in ways_in(house.app):
            if role is None:
                continue
            asked = re.sub(r"\{[^}]*\}", "1", path)
            answer = await browser.request(method, asked, headers=headers)
            if not _as_due(answer, who, role):
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


async def _passed(**_given: object) -> PlainTextResponse:
    return PlainTextResponse("passed")


def _as_due(answer: httpx.Response, who: str | None, role: Role) -> bool:
    there = answer.headers.get("location", "")
    if who is None:
        return answer.status_code == 303 and there.startswith("/staff/sign-in")
    if who == "new":
        return answer.status_code == 303 and there == "/staff/password"
    if not Role(who).covers(role):
        return answer.status_code == 403 and "freigegeben" in answer.text
    # What is sent is nothing that a route could use: 422 comes after the guard.
    return answer.text == "passed" or answer.status_code == 422
