"""Synonyms, word lists and patterns in the console: kept for the next training, or refused."""

from pathlib import Path

from ivr.core.staff import Role
from ivr.core.training import Edit
from ivr.training.pieces import LOOKUP, PART, REGEX, SYNONYM, WORD
from ivr.training.yaml_out import write_project
from tests.web.admin.console import Office, open_office
from tests.web.admin.forms import hidden, send
from tests.web.shell import Browser

PAGE = "/admin/words"
FORM = f"{PAGE}/one"


async def put(browser: Browser, **fields: str) -> tuple[int, str]:
    answer = await send(browser, PAGE, FORM, **fields)
    return answer.status_code, answer.text


async def words(office: Office, kind: str, name: str) -> list[str]:
    content = await office.room.desk.content()
    return list(content.body(kind, name).get("examples", []))


async def test_a_new_synonym_goes_into_the_next_training_and_can_be_taken_back(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        answer = await send(
            browser, PAGE, FORM, kind=SYNONYM, name="Wasserkocher", version="0",
            words="Teekocher\n- Heißwasser  Gerät\n\nTeekocher",
        )  # fmt: skip
        assert answer.status_code == 303
        assert await words(office, SYNONYM, "Wasserkocher") == ["Teekocher", "Heißwasser Gerät"]
        written = write_project(await office.room.desk.content(), for_training=True)
        assert any("synonym: Wasserkocher" in text for text in written.values())
        found = await browser.get(PAGE, params={"q": "teekocher"})
        assert "Wasserkocher" in found.text
        number = answer.headers["location"].split("saved=")[1]
        await send(browser, PAGE, "/admin/changes/undo", number=number, whole="yes", back=PAGE)
        assert await words(office, SYNONYM, "Wasserkocher") == []


async def test_a_word_that_means_something_else_already_is_refused_and_not_lost(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        await put(browser, kind=SYNONYM, name="Wasserkocher", version="0", words="Kocher")
        status, page = await put(
            browser, kind=SYNONYM, name="Herd", version="0", words="Ofen\nkocher"
        )
        assert status == 422
        assert "„kocher“ steht schon bei „Wasserkocher“" in page
        assert "Ofen\nkocher" in page
        assert await words(office, SYNONYM, "Herd") == []


async def test_a_broken_pattern_and_an_unknown_name_are_refused(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        value = {"file": "domain.yml", "key": "entities", "value": ["plz"]}
        await office.room.shelf.change([Edit(PART, "domain.yml#entities", value)], "nlu/")
        given = {"name": "plz", "version": "0"}
        status, page = await put(browser, kind=REGEX, words=r"\b\d{5}\b" + "\n(((", **given)
        assert status == 422
        assert "kein regulärer Ausdruck" in page
        for nothing in (r"\d*", r"(\d{5})?", r"\b", r"$"):
            status, page = await put(browser, kind=REGEX, words=nothing, **given)
            assert status == 422
            assert "passt auch auf nichts" in page
        status, _ = await put(browser, kind=REGEX, words=r"\b\d{5}\b", **given)
        assert status == 303
        assert await words(office, REGEX, "plz") == [r"\b\d{5}\b"]
        status, page = await put(browser, kind=LOOKUP, name="ort", version="0", words="Ulm")
        assert status == 422
        assert "„ort“" in page


async def test_a_new_entity_is_made_with_its_first_words_if_it_is_meant(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        given = {"kind": LOOKUP, "name": "ort", "version": "0", "words": "Ulm\nKassel"}
        status, page = await put(browser, **given)
        assert status == 422
        assert "„ort“ ist eine neue Angabe" in page
        assert (await put(browser, **given, new_entity="yes"))[0] == 303
        assert await words(office, LOOKUP, "ort") == ["Ulm", "Kassel"]
        assert "ort" in (await office.room.desk.content()).entities()
        status, page = await put(
            browser, kind=LOOKUP, name="Ein Ort", version="0", words="Ulm", new_entity="yes"
        )
        assert status == 422
        assert "beginnt mit einem Buchstaben" in page


async def test_of_two_admins_the_later_decides_and_may_delete(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna, bert = await office.admin("anna"), await office.admin("bert")
        await put(anna, kind=SYNONYM, name="Föhn", version="0", words="Haartrockner")
        fields = {"kind": SYNONYM, "name": "Föhn", "version": "1"}
        await put(anna, **fields, words="Haartrockner\nFön")
        status, page = await put(bert, **fields, words="Fön")
        assert status == 409
        assert "Anna" in page
        assert await words(office, SYNONYM, "Föhn") == ["Haartrockner", "Fön"]
        assert (await put(bert, **{**fields, "version": "2"}, words=" \n"))[0] == 303
        assert (await bert.get(FORM, params={"kind": SYNONYM, "name": "Föhn"})).status_code == 404


async def expected(office: Office) -> set[str]:
    return {piece.name for piece in await office.room.shelf.pieces(WORD)}


async def test_expected_words_are_listed_added_and_taken_away(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        adding = f"{PAGE}/expected"
        answer = await send(browser, PAGE, adding, words="Brotröster,  Krümellade ,\nbrotröster")
        assert answer.status_code == 303
        assert await expected(office) == {"Brotröster", "Krümellade"}
        await send(browser, PAGE, adding, words="KRÜMELLADE, Toaster")
        assert await expected(office) == {"Brotröster", "Krümellade", "Toaster"}
        page = (await browser.get(PAGE)).text
        assert "Krümellade" in page.split('id="expected"')[1]
        found = await browser.get(PAGE, params={"q": "brot"}, headers={"HX-Request": "true"})
        assert "Brotröster" in found.text
        assert "Toaster" not in found.text
        answer = await send(browser, PAGE, f"{adding}/remove", word="Brotröster")
        assert await expected(office) == {"Krümellade", "Toaster"}
        number = answer.headers["location"].split("saved=")[1]
        await send(browser, PAGE, "/admin/changes/undo", number=number, whole="yes", back=PAGE)
        assert await expected(office) == {"Brotröster", "Krümellade", "Toaster"}


async def test_what_is_no_word_is_refused(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        for words in (" , ", "W" * 41, ",".join(f"Wort{at}" for at in range(51))):
            answer = await send(browser, PAGE, f"{PAGE}/expected", words=words)
            assert answer.status_code == 422
        assert await expected(office) == set()


async def test_what_the_other_admin_deleted_can_be_made_again(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna, bert = await office.admin("anna"), await office.admin("bert")
        await put(anna, kind=SYNONYM, name="Föhn", version="0", words="Haartrockner")
        fields = {"kind": SYNONYM, "name": "Föhn", "version": "1"}
        await put(anna, **fields, words="")
        status, page = await put(bert, **fields, words="Haartrockner\nFön")
        assert status == 409
        assert "inzwischen gelöscht" in page
        assert "<dt>Wörter</dt>" in page
        again = await bert.post(FORM, data=hidden(page.split("<form")[-1]))
        assert again.status_code == 303
        assert await words(office, SYNONYM, "Föhn") == ["Haartrockner", "Fön"]
        # And what is gone anyway may be deleted once more.
        await put(anna, **{**fields, "version": "3"}, words="")
        assert (await put(bert, **{**fields, "version": "3"}, words=""))[0] == 303


async def test_only_admins_may_see_or_change_them(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        sven = await office.admin("sven", Role.SUPERVISOR)
        assert (await sven.get(PAGE)).status_code == 403
        assert (await sven.get(FORM)).status_code == 403
        assert (await sven.post(f"{PAGE}/expected", data={"words": "Toaster"})).status_code == 403
