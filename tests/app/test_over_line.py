"""A synthetic caller calls a hotline that runs, over its browser line."""

from pathlib import Path

import pytest

from ivr.app.calling import Presses, Says, Wish, synthetic_party
from ivr.app.over_line import call_over_line
from ivr.config.settings import Settings
from ivr.core.errors import LineFailed
from ivr.core.records import Turn
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.speech.voices.pico import PicoVoice
from ivr.web.server import serve
from tests.web.calls.reception import open_front


@pytest.mark.slow
@pytest.mark.timeout(90)
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
    assert 0 < response_s < 3


async def test_where_no_hotline_is_the_caller_is_told_what_to_do(tmp_path: Path) -> None:
    party = SyntheticCaller([], 16_000)
    with pytest.raises(LineFailed, match="make run"):
        await call_over_line("webrtc:http://127.0.0.1:9", party, 16_000, Settings(), print)
