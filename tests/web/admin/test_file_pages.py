"""Import and export in the console: all of a file or none of it, and lossless."""

import io
import re
import zipfile
from pathlib import Path

from ivr.core.training import Body
from tests.web.admin.console import Office, open_office
from tests.web.admin.forms import hidden
from tests.web.shell import Browser, csrf

HOME = "/admin/files"
OLD = "## intent:spare_parts\n- haben Sie [Ersatzteile](part)\n- gibt es Ersatzteile\n"


async def upload(browser: Browser, files: dict[str, bytes], way: str = "add") -> tuple[int, str]:
    token = csrf(await browser.get(HOME))
    sent = [("files", (name.replace("__", "."), data)) for name, data in files.items()]
    answer = await browser.post(f"{HOME}/import", data={"csrf": token, "way": way}, files=sent)
    return answer.status_code, answer.text


async def bodies(office: Office) -> dict[tuple[str, str], Body]:
    content = await office.room.desk.content()
    return {(each.kind, each.name): each.body for each in content.pieces}


async def test_old_markdown_is_added(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        status, _page = await upload(await office.admin(), {"nlu__md": OLD.encode()})
        assert status == 200
        made = await office.room.desk.intent("spare_parts")
        assert made is not None
        assert len(made.examples) == 2


async def test_a_wrong_line_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        wrong = b'intent;text\nspare_parts;gut\nspare_parts;[schlecht]{"entity"}\n'
        status, page = await upload(await office.admin(), {"a__csv": wrong})
        assert status == 422
        assert '<td class="figures">3</td>' in page
        assert await office.room.desk.intent("spare_parts") is None


def strangers_bot(*, broken: bool = False) -> dict[str, bytes]:
    """Three hundred questions: half as Rasa 1 wrote them, half as Rasa 3 does, with an answer."""
    old = "".join(
        f"## intent:alt_{at}\n- Frage {at} zum [Tarif {at}](tarif)\n- noch eine Frage {at}\n\n"
        for at in range(150)
    )
    new = 'version: "3.1"\nnlu:\n' + "".join(
        f"- intent: neu_{at}\n  examples: |\n    - Anliegen {at}\n    - mein Anliegen {at}\n"
        for at in range(150)
    )
    domain = "templates:\n  utter_gruss:\n  - text: Guten Tag\n"
    if broken:
        old, new = old + "verirrt\n", new + "- intent: ohne_beispiele\n"
    texts = {"nlu__md": old, "data__yml": new, "domain__yml": domain}
    return {name: text.encode() for name, text in texts.items()}


async def test_a_strangers_bot_of_hundreds_of_intents_comes_whole_or_not_at_all(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office:
        anna = await office.admin()
        before = (await office.room.desk.content()).pieces
        status, page = await upload(anna, strangers_bot(broken=True))
        assert status == 422
        # The line after the last good one, in each of the two files.
        for file, line in (("nlu.md", 601), ("data.yml", 603)):
            assert file in page
            assert f'<td class="figures">{line}</td>' in page
        assert (await office.room.desk.content()).pieces == before
        status, page = await upload(anna, strangers_bot())
        assert status == 200, page
        lines = {line.name: line.examples for line in await office.room.desk.intents()}
        assert {lines[f"{kind}_{at}"] for kind in ("alt", "neu") for at in range(150)} == {2}


async def test_a_whole_import_is_taken_back_at_once_or_not_at_all(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna = await office.admin()
        before = await bodies(office)
        _status, page = await upload(anna, strangers_bot())
        assert "Diesen Import zurücknehmen" in page
        fields = hidden(page.split("/admin/changes/undo")[1])
        # Somebody goes on with one of its intents.
        await office.room.desk.add_examples("alt_7", ["und noch eine"], "Bert")
        with_more = await bodies(office)
        refused = await anna.post("/admin/changes/undo", data=fields)
        assert refused.status_code == 409
        assert "alt_7" in refused.text
        assert await bodies(office) == with_more
        (newest, *_) = await office.room.desk.past.changes(limit=1)
        await office.room.desk.past.undo(newest.number, "Bert")
        assert (await anna.post("/admin/changes/undo", data=fields)).status_code == 303
        assert await bodies(office) == before


async def test_the_history_shows_an_import_as_one(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna = await office.admin()
        await upload(anna, strangers_bot())
        for at in range(35):
            await office.room.desk.add_examples("hours", [f"Frage Nummer {at}"], "Bert")
        page = (await anna.get("/admin/changes")).text
        assert "Absicht: 300" not in page
        older = re.findall(r'href="/admin/changes\?before=(\d+)"', page)[0]
        page = (await anna.get("/admin/changes", params={"before": older})).text
        assert "Absicht: 300" in page
        number = re.findall(r'href="/admin/changes/of/(\d+)"', page)[0]
        save = (await anna.get(f"/admin/changes/of/{number}")).text
        assert re.search(r"30\d Änderungen auf einmal", save)
        assert save.count('class="change"') == 50


async def test_what_would_be_replaced_is_told_first(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna = await office.admin()
        before = await bodies(office)
        _status, page = await upload(anna, {"nlu__md": OLD.encode()}, "replace")
        assert "Absicht: 2" in page
        assert "4 Beispiele sind danach nicht mehr da." in page
        assert await bodies(office) == before
        fields = hidden(page.split("/admin/files/replace")[1])
        # What was shown is no longer true: it is shown again.
        await office.room.desk.add_examples("hours", ["ab wann"], "Bert")
        page = (await anna.post(f"{HOME}/replace", data=fields)).text
        assert "5 Beispiele sind danach nicht mehr da." in page
        fields = hidden(page.split("/admin/files/replace")[1])
        done = await anna.post(f"{HOME}/replace", data=fields)
        assert done.status_code == 200
        assert [line.name for line in await office.room.desk.intents()] == ["spare_parts"]
        lost = await anna.post(f"{HOME}/replace", data={**fields, "token": "0" * 32})
        assert lost.status_code == 410


async def test_what_is_put_out_can_be_read_in_again(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        before = (await office.room.desk.content()).pieces
        packed = (await browser.get(f"{HOME}/project.zip")).content
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert "data/rules.yml" in archive.namelist()
        status, _page = await upload(browser, {"alles__zip": packed})
        assert status == 200
        after = (await office.room.desk.content()).pieces
        assert [(each.kind, each.name, each.body) for each in after] == [
            (each.kind, each.name, each.body) for each in before
        ]


async def test_an_archive_that_is_none(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        status, page = await upload(await office.admin(), {"alles__zip": b"PK\x03\x04 no"})
        assert status == 422
        assert "Archiv" in page


async def test_products_come_and_go_as_a_table(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        table = (await browser.get(f"{HOME}/products.csv")).content
        assert "29,90" in table.decode("utf-8-sig") or "29,9" in table.decode("utf-8-sig")
        token = csrf(await browser.get(HOME))
        answer = await browser.post(
            f"{HOME}/products", data={"csrf": token}, files={"file": ("p.csv", table)}
        )
        assert answer.status_code == 200
        (piece,) = await office.room.shelf.pieces("fact")
        assert piece.body["value"][0]["name"] == "Wasserkocher"
