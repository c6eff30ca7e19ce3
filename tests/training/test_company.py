"""Facts of the company change at once, and never into something that is not valid."""

import asyncio
from pathlib import Path

from ivr.app.live_company import LiveCompany
from ivr.app.script import make_script
from ivr.config.company import Company
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.training import Edit
from ivr.training.company import CompanyDesk
from ivr.training.outcomes import Refused, Saved
from tests.training.rooms import open_room

PROFILE = PROGRAM_FOLDER / "company.toml"


async def test_changed_facts_are_told_from_the_next_look_on(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        live = LiveCompany(PROFILE)
        desk = CompanyDesk(room.shelf, lambda: live.profile)
        told: list[Company] = []

        async def tell(company: Company) -> None:
            told.append(company)

        live.on_change(tell)
        contact, version = await desk.section("contact")
        contact = {**contact, "parking": "Parken können Sie im Hof."}
        assert isinstance(await desk.set_section("contact", contact, version, "eva"), Saved)
        news = [{"text": "Heute gibt es eine Störung im Raum Kassel."}]
        assert isinstance(await desk.set_section("notices", news, 0, "eva"), Saved)
        await live.refresh(room.shelf)
        await live.refresh(room.shelf)
        assert [company.contact.parking for company in told] == ["Parken können Sie im Hof."]
        script = make_script(default_settings(PROGRAM_FOLDER), live.current)
        assert script.greeting.startswith("Heute gibt es eine Störung")
        kept, version = await desk.section("contact")
        assert kept == contact
        assert isinstance(await desk.reset_section("contact", version, "eva"), Saved)
        await live.refresh(room.shelf)
        assert live.current.contact == LiveCompany(PROFILE).current.contact


async def test_what_makes_no_valid_profile_is_refused_with_its_place(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        live = LiveCompany(PROFILE)
        desk = CompanyDesk(room.shelf, lambda: live.profile)
        hours, _ = await desk.section("hours")
        refused = await desk.set_section("hours", {**hours, "monday": ["25:00-26:00"]}, 0, "eva")
        assert isinstance(refused, Refused)
        assert refused.place.startswith("hours.monday")
        # Known orders are for products: all of them cannot go.
        assert isinstance(await desk.set_section("products", [], 0, "eva"), Refused)
        assert isinstance(await desk.set_section("name", "Andere", 0, "eva"), Refused)
        table = "number;name;article;price;stock\n1;Kocher;der;teuer;1\n"
        assert isinstance(await desk.import_products(table, 0, "eva"), Refused)
        assert await room.shelf.pieces("fact") == []


async def test_two_admins_on_one_fact(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        live = LiveCompany(PROFILE)
        desk = CompanyDesk(room.shelf, lambda: live.profile)
        outcomes = await asyncio.gather(
            *(desk.set_section("notices", [{"text": name}], 0, name) for name in ("eva", "max"))
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["Refused", "Saved"]


async def test_words_that_were_taught_are_expected(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        live = LiveCompany(PROFILE)
        words = live.words
        before = len(words)
        await room.shelf.change([Edit("word", "Brotröster", {})], "eva")
        await live.refresh(room.shelf)
        assert words[-1] == "Brotröster"
        assert len(words) == before + 1
