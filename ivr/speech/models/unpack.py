"""Takes one folder out of a zip file, and nothing that could land elsewhere."""

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ivr.core.errors import MissingPiece, ModelRefused

# What `zipfile` raises for bytes that are no zip file, or one it cannot read.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def unpack_folder(archive: Path, folder: str, into: Path) -> None:
    """Write the files below `folder` of the zip file into `into`, without that folder's name.

    Raises ModelRefused if the zip file is damaged, holds a path that leads out of it or a link,
    or does not hold the folder; MissingPiece if the disk has no room.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = [
                (info, path)
                for info in zipped.infolist()
                if not info.is_dir() and (path := _path_below(info, folder)) is not None
            ]
            if not members:
                raise ModelRefused(f"{archive.name} is refused: it has no folder {folder}")
            into.mkdir(parents=True, exist_ok=True)
            ensure_space(into, sum(info.file_size for info, _ in members))
            for info, path in members:
                target = into / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with zipped.open(info) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, 1 << 20)
    except _DAMAGE as error:
        raise ModelRefused(f"{archive.name} is refused: it is damaged ({error})") from error


def ensure_space(folder: Path, size: int) -> None:
    """Raise MissingPiece unless `size` bytes fit on the disk of `folder`."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise MissingPiece(
            f"the disk of {folder} has {free / 1e6:.0f} MB free, {size / 1e6:.0f} MB are needed:"
            " make room, then try again"
        )


def _path_below(info: zipfile.ZipInfo, folder: str) -> PurePosixPath | None:
    """Where in the folder the member lies; None if it lies elsewhere."""
    name = info.filename
    path = PurePosixPath(name)
    mode = info.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise ModelRefused(f"the zip file is refused: {name!r} leads out of it")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ModelRefused(f"the zip file is refused: {name!r} is a link or a device")
    return path.relative_to(folder) if path.is_relative_to(folder) else None
