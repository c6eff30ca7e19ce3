"""What is installed: each model is a folder with a stamp that says which files it must hold."""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ivr.core.errors import MissingPiece, ModelRefused
from ivr.speech.models.catalog import Model, ModelFile

STAMP = ".installed.json"
_CHUNK = 1 << 20


class Stamp(BaseModel):
    """Written last, once every file has been checked: without it nothing counts as installed."""

    model_config = ConfigDict(frozen=True)

    source: str
    files: dict[str, ModelFile]


def installed(models_dir: Path, name: str) -> Path | None:
    """The folder of model `name` if all its files are there in their right sizes. Quick."""
    folder = models_dir / name
    stamp = read_stamp(folder)
    if stamp is None:
        return None
    for path, file in stamp.files.items():
        try:
            size = (folder / path).stat().st_size
        except OSError:
            return None
        if size != file.size:
            return None
    return folder


def require(models_dir: Path, name: str) -> Path:
    """The folder of model `name`. Raises MissingPiece, which says how to get it."""
    folder = installed(models_dir, name)
    if folder is None:
        raise MissingPiece(
            f"the speech model {name} is not in {models_dir}: run `ivr models fetch {name}`"
        )
    return folder


def is_current(models_dir: Path, model: Model) -> bool:
    """Whether what is installed is what the catalog says, by sizes and the stamp. Quick."""
    folder = installed(models_dir, model.name)
    stamp = read_stamp(folder) if folder else None
    return stamp is not None and all(
        path in stamp.files and stamp.files[path].sha256 == file.sha256
        for path, file in model.files.items()
    )


def read_stamp(folder: Path) -> Stamp | None:
    """The folder's stamp; None if there is none or it makes no sense."""
    try:
        return Stamp.model_validate_json((folder / STAMP).read_bytes())
    except (OSError, ValidationError):
        return None


def seal(folder: Path, model: Model, source: str) -> None:
    """Check every file in `folder` against the catalog, then stamp it. Raises ModelRefused."""
    found = {
        path.relative_to(folder).as_posix(): measure(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != STAMP
    }
    if problems := _differences(model.files, found):
        raise ModelRefused(f"{model.name} from {source} is refused: {'; '.join(problems)}")
    if not found:
        raise ModelRefused(f"{model.name} from {source} is refused: there is nothing in it")
    stamp = Stamp(source=source, files=found)
    (folder / STAMP).write_text(stamp.model_dump_json(indent=1), encoding="utf-8")


def unseal(models_dir: Path, name: str) -> None:
    """Let a model that was found wrong count as not installed, so that a fetch renews it."""
    (models_dir / name / STAMP).unlink(missing_ok=True)


def verify(models_dir: Path, model: Model) -> list[str]:
    """What is wrong with an installed model, every byte read; nothing if the list is empty."""
    folder = models_dir / model.name
    stamp = read_stamp(folder)
    if stamp is None:
        return ["it is not installed"]
    found = {path: measure(folder / path) for path in stamp.files if (folder / path).is_file()}
    # The catalog's word is the better one: a stamp lies beside the files it vouches for.
    return _differences({**stamp.files, **model.files}, found)


def measure(path: Path) -> ModelFile:
    """Size and hash of a file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return ModelFile(sha256=digest.hexdigest(), size=size)


def _differences(wanted: dict[str, ModelFile], found: dict[str, ModelFile]) -> list[str]:
    problems = []
    for path, file in wanted.items():
        if path not in found:
            problems.append(f"{path} is missing")
        elif file.size is not None and found[path].size != file.size:
            problems.append(f"{path} has {found[path].size} bytes instead of {file.size}")
        elif found[path].sha256 != file.sha256:
            problems.append(f"{path} has the wrong sha256 {found[path].sha256}")
    return problems
