"""Reads `models/catalog.toml`: which speech models there are, what is in them, where they are."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ivr.core.errors import ConfigError

CATALOG = Path(__file__).resolve().parents[3] / "models" / "catalog.toml"


def _stays_inside(path: str) -> str:
    """A relative path that never leaves its folder, on any system."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/") or "\\" in path or ":" in path:
        raise ValueError(f"{path!r} must be a plain relative path")
    return path


RelativePath = Annotated[str, AfterValidator(_stays_inside)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Use(StrEnum):
    """What a model is for."""

    NEEDED = "needed"
    """The hotline does not run without it."""
    BETTER = "better"
    """The hotline runs better with it, and goes on without it."""
    TESTS = "tests"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelFile(_Entry):
    """One file of a model, as it must be."""

    sha256: Sha256
    size: int | None = Field(None, ge=0)
    """Bytes; None where the publisher does not tell."""


class Packages(_Entry):
    """Wheels of Python's package index that hold the model, or pieces of it."""

    packages: dict[Annotated[str, Field(pattern=r"^[\w.-]+==[\w.]+$")], Sha256]
    """`name==version` to the wheel's sha256."""
    parts: dict[RelativePath, tuple[RelativePath, ...]] = {}
    """Each file of the model and the files it is put together from, in order."""
    folder: RelativePath | None = None
    """The folder that is the model, where nothing has to be put together."""


class Archive(_Entry):
    """A zip file."""

    archive: str
    size: int = Field(gt=0)
    sha256: Sha256
    folder: RelativePath
    """The folder inside the zip file that is the model."""


class Files(_Entry):
    """The model's files, one by one, each under its own name below `url`."""

    url: str = Field(pattern="/$")


Source = Packages | Archive | Files


class Model(_Entry):
    """One model of the catalog."""

    name: str
    engine: Literal["whisper", "vosk", "piper"]
    language: str
    licence: str
    about: str
    use: Use
    size: int = Field(gt=0)
    """Bytes on disk, about."""
    files: dict[RelativePath, ModelFile] = {}
    """What must be there. Empty where only the whole archive's hash is known."""
    sources: tuple[Source, ...] = Field(min_length=1)


Catalog = Mapping[str, Model]


def load_catalog(path: Path = CATALOG) -> Catalog:
    """The models by name, in the file's order. Raises ConfigError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        named = {name: {"name": name, **entry} for name, entry in tables.items()}
        return TypeAdapter(dict[RelativePath, Model]).validate_python(named)
    except (OSError, tomllib.TOMLDecodeError, ValidationError, TypeError) as error:
        raise ConfigError(f"the model catalog {path} cannot be used: {error}") from error


def find_model(catalog: Catalog, name: str) -> Model:
    """The model of that name. Raises ConfigError that names the models there are."""
    if name not in catalog:
        raise ConfigError(f"there is no model {name!r}; there are: {', '.join(catalog)}")
    return catalog[name]
