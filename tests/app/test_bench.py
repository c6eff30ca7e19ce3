"""The bench's arithmetic: a wrong figure is worse than none."""

import json
from math import inf, nan
from pathlib import Path

import pytest

from ivr.app.bench.figures import Report, at_least, at_most, median, p95
from ivr.app.bench.heard import RememberingEar
from ivr.app.bench.intents import Example, read_examples
from ivr.app.bench.words import read_manifest, word_errors
from ivr.audio.tones import tone
from ivr.audio.wav import StereoWriter
from ivr.core.errors import BadRecording, ConfigError
from ivr.training.scripted import ScriptedEar


@pytest.mark.parametrize(
    ("meant", "heard", "errors"),
    [
        ("Wann haben Sie geöffnet?", "wann haben sie geöffnet", 0),
        ("Meine Nummer ist zwölf.", "Meine Nummer ist 12", 0),
        ("Wann haben Sie geöffnet?", "", 100),
        ("eins zwei drei vier", "1 2 3", 25),
        ("Ja bitte", "Ja bitte ja bitte", 100),
    ],
)
def test_words_are_counted_by_what_was_meant(meant: str, heard: str, errors: float) -> None:
    assert word_errors([meant], [heard]) == pytest.approx(errors)


def test_targets_are_judged_both_ways_and_nothing_measured_is_a_miss() -> None:
    assert at_most("a", 0.6, "s", 0.6).met
    assert not at_most("a", 0.61, "s", 0.6).met
    assert at_least("a", 97, "%", 97).met
    assert not at_least("a", 96.9, "%", 97).met
    assert at_most("a", 5, "s").met is None
    assert at_most("a", median([]), "s", 1).met is False
    assert p95([float(each) for each in range(101)]) == pytest.approx(95)


def test_the_report_is_json_for_strict_readers(tmp_path: Path) -> None:
    report = Report()
    report.add("response", at_most("median", 0.5, "s", 0.6))
    report.add("response", at_most("95th percentile", nan, "s", 0.9))
    file = tmp_path / "build" / "bench.json"
    report.write(file, {"recognizer": "whisper"})

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    content = json.loads(file.read_text(encoding="utf-8"), parse_constant=refuse)
    values = [figure["value"] for figure in content["figures"]["response"]]
    assert values == [0.5, None]


def recording(folder: Path, name: str) -> None:
    with StereoWriter(folder / name, 16_000) as file:
        file.write(tone((440,), 0.2, 16_000), b"")


def test_a_manifest_with_or_without_a_head_is_read(tmp_path: Path) -> None:
    recording(tmp_path, "a.wav")
    for head in ("", "path\ttranscript\n"):
        (tmp_path / "manifest.tsv").write_text(f"{head}a.wav\tGuten Tag\n\n", encoding="utf-8")
        assert [clip.text for clip in read_manifest(tmp_path)] == ["Guten Tag"]


@pytest.mark.parametrize(
    ("content", "error", "about"),
    [
        ("a.wav Guten Tag\n", ConfigError, "line 1"),
        ("a.wav\tGuten Tag\na.wav\t \n", ConfigError, "line 2"),
        ("path\ttranscript\n", ConfigError, "no recording"),
        ("b.wav\tGuten Tag\n", BadRecording, "b.wav"),
    ],
)
def test_a_wrong_manifest_says_where(
    content: str, error: type[Exception], about: str, tmp_path: Path
) -> None:
    recording(tmp_path, "a.wav")
    (tmp_path / "manifest.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(error, match=about):
        read_manifest(tmp_path)


def test_a_folder_without_a_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"manifest\.tsv"):
        read_manifest(tmp_path)


def test_examples_lose_their_annotations(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text(
        'version: "3.1"\nnlu:\n- intent: price\n  examples: |\n'
        '    - was kostet der [Toaster](product)\n    - [zwei]{"entity": "quantity"} Kessel\n'
        "- synonym: x\n  examples: |\n    - y\n",
        encoding="utf-8",
    )
    assert read_examples(file) == [
        Example("price", "was kostet der Toaster"),
        Example("price", "zwei Kessel"),
    ]


async def test_what_was_spoken_once_is_not_spoken_again(tmp_path: Path) -> None:
    file, texts = tmp_path / "heard.jsonl", ["guten Tag", "tschüss"]
    ear = ScriptedEar({"guten Tag": "guten Ton", "tschüss": "schüssel"})
    first = RememberingEar(ear, file, "deep", inf)
    heard = first.hear(texts, ())
    assert [each.text for each in await anext(heard)] == ["guten Ton"]
    # Broken off in the middle: what was heard is kept.
    await heard.aclose()
    again = [
        [each.text for each in heard]
        async for heard in RememberingEar(ear, file, "deep", inf).hear(texts, ())
    ]
    assert again == [["guten Ton"], ["schüssel"]]
    assert ear.spoken == texts
    # Another voice, and no time left: nothing is heard, and nothing is remembered of it.
    late = RememberingEar(ear, file, "high", -inf)
    assert [heard async for heard in late.hear(texts, ())] == [[], []]
    assert ear.spoken == texts
