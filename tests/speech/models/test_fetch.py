"""A model is in its place whole and checked, or it is not there."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.core.errors import MissingPiece, ModelRefused
from ivr.speech.models.catalog import Model, ModelFile
from ivr.speech.models.fetch import fetch
from ivr.speech.models.installed import installed, is_current, require, unseal, verify
from ivr.speech.models.progress import Silent
from tests.speech.models.conftest import ModelHost, NewModel

FILES = {"voice.onnx": b"sound" * 100, "conf/model.conf": b"rate=16000"}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_single_files_are_installed(tmp_path: Path, new_model: NewModel) -> None:
    model = new_model.of_files("thorsten", FILES)
    assert installed(tmp_path, "thorsten") is None
    folder = fetch(tmp_path, model, Silent())
    assert installed(tmp_path, "thorsten") == folder == tmp_path / "thorsten"
    assert contents(folder) == FILES
    assert verify(tmp_path, model) == []


def test_an_archive_is_installed_without_its_outer_folder(
    tmp_path: Path, new_model: NewModel
) -> None:
    model = new_model.of_archive("vosk", FILES)
    assert contents(fetch(tmp_path, model, Silent())) == FILES
    assert verify(tmp_path, model) == []


def test_what_is_installed_is_not_fetched_again(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    model = new_model.of_archive("vosk", FILES)
    fetch(tmp_path, model, Silent())
    host.asked.clear()
    fetch(tmp_path, model, Silent())
    assert host.asked == []


def test_the_next_source_is_tried(tmp_path: Path, host: ModelHost, new_model: NewModel) -> None:
    model = new_model.of_files("m", FILES, "gone", "forged", "m")
    host.files["forged/voice.onnx"] = b"SOUND" * 100
    assert contents(fetch(tmp_path, model, Silent())) == FILES


def test_a_wrong_hash_is_refused_and_what_was_there_stays(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    old = new_model.of_files("m", FILES)
    fetch(tmp_path, old, Silent())
    new = new_model.of_files("m", {"voice.onnx": b"better" * 100})
    host.files["m/voice.onnx"] = b"forged" * 100
    with pytest.raises(ModelRefused, match="sha256"):
        fetch(tmp_path, new, Silent())
    assert contents(tmp_path / "m") == FILES
    assert installed(tmp_path, "m")
    assert not is_current(tmp_path, new)


def test_what_one_file_brought_is_not_lost_when_the_next_fails(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    model = new_model.of_files("m", FILES)
    second = host.files.pop("m/conf/model.conf")
    with pytest.raises(MissingPiece):
        fetch(tmp_path, model, Silent())
    host.files["m/conf/model.conf"] = second
    host.asked.clear()
    fetch(tmp_path, model, Silent())
    assert host.asked == [None]


@pytest.mark.parametrize("size_is_known", [True, False])
def test_files_that_were_carried_here_need_no_host(
    tmp_path: Path, host: ModelHost, new_model: NewModel, size_is_known: bool
) -> None:
    model = new_model.of_files("m", FILES)
    if not size_is_known:
        files = {path: ModelFile(sha256=file.sha256) for path, file in model.files.items()}
        model = model.model_copy(update={"files": files})
    carried = tmp_path / "stick"
    carried.mkdir()
    for path, content in FILES.items():
        (carried / Path(path).name).write_bytes(content)
    assert contents(fetch(tmp_path / "models", model, Silent(), carried)) == FILES
    assert host.asked == []


def test_a_forged_archive_that_was_carried_here_does_not_count(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    model = new_model.of_archive("m", FILES)
    carried = tmp_path / "stick"
    carried.mkdir()
    (carried / "m.zip").write_bytes(b"x" * len(host.files["m.zip"]))
    assert contents(fetch(tmp_path / "models", model, Silent(), carried)) == FILES
    assert host.asked == [None]


def test_a_changed_catalog_replaces_the_model(tmp_path: Path, new_model: NewModel) -> None:
    fetch(tmp_path, new_model.of_files("m", FILES), Silent())
    newer = {"voice.onnx": b"better" * 100}
    assert contents(fetch(tmp_path, new_model.of_files("m", newer), Silent())) == newer


def test_no_source_is_one_plain_error(tmp_path: Path, new_model: NewModel) -> None:
    with pytest.raises(MissingPiece, match=r"m cannot be fetched: .*404"):
        fetch(tmp_path, new_model.of_files("m", FILES, "gone"), Silent())
    with pytest.raises(MissingPiece, match="ivr models fetch m"):
        require(tmp_path, "m")


def test_files_put_there_by_hand_are_taken_if_they_are_right(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    model = new_model.of_files("m", FILES)
    for path, content in FILES.items():
        (tmp_path / "m" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / path).write_bytes(content)
    assert installed(tmp_path, "m") is None
    fetch(tmp_path, model, Silent())
    assert installed(tmp_path, "m")
    assert host.asked == []


@pytest.mark.parametrize("damage", [b"", b"sound" * 99 + b"SOUND"], ids=["shorter", "same size"])
def test_a_damaged_file_is_found_and_renewed(
    tmp_path: Path, new_model: NewModel, damage: bytes
) -> None:
    model = new_model.of_files("m", FILES)
    fetch(tmp_path, model, Silent())
    (tmp_path / "m" / "voice.onnx").write_bytes(damage)
    assert (installed(tmp_path, "m") is None) == (damage == b"")
    assert "voice.onnx" in verify(tmp_path, model)[0]
    unseal(tmp_path, "m")
    fetch(tmp_path, model, Silent())
    assert verify(tmp_path, model) == []


def test_a_stamp_cannot_vouch_for_forged_files(tmp_path: Path, new_model: NewModel) -> None:
    model = new_model.of_files("m", FILES)
    forged = new_model.of_files("m", {**FILES, "voice.onnx": b"SOUND" * 100})
    fetch(tmp_path, forged, Silent())
    assert "wrong sha256" in verify(tmp_path, model)[0]


def test_a_full_disk_is_said_before_anything_is_fetched(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    model = new_model.of_files("m", FILES).model_copy(update={"size": 1 << 60})
    with pytest.raises(MissingPiece, match="make room"):
        fetch(tmp_path, model, Silent())
    assert host.asked == []


def test_two_at_once_fetch_once(tmp_path: Path, host: ModelHost, new_model: NewModel) -> None:
    model = new_model.of_archive("m", FILES)
    with ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(lambda _: fetch(tmp_path, model, Silent()), range(4)))
    assert set(folders) == {tmp_path / "m"}
    assert host.asked == [None]


def test_a_killed_fetch_leaves_nothing_half_installed_and_is_resumed(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    big = {"model.bin": bytes(range(256)) * 4000}
    model = new_model.of_files("m", big)
    host.stall.set()
    with subprocess.Popen(
        [sys.executable, "-c", _FETCH, str(tmp_path), model.model_dump_json()]
    ) as process:
        _wait_for_part(tmp_path, len(big["model.bin"]) // 2)
        process.send_signal(signal.SIGKILL)
    assert installed(tmp_path, "m") is None
    host.stall.clear()
    assert contents(fetch(tmp_path, model, Silent())) == big
    assert host.asked == [None, f"bytes={len(big['model.bin']) // 2}-"]


_FETCH = f"""
import sys
from pathlib import Path
from {Model.__module__} import Model, ModelFile
from {fetch.__module__} import fetch
from {Silent.__module__} import Silent
fetch(Path(sys.argv[1]), Model.model_validate_json(sys.argv[2]), Silent())
"""


def _wait_for_part(folder: Path, size: int) -> None:
    tick = threading.Event()
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if any(part.stat().st_size == size for part in folder.rglob("*.part")):
            return
        tick.wait(0.02)
    pytest.fail("the other process downloaded nothing")
