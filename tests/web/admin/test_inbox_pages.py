"""The inbox in the console: what is shown, decided, learned and taken back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.audio.wav import read_wav
from ivr.core.pcm import Pcm
from ivr.core.staff import Role
from ivr.store.sounds import SoundFolder
from tests.training import test_inbox as calls
from tests.web.admin.console import Office, open_office
from tests.web.admin.forms import send

IDS = 'data-ids="'


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calls were this morning: the inbox looks back a month."""
    monkeypatch.setattr(calls, "NOON", datetime.now(UTC) - timedelta(hours=3))


async def filled(office: Office) -> None:
    await calls.call(office.room, "a", calls.said("ich heiße Kowalski und will Preise", sure=0.3))
    await calls.call(office.room, "b", calls.said("Brummbär", "hours", 0.2, understood=False))


async def test_what_tells_of_a_person_is_not_shown_as_it_was_said(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await filled(office)
        page = (await (await office.admin()).get("/admin/inbox")).text
        head = page.split('class="item-text"')
        assert any("Müller" in each.split("</p>")[0] for each in head)
        assert not any("Kowalski" in each.split("</p>")[0] for each in head[1:])


async def test_one_decision_teaches_and_can_be_taken_back(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await filled(office)
        browser = await office.admin()
        fields = {"ids": "b:0", "verdict": "other", "intent": "price"}
        page = (await browser.get("/admin/inbox")).text
        fields["ids"] = next(
            each.split('"')[0] for each in page.split(IDS)[1:] if each.startswith("b:")
        )
        made = (await send(browser, "/admin/inbox", "/admin/inbox/decide", **fields)).json()
        assert made["example"] == "Brummbär"
        price = await office.room.desk.intent("price")
        assert price is not None
        assert "Brummbär" in price.examples
        assert "Brummbär" not in (await browser.get("/admin/inbox")).text
        numbers = " ".join(map(str, made["numbers"]))
        await send(browser, "/admin/inbox", "/admin/inbox/undo", numbers=numbers)
        assert "Brummbär" in (await browser.get("/admin/inbox")).text
        price = await office.room.desk.intent("price")
        assert price is not None
        assert "Brummbär" not in price.examples


async def test_a_new_intent_comes_of_what_was_said(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await filled(office)
        browser = await office.admin()
        page = (await browser.get("/admin/inbox")).text
        ids = next(each.split('"')[0] for each in page.split(IDS)[1:] if each.startswith("b:"))
        await send(
            browser, "/admin/inbox", "/admin/inbox/decide",
            ids=ids, verdict="new", text="Brummbär", wording="Der ist im Zoo.",
        )  # fmt: skip
        made = await office.room.desk.intent("brummbaer")
        assert made is not None
        assert made.examples == ("Brummbär",)
        assert made.line.follow.target == "utter_brummbaer"


async def test_what_is_decided_already_is_said(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        answer = await send(
            browser, "/admin/inbox", "/admin/inbox/decide", ids="weg:1", verdict="right"
        )
        assert answer.status_code == 409


async def test_the_second_admin_is_told_who_was_quicker(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await filled(office)
        anna, bert = await office.admin("anna"), await office.admin("bert")
        page = (await anna.get("/admin/inbox")).text
        ids = next(each.split('"')[0] for each in page.split(IDS)[1:] if each.startswith("b:"))
        fields = {"ids": ids, "verdict": "new", "wording": "Der ist im Zoo."}
        made = await send(anna, "/admin/inbox", "/admin/inbox/decide", text="Wo ist er", **fields)
        assert made.status_code == 200
        late = await send(bert, "/admin/inbox", "/admin/inbox/decide", text="Ein Bär", **fields)
        assert late.status_code == 409
        assert "Anna hat das schon entschieden." in late.text
        numbers = " ".join(map(str, made.json()["numbers"]))
        await send(anna, "/admin/inbox", "/admin/inbox/undo", numbers=numbers)
        assert {line.name for line in await office.room.desk.intents()} == {"hours", "price"}


async def test_every_recorded_one_of_a_group_can_be_heard(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        async with SoundFolder(tmp_path / "recordings", 30) as sounds:
            for name in "ac":
                sounds.keep(name, "1", Pcm(bytes(3200), 16_000))
        for name in "abc":
            # The one that was not kept any longer names a sound as well.
            turn = calls.said("Brummbär", "hours", 0.2, understood=False, audio="1")
            await calls.call(office.room, name, turn)
        anna = await office.admin()
        page = (await anna.get("/admin/inbox")).text
        for name, there in (("a", True), ("b", False), ("c", True)):
            address = f"/admin/inbox/sound/{name}/1"
            assert (address in page) is there
            assert (await anna.get(address)).status_code == (200 if there else 404)


async def test_what_was_said_around_it_is_hidden_as_well_and_shown_on_demand(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office:
        await calls.call(
            office.room,
            "a",
            calls.said("meine Frage ist anders", sure=0.3),
            calls.said("mein Name ist Özdemir"),
        )
        page = (await (await office.admin()).get("/admin/inbox")).text
        item = page.split('data-ids="a:')[1].split("</article>")[0]
        context, shown = item.split("<details>", 1)
        assert "Özdemir" not in context
        assert "mein Name ist" in context
        assert "Özdemir" in shown


async def test_what_was_said_is_heard_by_admins_alone(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        async with SoundFolder(tmp_path / "recordings", 30) as sounds:
            sounds.keep("b", "1", Pcm(bytes(3200), 16_000))
        turn = calls.said("Brummbär", "hours", 0.2, understood=False, audio="1")
        await calls.call(office.room, "b", turn)
        anna = await office.admin()
        address = "/admin/inbox/sound/b/1"
        assert address in (await anna.get("/admin/inbox")).text
        heard = await anna.get(address)
        assert heard.headers["content-type"] == "audio/wav"
        assert read_wav(tmp_path / "recordings" / "b" / "1.wav").data in heard.content
        part = await anna.get(address, headers={"Range": "bytes=0-9"})
        assert part.status_code == 206
        for wrong in ("b/2", "../b/1", "b/..%2F1"):
            assert (await anna.get(f"/admin/inbox/sound/{wrong}")).status_code == 404
        for role in (Role.SUPERVISOR, Role.AGENT):
            other = await office.admin(role.value, role)
            assert (await other.get(address)).status_code == 403
        assert (await office.house.browser().get(address)).status_code in (303, 401)
        sounds.discard("b")
        assert address not in (await anna.get("/admin/inbox")).text
