"""A zip file from outside must not write anywhere but into its own folder."""

import stat
import zipfile
from pathlib import Path

import pytest

from ivr.core.errors import MissingPiece, ModelRefused
from ivr.speech.models.unpack import ensure_space, unpack_folder


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_only_the_folder_comes_out_without_its_name(tmp_path: Path) -> None:
    archive = zipped(
        tmp_path / "m.zip", {"m/am/final.mdl": b"1", "m/": b"", "README": b"2", "mm/x": b"3"}
    )
    unpack_folder(archive, "m", tmp_path / "out")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files == [tmp_path / "out" / "am" / "final.mdl"]


@pytest.mark.parametrize(
    "name", ["m/../../evil", "/m/evil", "m/..\\..\\evil", "C:/evil", "../m/evil", "m/a:b"]
)
def test_a_path_that_leads_out_is_refused_and_writes_nothing(tmp_path: Path, name: str) -> None:
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    with pytest.raises(ModelRefused, match="leads out"):
        unpack_folder(zipped(tmp_path / "m.zip", {"m/good": b"1", name: b"2"}), "m", out)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "m.zip"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("m/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelRefused, match="link"):
        unpack_folder(tmp_path / "m.zip", "m", tmp_path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "m.zip", {"m/a": bytes(1000)})
    content = bytearray(archive.read_bytes())
    content[35] ^= 0xFF
    archive.write_bytes(content)
    with pytest.raises(ModelRefused, match="damaged"):
        unpack_folder(archive, "m", tmp_path / "out")
    archive.write_bytes(content[:60])
    with pytest.raises(ModelRefused, match="damaged"):
        unpack_folder(archive, "m", tmp_path / "out")


def test_an_archive_without_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="no folder m"):
        unpack_folder(zipped(tmp_path / "m.zip", {"other/a": b""}), "m", tmp_path)


def test_a_disk_without_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(MissingPiece, match="make room"):
        ensure_space(tmp_path, 1 << 60)
