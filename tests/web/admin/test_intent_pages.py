"""Intents in the console: what admins see, change, and take back."""

import json
import re
from html import unescape
from pathlib import Path

from ivr.core.staff import Role
from ivr.core.training import Edit
from ivr.training.pieces import ANSWER, DOMAIN_FILE, INTENT, PART, RULE, new_intent
from tests.web.admin.console import Office, open_office
from tests.web.admin.forms import hidden, send


def rows(*examples: str) -> str:
    return json.dumps([{"raw": each} for each in examples])


async def names(office: Office, intent: str) -> list[str]:
    page = await office.room.desk.intent(intent)
    assert page is not None
    return [str(each) for each in page.examples]


async def test_only_admins_come_in(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        supervisor = await office.admin("sven", role=Role.SUPERVISOR)
        for path in ("/admin/intents", "/admin/intents/hours", "/admin/changes", "/admin/answers"):
            assert (await supervisor.get(path)).status_code == 403


async def test_a_list_is_searched_by_what_callers_say(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        everything = (await browser.get("/admin/intents")).text
        assert "hours" in everything
        assert "price" in everything
        found = (await browser.get("/admin/intents", params={"q": "teuer"})).text
        assert "/admin/intents/price" in found
        assert "/admin/intents/hours" not in found


async def test_a_new_question_needs_no_name_and_no_second_form(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        answer = await browser.send_form(
            "/admin/intents/new",
            question="Haben Sie auch Ersatzteile?",
            examples="gibt es Ersatzteile\n- verkaufen Sie Ersatzteile",
            wording="Ja, die meisten haben wir auf Lager.",
        )
        assert answer.status_code == 303
        page = await office.room.desk.intent("ersatzteile")
        assert page is not None
        assert len(page.examples) == 3
        assert page.line.follow.target == "utter_ersatzteile"
        undone = await send(browser, "/admin/intents", "/admin/changes/undo",
            number=answer.headers["location"].split("saved=")[1], whole="yes")  # fmt: skip
        assert undone.status_code == 303
        assert await office.room.desk.intent("ersatzteile") is None


async def test_a_name_that_is_taken_keeps_what_was_written(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        answer = await browser.send_form(
            "/admin/intents/new", question="Wann ist auf?", name="hours", wording="Um acht."
        )
        assert answer.status_code == 422
        assert "Wann ist auf?" in answer.text
        assert "Um acht." in answer.text


async def test_marked_words_are_kept_as_entities(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        page = "/admin/intents/price"
        mark = {"start": 15, "end": 21, "entity": "product", "more": {"value": "Wasserkocher"}}
        sent = [
            {"raw": 'was kostet der [Kocher]{"entity": "product", "value": "Wasserkocher"}'},
            {"words": "wie teuer sind  Kocher", "marks": [mark | {"start": 16, "end": 22}]},
        ]
        answer = await send(
            browser, page, f"{page}/examples", version="1", examples=json.dumps(sent)
        )
        assert answer.status_code == 303
        assert await names(office, "price") == [
            'was kostet der [Kocher]{"entity": "product", "value": "Wasserkocher"}',
            'wie teuer sind [Kocher]{"entity": "product", "value": "Wasserkocher"}',
        ]
        shown = (await browser.get(page)).text
        assert shown.count('data-entity="product"') == 2


async def test_two_admins_do_not_overwrite_each_other(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna, bert = await office.admin("anna"), await office.admin("bert")
        page = "/admin/intents/hours"
        base = await names(office, "hours")
        await send(anna, page, f"{page}/examples", version="1", examples=rows(*base, "ist offen"))
        late = await send(
            bert, page, f"{page}/examples", version="1", examples=rows(base[0], "macht ihr auf")
        )
        assert late.status_code == 409
        assert "Anna" in late.text
        assert "ist offen" in late.text
        assert "macht ihr auf" in late.text
        assert await names(office, "hours") == [*base, "ist offen"]
        fields = hidden(late.text.split("<form")[-1])
        both = await bert.post(f"{page}/examples", data=fields)
        assert both.status_code == 303
        assert await names(office, "hours") == [base[0], "ist offen", "macht ihr auf"]


async def test_a_change_is_shown_and_taken_back(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        page = "/admin/intents/hours"
        base = await names(office, "hours")
        await send(browser, page, f"{page}/examples", version="1", examples=rows(base[0]))
        changes = await browser.get("/admin/changes", params={"kind": INTENT, "name": "hours"})
        assert "wie lange ist auf" in changes.text
        number = (await office.room.desk.past.changes(INTENT, "hours"))[0].number
        await send(browser, page, "/admin/changes/undo", number=str(number), back=page)
        assert await names(office, "hours") == base


async def test_a_name_with_a_slash_from_rasas_files_has_its_pages(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        name, answer = "faq/lieferung", "utter_faq/lieferung"
        variants = [{"text": "Morgen kommt es."}]
        edits = [
            Edit(INTENT, name, new_intent(examples=["wann kommt es"])),
            Edit(ANSWER, answer, {"file": DOMAIN_FILE, "variants": variants}),
        ]
        await office.room.shelf.change(edits, "eva")
        browser = await office.admin()
        page = f"/admin/intents/{name}"
        assert f'href="{page}"' in (await browser.get("/admin/intents")).text
        assert "wann kommt es" in (await browser.get(page)).text
        assert (await browser.get(f"{page}/hints")).status_code == 200
        await send(browser, page, f"{page}/switch", version="1", on="off")
        changed = await office.room.desk.intent(name)
        assert changed is not None
        assert not changed.line.on
        assert f'href="/admin/answers/{answer}"' in (await browser.get("/admin/answers")).text
        assert "Morgen kommt es." in (await browser.get(f"/admin/answers/{answer}")).text


async def test_an_intent_is_switched_off_and_gets_a_threshold(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        page = "/admin/intents/hours"
        await send(browser, page, f"{page}/switch", version="1", on="off")
        await send(browser, page, f"{page}/settings", version="2", threshold="72,5")
        line = (await office.room.desk.intents())[0]
        assert (line.on, line.threshold) == (False, 0.725)
        wrong = await send(browser, page, f"{page}/settings", version="3", threshold="viel")
        assert wrong.status_code == 422


async def test_what_follows_may_be_a_colleague(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        page = "/admin/intents/hours"
        await send(
            browser, page, f"{page}/follow", seen="99", then="hand_over",
            answer="utter_hours", queue="technik",
        )  # fmt: skip
        line = (await office.room.desk.intents())[0]
        assert (line.follow.then, line.follow.queue) == ("hand_over", "technik")


async def test_of_two_admins_who_set_what_follows_the_later_decides(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna, bert = await office.admin("anna"), await office.admin("bert")
        page = "/admin/intents/hours"
        seen = re.findall(r'name="seen" value="(\d+)"', (await bert.get(page)).text)[0]
        wish = {"then": "hand_over", "answer": "utter_hours", "queue": "technik"}
        await send(anna, page, f"{page}/follow", seen=seen, **wish)
        late = await send(
            bert, page, f"{page}/follow", seen=seen, then="end", answer="utter_hours", queue=""
        )
        assert late.status_code == 409
        assert "antworten und auflegen" in late.text
        assert (await office.room.desk.intents())[0].follow.queue == "technik"
        again = await bert.post(f"{page}/follow", data=hidden(late.text.split("<form")[-1]))
        assert again.status_code == 303
        assert (await office.room.desk.intents())[0].follow.then == "end"


async def test_an_answer_that_the_other_admin_deleted_can_be_saved_again(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        bert = await office.admin("bert")
        page = "/admin/answers/utter_hours"
        csrf_page = "/admin/answers"
        await office.room.shelf.change([Edit(ANSWER, "utter_hours", None)], "Anna")
        late = await send(bert, csrf_page, page, version="1", wording="Bis acht.")
        assert late.status_code == 409
        assert "inzwischen gelöscht" in late.text
        again = await bert.post(page, data=hidden(late.text.split("<form")[-1]))
        assert again.status_code == 303
        assert "Bis acht." in (await bert.get(page)).text


async def test_hints_come_while_examples_are_written(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        page = "/admin/intents/price"
        draft = json.dumps([{"words": "Wie lange ist auf?", "marks": []}])
        found = await send(browser, page, f"{page}/hints", examples=draft)
        assert "steht auch bei „hours“" in found.text
        assert 'data-example="0"' in found.text
        assert len(await names(office, "price")) == 2
        new = "/admin/intents/new"
        found = await send(
            browser, new, f"{new}/hints", question="Gibt es Rabatt?", examples="Wie lange ist auf?"
        )
        assert "steht auch bei „hours“" in found.text
        without_token = await browser.post(f"{page}/hints", data={"examples": draft})
        assert without_token.status_code == 403


async def test_every_hint_leads_to_a_page_where_it_can_be_seen_to(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        steps = [{"intent": "price"}, {"action": "utter_fehlt"}]
        rule = {"file": "d.yml", "title": "x", "steps": steps}
        entities = {"file": "domain.yml", "key": "entities", "value": ["plz"]}
        await office.room.shelf.change(
            [Edit(RULE, "x", rule), Edit(PART, "domain.yml#entities", entities)], "eva"
        )
        page = (await browser.get("/admin/intents/hints")).text
        links = [unescape(each) for each in re.findall(r'href="([^"]+)"', page)]
        assert "/admin/answers/utter_fehlt" in links
        assert any("name=plz" in each for each in links)
        assert page.count("<li") == len(links)
        for link in links:
            assert (await browser.get(link)).status_code == 200
        answer = await browser.send_form(
            "/admin/answers/utter_fehlt", version="0", wording="Zehn Euro."
        )
        assert answer.status_code == 303
        assert "utter_fehlt" in {piece.name for piece in await office.room.shelf.pieces(ANSWER)}


async def test_an_answer_is_heard_with_its_values(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        sound = await send(
            browser, "/admin/answers", "/admin/answers/hear", text="Rufen Sie {firma} an."
        )
        assert sound.content.startswith(b"RIFF")
        assert office.spoken == ["Rufen Sie Musterfirma an."]


async def test_a_wording_that_cannot_be_spoken_is_pointed_out(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        page = "/admin/answers/check"
        found = await send(browser, "/admin/answers", page, wording="Siehe www.example.de, {foo}.")
        assert "www.example.de" in found.text
        assert "{foo}" in found.text
        fine = await send(browser, "/admin/answers", page, wording="Wir sind für Sie da.")
        assert "gut zu hören" in fine.text


async def test_all_hints_can_be_seen(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        await office.room.desk.add_examples("hours", [f"Wort{at}" for at in range(80)], "Anna")
        await office.room.desk.add_examples("price", [f"wort{at}" for at in range(80)], "Anna")
        some = (await browser.get("/admin/intents/hints")).text
        more = re.search(r'hx-get="([^"]+)"', some)
        assert more is not None
        assert "„wort79“" not in some
        assert "„wort79“" in (await browser.get(more[1])).text
