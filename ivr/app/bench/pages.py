"""How long the admins' pages take with much content and many calls: a browser that is signed in
asks for each of them over HTTP, in the program that makes them."""

import random
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import insert

from ivr.app.bench.figures import Report, at_most, median
from ivr.app.console import console_part
from ivr.app.hotline import open_company_store
from ivr.app.live_company import LiveCompany
from ivr.app.recordings import sound_folder
from ivr.app.training import TrainingRoom, open_training
from ivr.config.desk_plan import load_plan
from ivr.config.settings import Settings
from ivr.core.staff import Role
from ivr.core.training import Edit
from ivr.speech.voices.pico import PicoVoice
from ivr.store.clients import client_id_of
from ivr.store.sql import SqlStore
from ivr.store.staff import StaffStore
from ivr.store.tables import CallRow, TurnRow
from ivr.training import pieces as p
from ivr.training.examples import marked, plain
from ivr.web.app import Shell, make_app
from ivr.web.server import serve
from ivr.web.staff.entrance import Entrance
from ivr.web.staff.passwords import Passwords

Say = Callable[[str], None]
TARGET_S = 0.3
INTENTS = 215
EXAMPLES = 9_500
TURNS = 50_000
_TURNS_A_CALL = 10
_EDITS = 300
"""Changes that admins have made by hand."""
_NAME, _PASSWORD = "bench", "ein Satz für den Prüfstand"
_TOKEN = re.compile(r'X-CSRF-Token": "([^"]+)"')


async def bench_pages(settings: Settings, report: Report, say: Say, *, quick: bool) -> None:
    """Fill `report` with the time of every page of the console."""
    live = LiveCompany(settings.hotline.company)
    store = await open_company_store(settings, live.current)
    voice = PicoVoice()
    try:
        room = open_training(settings, live, store)
        say(f"{INTENTS} intents, {EXAMPLES} examples, {TURNS} turns are made up")
        await room.seed()
        names = await fill_content(room)
        await fill_calls(store, live.current.id, room, names)
        plan = load_plan(settings.desk.plan, live.current)
        part = await console_part(room, sound_folder(settings), voice, plan)
        passwords, staff = Passwords(), StaffStore(store.sessions)
        entrance = Entrance(staff, settings.web, passwords)
        app = make_app(Shell(live.current.name, live.current.zone, entrance), [part])
        await _make_admin(staff, passwords)
        async with serve(app, "127.0.0.1", 0, "web.port") as port, _signed_in(port) as browser:
            say("every page of the console")
            await _measure(browser, await _pages(room, names), report, 2 if quick else 7)
    finally:
        await voice.close()
        await store.close()


async def _measure(
    browser: httpx.AsyncClient, pages: Mapping[str, Sequence[str]], report: Report, times: int
) -> None:
    for path in pages["read"]:
        took = [await _took(browser, "GET", path) for _ in range(times)]
        _add(report, path, took)
    for path in pages["hints"]:
        examples = '[{"words": "wie lange haben Sie denn heute geöffnet", "marks": []}]'
        took = [
            await _took(browser, "POST", path, data={"examples": examples}) for _ in range(times)
        ]
        _add(report, f"{path} of what is not saved", took)


def _add(report: Report, name: str, took: Sequence[tuple[float, float]]) -> None:
    seconds, processor = [each for each, _ in took], [each for _, each in took]
    note = f"slowest of {len(took)}: {max(seconds):.2f} s; processor {median(processor):.2f} s"
    report.add("console, median", at_most(name, median(seconds), "s", TARGET_S, note))


async def _took(
    browser: httpx.AsyncClient, method: str, path: str, **more: Any
) -> tuple[float, float]:
    """Seconds until the page is there, and seconds of processor: those tell more where other
    work keeps the machine busy."""
    began, worked = time.monotonic(), time.process_time()
    answer = await browser.request(method, path, **more)
    answer.raise_for_status()
    return time.monotonic() - began, time.process_time() - worked


async def _pages(room: TrainingRoom, names: Sequence[str]) -> dict[str, list[str]]:
    lines = await room.content.intents()
    largest = max(lines, key=lambda line: line.examples).name
    shipped = (await room.content.past.saves())[-1].number
    answer = next(iter((await room.content.content()).of(p.ANSWER)))
    at = "/admin/intents"
    read = [
        "/admin/inbox",
        at,
        f"{at}?q=rechnung",
        f"{at}/hints",
        f"{at}/names?q=bes",
        f"{at}/{largest}",
        f"{at}/{largest}/hints",
        "/admin/answers",
        f"/admin/answers/{answer}",
        "/admin/words",
        "/admin/company/products",
        "/admin/models",
        "/admin/try",
        "/admin/reports?days=30",
        "/admin/reports?days=90",
        "/admin/files",
        "/admin/changes",
        f"/admin/changes?kind=intent&name={names[0]}",
        f"/admin/changes/of/{shipped}",
    ]
    return {"read": read, "hints": [f"{at}/{largest}/hints"]}


async def fill_content(room: TrainingRoom) -> list[str]:
    """What ships, and further intents of its words up to so many; then some work by hand. The
    names of the further ones."""
    chance = random.Random(1)  # noqa: S311 - the same each time
    content = await room.content.content()
    shipped = content.of(p.INTENT)
    said = [plain(marked(each)) for piece in shipped.values() for each in piece.body["examples"]]
    words = sorted({word for text in said for word in text.split() if word.isalpha()})
    names = [f"frage_{at}" for at in range(INTENTS - len(shipped))]
    share, rest = divmod(max(0, EXAMPLES - len(said)), len(names))
    edits = [
        Edit(p.INTENT, name, p.new_intent(examples=_made_up(chance, words, share + (at < rest))))
        for at, name in enumerate(names)
    ]
    await room.content.save(edits, "bench", p.IMPORT)
    for _ in range(_EDITS):
        await room.content.add_examples(chance.choice(names), _made_up(chance, words, 1), "bench")
    return names


def _made_up(chance: random.Random, words: Sequence[str], count: int) -> list[str]:
    return [" ".join(chance.sample(words, chance.randint(4, 9))) for _ in range(count)]


async def fill_calls(
    store: SqlStore, client: str, room: TrainingRoom, names: Sequence[str]
) -> None:
    """Calls of the last three months: callers say examples, with more or less luck."""
    chance, now = random.Random(2), datetime.now(UTC)  # noqa: S311 - the same each time
    content = await room.content.content()
    said = [
        (plain(marked(each)), name)
        for name, piece in content.of(p.INTENT).items()
        for each in piece.body["examples"]
    ]
    async with store.sessions.writing() as session:
        mine = await client_id_of(session, client)
        calls = [
            _call(mine, at, now - timedelta(days=90 * chance.random()))
            for at in range(TURNS // _TURNS_A_CALL)
        ]
        await session.execute(insert(CallRow), calls)
        turns = [
            _turn(chance, call, seq, *chance.choice(said), names)
            for call in calls
            for seq in range(_TURNS_A_CALL)
        ]
        await session.execute(insert(TurnRow), turns)


def _call(client: int, at: int, began: datetime) -> dict[str, Any]:
    return {
        "call_id": f"bench{at}",
        "client_id": client,
        "line": "bench",
        "started_at": began,
        "ended_at": began + timedelta(minutes=2),
        "outcome": "answered" if at % 4 else "handed_over",
        "turns": _TURNS_A_CALL,
        "owner_host": "",
        "owner_pid": 0,
        "owner_started": "",
    }


def _turn(
    chance: random.Random,
    call: Mapping[str, Any],
    seq: int,
    text: str,
    intent: str,
    names: Sequence[str],
) -> dict[str, Any]:
    caller = seq % 2 == 1
    sure = chance.betavariate(9, 1)
    guesses = [[intent, sure], [chance.choice(names), (1 - sure) / 2]]
    return {
        "call_id": call["call_id"],
        "client_id": call["client_id"],
        "seq": seq,
        "who": "caller" if caller else "hotline",
        "text": text if caller else "Kann ich sonst noch etwas für Sie tun?",
        "start_s": 6.0 * seq,
        "end_s": 6.0 * seq + 4.0,
        "intent": intent if caller else None,
        "confidence": sure if caller else None,
        "asr_confidence": 0.9 if caller else None,
        "understood": sure > 0.4 if caller else None,
        "guesses": [{"intent": name, "confidence": share} for name, share in guesses]
        if caller
        else None,
        "model": "bench" if caller else None,
    }


async def _make_admin(staff: StaffStore, passwords: Passwords) -> None:
    hashed = await passwords.hash(_PASSWORD)
    person = await staff.add(_NAME, "Bench", Role.ADMIN, hashed, datetime.now(UTC))
    if person is not None:
        await staff.set_password(person.id, hashed, must_change=False)


@asynccontextmanager
async def _signed_in(port: int) -> AsyncIterator[httpx.AsyncClient]:
    """A browser, as far as pages go."""
    address = f"http://127.0.0.1:{port}"
    headers = {"accept": "text/html"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as browser:
        page = await browser.get("/staff/sign-in")
        form = {"name": _NAME, "password": _PASSWORD, "csrf": _token(page)}
        await browser.post("/staff/sign-in", data=form)
        page = await browser.get("/admin/files")
        page.raise_for_status()
        browser.headers["X-CSRF-Token"] = _token(page)
        yield browser


def _token(page: httpx.Response) -> str:
    found = _TOKEN.search(page.text)
    return found[1] if found else ""
