"""Says what can be set: the one table behind the default file, the manual page and the errors."""

import json
import types
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from ivr.config.section import Section
from ivr.config.settings import Settings

VARIABLE_PREFIX = "IVR_"

REQUIRED = ...
"""Stands for the default of what has none."""

_FILE_HEAD = """\
# The settings of the hotline. Every line below shows a default: to change one, take away its "#".
# A setting can also be given as an environment variable, which wins over this file:
# IVR_WEB_PORT=9000 is the same as port = 9000 under [web]. A restart makes changes take effect.
"""

_PAGE_HEAD = """\
# Settings

Made from `ivr/config/settings.py` by `ivr config docs`; a test compares the two.

Every setting has a default that works. To change one, edit `hotline.toml` (a commented file with
all defaults is made on the first run) or set its environment variable, which wins over the file.
An empty variable counts as not given; lists are written in it with commas. Relative paths start at
the folder of `hotline.toml`.

That folder is the one named by `IVR_HOME`, else the current folder if a `hotline.toml` is in it,
else the folder of the program. `.env` files are not read.

Wrong values, unknown settings and unknown `IVR_…` variables stop the program at the start, with
one message that names each of them, the value given and what is allowed. Secrets are never shown.
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting, as people meet it."""

    section: str
    key: str
    description: str
    default: object
    allowed: str
    secret: bool
    optional: bool
    path: bool
    several: bool = False
    """A list; its environment variable takes the values with commas between them."""
    tables: type[Section] | None = None
    """What each of its tables may hold, for a list of tables; those have no variable."""

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return f"{VARIABLE_PREFIX}{self.section}_{self.key}".upper()

    @property
    def default_toml(self) -> str:
        """Its default as the settings file writes it; an empty text stands for none."""
        return json.dumps(_plain(self.default), ensure_ascii=False)


def options() -> Iterator[Option]:
    """Every setting, in the order of the settings' own tables."""
    for name, section in sections():
        yield from options_of(name, section)


def options_of(name: str, section: type[Section]) -> Iterator[Option]:
    """The settings of one table, whether there is one of it or a list of them."""
    for key, field in section.model_fields.items():
        kind, optional = _kind(field)
        several = get_origin(kind) is tuple
        item = get_args(kind)[0] if several else kind
        tables = item if isinstance(item, type) and issubclass(item, Section) else None
        yield Option(
            section=name,
            key=key,
            description=field.description or "",
            default=_default(field),
            allowed=f"tables [[{name}.{key}]]" if tables else _allowed(kind, field),
            secret=kind is SecretStr,
            optional=optional,
            path=kind is Path,
            several=several,
            tables=tables,
        )


def sections() -> Iterator[tuple[str, type[Section]]]:
    """Every table of the settings file: its name and its class."""
    for name, field in Settings.model_fields.items():
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, Section)):
            raise TypeError(f"the settings' {name} must be a Section")
        yield name, field.annotation


def settings_file() -> str:
    """The default `hotline.toml`: valid TOML in which every setting is commented out."""
    lines = [_FILE_HEAD]
    for name, section in sections():
        lines.append(f"\n\n# {_purpose(section)}\n[{name}]\n")
        for option in options():
            if option.section == name:
                lines.append(f"\n# {option.description}\n# Allowed: {option.allowed}.\n")
                if option.tables is None:
                    lines.append(f"# {option.key} = {option.default_toml}\n")
                else:
                    lines += _sample(f"{name}.{option.key}", option.tables)
    return "".join(lines)


def _sample(name: str, tables: type[Section]) -> Iterator[str]:
    """A list's table with all it may hold, commented out."""
    yield f"## [[{name}]]\n"
    for option in options_of(name, tables):
        value = option.default_toml if option.default is not REQUIRED else '"…"'
        yield f"## {option.key} = {value}  # {option.description}\n"


def settings_page() -> str:
    """The manual page `docs/configuration.md`."""
    lines = [_PAGE_HEAD]
    for name, section in sections():
        lines.append(f"\n## `[{name}]`\n\n{_purpose(section)}\n\n")
        lines.append("| setting | default | allowed | meaning |\n|---|---|---|---|\n")
        for option in options_of(name, section):
            variable = "" if option.tables else f"<br>`{option.variable}`"
            lines.append(_row(option, variable))
        for option in options_of(name, section):
            if option.tables is not None:
                heading = f"{name}.{option.key}"
                lines.append(f"\n### `[[{heading}]]`\n\n{_purpose(option.tables)}\n\n")
                lines.append("| setting | default | allowed | meaning |\n|---|---|---|---|\n")
                lines += [_row(each, "") for each in options_of(heading, option.tables)]
    return "".join(lines)


def _row(option: Option, variable: str) -> str:
    if option.default is REQUIRED:
        shown = "must be given"
    else:
        shown = "none" if option.default is None else f"`{option.default_toml}`"
    return f"| `{option.key}`{variable} | {shown} | {option.allowed} | {option.description} |\n"


def _default(field: FieldInfo) -> object:
    if field.is_required():
        return REQUIRED
    return field.get_default(call_default_factory=True, validated_data={})


def _purpose(section: type[Section]) -> str:
    return cleandoc(section.__doc__ or "").splitlines()[0]


def _plain(default: object) -> object:
    if default is None or isinstance(default, SecretStr):
        return ""
    if isinstance(default, tuple):
        return [_plain(each) for each in default]
    return str(default) if isinstance(default, Path) else default


def _kind(field: FieldInfo) -> tuple[Any, bool]:
    """The field's type without its `None`, and whether it had one."""
    annotation = field.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not types.NoneType]
        if len(kinds) == 1:
            return kinds[0], True
    return annotation, False


def _allowed(kind: Any, field: FieldInfo) -> str:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if get_origin(item) is Literal:
            return f"a list of {_allowed(item, field)}"
        return "a list of texts"
    if get_origin(kind) is Literal:
        values = [f'"{value}"' for value in get_args(kind)]
        return " or ".join([", ".join(values[:-1]), values[-1]] if values[1:] else values)
    names = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a text",
        Path: "a path",
        SecretStr: "a secret text",
    }
    if kind not in names:
        raise TypeError(
            f"a setting of type {kind} cannot be described yet; teach _allowed about it"
        )
    return names[kind] + _limits(field)


def _limits(field: FieldInfo) -> str:
    low = high = ""
    for limit in field.metadata:
        match limit:
            case Ge():
                low = f" from {limit.ge}"
            case Gt():
                low = f" above {limit.gt}"
            case Le():
                high = f" to {limit.le}"
            case Lt():
                high = f" below {limit.lt}"
            case _:
                continue
    return low + high
