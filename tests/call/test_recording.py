"""Whole calls in which callers are asked whether what they say may be recorded."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ivr.core.records import CallRecord
from ivr.lines.synthetic import Manners, Step
from ivr.store.sounds import SoundFolder
from tests.call.virtual import SCRIPT, House, in_virtual_time, says

HOURS = "Wann haben Sie geöffnet?"
EAGER = Manners(barge_in_s=4.0)
"""Speaks into the question, and into the announcement."""


def called(
    folder: Path, *steps: Step, consent: str = "asked", manners: Manners | None = None
) -> tuple[CallRecord, list[str]]:
    """The call on record, and the names of the files that are left of it."""

    async def call() -> CallRecord:
        async with SoundFolder(folder, 30) as sounds:
            house = House(script=replace(SCRIPT, recording=consent), sounds=sounds)
            return await house.call(*steps, manners=manners or Manners())

    record = in_virtual_time(call)
    return record, sorted(each.name for each in folder.rglob("*.wav"))


def audio(record: CallRecord) -> Sequence[str | None]:
    return [turn.audio for turn in record.turns if turn.who == "caller"]


def test_who_agrees_is_recorded_from_then_on(tmp_path: Path) -> None:
    record, files = called(tmp_path, says("Ja"), says(HOURS))
    assert files == ["1.wav"]
    assert audio(record) == [None, "1"]


def test_who_refuses_is_not_recorded(tmp_path: Path) -> None:
    record, files = called(tmp_path, says("Nein"), says(HOURS))
    assert files == []
    assert audio(record) == [None, None]


def test_who_says_yes_before_the_question_was_heard_is_not_recorded(tmp_path: Path) -> None:
    record, files = called(tmp_path, says("Ja"), says("Ja"), says(HOURS), manners=EAGER)
    assert files == []
    assert audio(record) == [None, None, None]


def test_what_was_begun_before_the_announcement_ended_is_not_kept(tmp_path: Path) -> None:
    long = says(HOURS, seconds=9)
    record, files = called(tmp_path, long, says(HOURS), consent="announced", manners=EAGER)
    assert audio(record) == [None, "1"]
    assert files == ["1.wav"]


def test_who_takes_it_back_and_hangs_up_at_once_leaves_nothing(tmp_path: Path) -> None:
    _, files = called(tmp_path, says("Ja"), says(HOURS), says("Bitte nicht aufnehmen"))
    assert files == []


def test_what_was_announced_is_recorded_until_it_is_refused(tmp_path: Path) -> None:
    record, files = called(tmp_path / "a", says(HOURS), consent="announced")
    assert files == ["1.wav"]
    assert audio(record) == ["1"]
    _, files = called(
        tmp_path / "b", says(HOURS), says("Nicht aufnehmen"), says(HOURS), consent="announced"
    )
    assert files == []


def test_without_the_setting_nothing_is_kept(tmp_path: Path) -> None:
    _, files = called(tmp_path, says(HOURS), says("Ja"), consent="")
    assert files == []
