"""A hotline with a desk: real office, lines, pages and database; scripted engines behind them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from fastapi import FastAPI

from ivr.app.desk import DeskParts, open_desk
from ivr.app.desk_pages import agent_names, open_house
from ivr.app.practice_call import Ground
from ivr.app.practice_pages import open_practice_pages
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.company import load_company
from ivr.config.desk import Desk as DeskSettings
from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.settings import Hotline, Settings, Turns
from ivr.config.wallboard import Wallboard
from ivr.config.webrtc import WebRtc
from ivr.core.ports import Recognizer, Voice
from ivr.desk.report_desk import ReportDesk
from ivr.dialogue.script import Script
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import SileroVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.desk_reports import SqlLedgers
from ivr.store.journal import Journal
from ivr.store.practice import SqlPractice
from ivr.store.sql import SqlStore, open_store
from ivr.understanding.scripted import ScriptedUnderstanding
from ivr.web.calls.part import calls_part
from ivr.web.calls.reception import Reception
from ivr.web.desk.history import history_part
from ivr.web.desk.house import House
from ivr.web.desk.link import link_part
from ivr.web.desk.part import desk_part
from ivr.web.desk.wall import wall_part
from ivr.web.reports.part import reports_part
from tests.call.virtual import SCRIPT
from tests.web.shell import House as Staff
from tests.web.shell import running_shell

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLAN = f"""
queues = [{{id = "service", name = "Kundenservice"}}, {{id = "technik", name = "Technik"}}]

[[sites]]
id = "haus"
name = "Kassel"
[sites.hours]
on_holidays = true
{chr(10).join(f'{day} = ["0:00-24:00"]' for day in DAYS)}
"""
"""Somebody is on duty whenever the tests run."""
CLOSED = '[[sites]]\nid = "haus"\nname = "Kassel"\n[sites.hours]\non_holidays = true\n'
"""Nobody ever is."""
ANSWERS: dict[str, tuple[str, ...]] = {
    "human_agent": ("Der Versand kostet 4,90 Euro.", "Die Rückgabe ist 30 Tage lang möglich.")
}


@dataclass
class Workshop:
    """What tests need of it."""

    app: FastAPI
    staff: Staff
    desk: DeskParts
    house: House
    register: Register
    reception: Reception
    store: SqlStore


@asynccontextmanager
async def open_workshop(
    folder: Path,
    *,
    voice: Voice | None = None,
    heard: Iterable[str] | None = None,
    recognizer: Recognizer | None = None,
    script: Script = SCRIPT,
    suggest: Callable[[str], tuple[str, ...]] = lambda intent: ANSWERS.get(intent, ()),
    plan: str = PLAN,
) -> AsyncIterator[Workshop]:
    """`heard` is what the recognizer makes of the utterances of both sides, in turn."""
    company = load_company(PROGRAM_FOLDER / "company.toml")
    plan_file = folder / "desk.toml"
    plan_file.write_text(plan, encoding="utf-8")
    # Nothing is taken from an agent because the machine is busy.
    patient = DeskSettings(plan=plan_file, offer_s=120, wrap_up_s=600)
    settings = Settings(hotline=Hotline(data_dir=folder), desk=patient)
    store = await open_store(folder / "hotline.sqlite", client=company.id)
    try:
        async with Journal(store) as journal, open_desk(settings, company, store) as desk:
            engines = Engines(
                vad=SileroVad,
                recognizer=recognizer or ScriptedRecognizer(heard),
                voice=voice or ScriptedVoice(),
                understanding=ScriptedUnderstanding(),
                journal=journal,
                meter=Metrics(),
                turns=Turns(),
                desk=desk.office,
                suggest=suggest,
            )
            async with _open_pages(folder, store, desk, engines, script) as shop:
                yield shop
    finally:
        await store.close()


@asynccontextmanager
async def _open_pages(
    folder: Path, store: SqlStore, desk: DeskParts, engines: Engines, script: Script
) -> AsyncIterator[Workshop]:
    company, webrtc = desk.company, WebRtc()
    register = Register(company.id, engines, lambda: script)
    reports = ReportDesk(SqlLedgers(store.sessions), desk.plan, company.zone, company.id)
    runs = SqlPractice(store.sessions, company.id)
    ground = Ground(company.name, company.id, desk.premises, engines, lambda: script, runs)
    async with (
        Reception(register, webrtc) as reception,
        open_house(desk, register, webrtc) as house,
        open_practice_pages(ground, house) as practice,
        running_shell(
            folder,
            [
                calls_part(reception, webrtc, company.name),
                desk_part(house),
                history_part(house, store),
                wall_part(house, reports, Wallboard()),
                reports_part(reports, desk.plan, partial(agent_names, house)),
                link_part(desk.links, desk.store),
                practice,
            ],
        ) as staff,
    ):
        yield Workshop(staff.app, staff, desk, house, register, reception, store)


@asynccontextmanager
async def worn(browser: httpx.AsyncClient, token: Mapping[str, str]) -> AsyncIterator[WebRtcLeg]:
    """A headset, connected as the page of who has signed in does it; the wearer's end of it."""
    theirs = WebRtcLeg(WebRtc())
    peer = theirs.make_peer()
    try:
        offer = {"sdp": await peer.offer(), "page": "window"}
        told = await browser.post("/desk/headset", json=offer, headers=dict(token))
        await peer.accepted(told.json()["sdp"])
        theirs.attach(peer)
        assert await theirs.connected()
        yield theirs
    finally:
        await theirs.hang_up()


async def until(true: Callable[[], bool]) -> None:
    """Wait for what other tasks bring about, which takes them no more than moments."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - nobody else needs an event for it
            await asyncio.sleep(0.02)
