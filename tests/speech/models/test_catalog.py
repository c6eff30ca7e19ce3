"""The catalog that ships, and what a catalog may not say."""

import re
from pathlib import Path

import pytest

from ivr.core.errors import ConfigError
from ivr.speech.models.catalog import (
    CATALOG,
    Archive,
    Files,
    Packages,
    Use,
    find_model,
    load_catalog,
)

ENTRY = """
[m]
engine = "vosk"
language = "de"
licence = "MIT"
about = "a model"
use = "better"
size = 1
files = { "a" = { sha256 = "%s" } }
[[m.sources]]
url = "https://models.example/"
""" % ("0" * 64)  # fmt: skip


def test_the_models_the_hotline_names_are_there() -> None:
    models = load_catalog()
    assert [name for name, model in models.items() if model.use is Use.NEEDED] == ["whisper-base"]
    assert {"vosk-de-small", "piper-thorsten-medium", "vosk-ko", "piper-joe"} <= set(models)


def test_each_source_makes_exactly_the_files_of_its_model() -> None:
    for model in load_catalog().values():
        assert model.files or any(isinstance(source, Archive) for source in model.sources)
        assert sum(file.size or 0 for file in model.files.values()) <= model.size
        for source in model.sources:
            if isinstance(source, Packages):
                assert bool(source.folder) != bool(source.parts)
                assert not source.parts or set(source.parts) == set(model.files)
            elif isinstance(source, Files):
                assert model.files


def test_only_homes_of_models_are_named() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", CATALOG.read_text(encoding="utf-8")))
    assert hosts == {"alphacephei.com", "huggingface.co"}


def test_an_unknown_name_gets_the_names_there_are() -> None:
    with pytest.raises(ConfigError, match="whisper-base"):
        find_model(load_catalog(), "wisper")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"a" =', '"../a" ='),
        ('"a" =', '"/a" ='),
        ('"a" =', "'c:\\a' ="),
        ("[m]", '["../m"]'),
        ("0" * 64, "0" * 63),
        ("size = 1", "size = 0"),
        ('"vosk"', '"sphinx"'),
        ("[m]", "m = 1\n[m]"),
        ("https://models.example/", "https://models.example"),
    ],
)
def test_a_wrong_catalog_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    file = tmp_path / "catalog.toml"
    file.write_text(ENTRY, encoding="utf-8")
    assert list(load_catalog(file)) == ["m"]
    file.write_text(ENTRY.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(str(file))):
        load_catalog(file)
