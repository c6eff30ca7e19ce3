"""A synthetic caller calls a hotline that runs, over its browser line."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from ivr.app.calling import Presses, Says, Wish, synthetic_party
from ivr.app.hotline import open_company_store
from ivr.app.over_line import call_over_line
from ivr.app.overheard import UNKNOWN
from ivr.config.company import load_company
from ivr.config.settings import Settings
from ivr.core.errors import LineFailed
from ivr.core.jsonable import call_json
from ivr.core.records import Turn
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.speech.voices.pico import PicoVoice
from ivr.store.journal import Journal
from ivr.web.server import serve
from tests.lines.sip.house import hotline
from tests.web.calls.reception import open_front


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_whole_call_is_on_record_as_the_caller_heard_it(tmp_path: Path) -> None:
    voice = PicoVoice()
    try:
        heard = ["Wann haben Sie geöffnet?"]
        async with (
            open_front(tmp_path, voice=voice, heard=heard) as front,
            serve(front.app, "127.0.0.1", 0, "web.port") as port,
        ):
            wishes: list[Wish] = [Says("Wann haben Sie geöffnet?"), Presses("*")]
            party = await synthetic_party(voice, wishes, manners=Manners(stays_s=1.5))
            turns: list[Turn] = []
            line = f"webrtc:http://127.0.0.1:{port}"
            settings = Settings()
            settings = settings.model_copy(
                update={"hotline": settings.hotline.model_copy(update={"data_dir": tmp_path})}
            )
            record = await call_over_line(line, party, 16_000, settings, turns.append)
            [kept] = await front.store.calls()
            kept = await front.store.call(kept.start.call_id) or kept
    finally:
        await voice.close()
    assert record.start.call_id == kept.start.call_id
    assert list(record.turns) == turns
    said = [turn.text for turn in turns if turn.who == "hotline"]
    # The star had the last answer repeated.
    assert said.count("Heute haben wir bis 18 Uhr geöffnet.") == 2
    assert [turn.text for turn in turns if turn.who == "caller"] == heard
    [response_s, *_] = party.stopwatch.responses_s
    assert response_s > 0


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("readable", [True, False], ids=["record", "ears"])
async def test_a_call_by_telephone_tells_as_much_as_is_known(
    tmp_path: Path, readable: bool
) -> None:
    settings = Settings()
    settings = settings.model_copy(
        update={"hotline": settings.hotline.model_copy(update={"data_dir": tmp_path})}
    )
    voice, question, turns = PicoVoice(), "Wann haben Sie geöffnet?", list[Turn]()
    store = await open_company_store(settings, load_company(settings.hotline.company))
    try:
        party = await synthetic_party(voice, [Says(question)], manners=Manners(stays_s=1.5))
        async with AsyncExitStack() as stack:
            # Without it, the hotline's record is nowhere that these settings lead to.
            real: dict[str, Any] = (
                {"journal": await stack.enter_async_context(Journal(store))} if readable else {}
            )
            house = await stack.enter_async_context(hotline(hears=[question], **real))
            record = await call_over_line(house.address, party, 16_000, settings, turns.append)
    finally:
        await voice.close()
        await store.close()
    assert list(record.turns) == turns
    told = call_json(record)
    assert list(told) == ["call_id", "outcome", "turns", "slots", "hand_over", "records"]
    assert told["outcome"] == "answered"
    said = [turn for turn in turns if turn.who == "hotline"]
    assert [turn.who for turn in turns].count("caller") == 1
    assert any(turn.response_s for turn in said)
    if readable:
        assert "Heute haben wir bis 18 Uhr geöffnet." in [turn.text for turn in said]
    else:
        assert {turn.text for turn in turns} == {UNKNOWN}
        assert all(turn.start_s < turn.end_s for turn in turns)


async def test_where_no_hotline_is_the_caller_is_told_what_to_do(tmp_path: Path) -> None:
    party = SyntheticCaller([], 16_000)
    with pytest.raises(LineFailed, match="make run"):
        await call_over_line("webrtc:http://127.0.0.1:9", party, 16_000, Settings(), print)
