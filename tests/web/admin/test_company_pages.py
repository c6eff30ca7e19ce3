"""The company's facts in the console."""

from pathlib import Path

from ivr.training.company import CompanyDesk
from tests.web.admin.console import open_office, profile
from tests.web.admin.forms import send

HOURS = "/admin/company/hours"


async def test_hours_are_written_as_people_write_them(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        sent = await send(browser, HOURS, HOURS, version="0", monday="9–12:30 Uhr, 14-18",
            day="24.12.", day_hours="", reason="Heiligabend")  # fmt: skip
        assert sent.status_code == 303
        hours, version = await CompanyDesk(office.room.shelf, profile).section("hours")
        assert hours["monday"] == ["9-12:30", "14-18"]
        assert hours["tuesday"] == []
        assert hours["exceptions"] == [{"day": "24.12.", "hours": [], "reason": "Heiligabend"}]
        assert version == 1


async def test_wrong_hours_are_shown_again_with_the_reason(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        wrong = await send(browser, HOURS, HOURS, version="0", monday="morgens")
        assert wrong.status_code == 422
        assert 'value="morgens"' in wrong.text
        assert await office.room.shelf.pieces("fact") == []


async def test_a_notice_holds_at_once(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        page = "/admin/company/notices"
        await send(browser, page, page, version="0", text="Heute Störung.", since="", until="")
        now, _version = await CompanyDesk(office.room.shelf, profile).section("notices")
        assert now == [{"text": "Heute Störung."}]


async def test_each_section_has_its_page(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        for section, shown in {
            "contact": "Königsstraße 12",
            "greeting": "Sprachassistent",
            "shipping": "4,90",
            "terms": "Lastschrift",
            "appointments": "Reparaturannahme",
            "products": "29,90",
            "agents": "9:00-16:00",
        }.items():
            assert shown in (await browser.get(f"/admin/company/{section}")).text
        assert (await browser.get("/admin/company/orders")).status_code == 404


async def test_two_admins_on_one_section(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna, bert = await office.admin("anna"), await office.admin("bert")
        page = "/admin/company/notices"
        await send(anna, page, page, version="0", text="Von Anna", since="", until="")
        late = await send(bert, page, page, version="0", text="Von Bert", since="", until="")
        assert late.status_code == 409
        assert "Von Anna" in late.text
        assert "Von Bert" in late.text
