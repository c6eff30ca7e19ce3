"""Import and export: Rasa's YAML, old Markdown, tables. All of it, or every line that is wrong."""

import asyncio
import io
import secrets
import zipfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, UploadFile
from fastapi.responses import Response

from ivr.core.training import Change
from ivr.training import pieces as p
from ivr.training.csv_files import write_examples, write_products
from ivr.training.importing import edits_of, effect_of, read_any
from ivr.training.outcomes import Refused
from ivr.training.pieces import Content
from ivr.training.yaml_in import Problem, Reader
from ivr.training.yaml_out import write_project
from ivr.web.admin.console import Console, PagesOf, who
from ivr.web.admin.labels import KINDS
from ivr.web.texts import gettext as _

LARGEST_IMPORT = 20_000_000
"""Bytes of an upload; a project of 10,000 examples has less than one million."""
_MOST_UNPACKED = 60_000_000
_MOST_FILES = 500
_MOST_UPLOADS = 3
Token = Annotated[str, Form(pattern="^[0-9a-f]{32}$")]
_ENDINGS = (".yml", ".yaml", ".md", ".csv")


class FilePages:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._uploads = _Uploads()

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/files", self.show, methods=["GET"])
        add("/files/import", self.take, methods=["POST"])
        add("/files/replace", self.replace, methods=["POST"])
        add("/files/products", self.take_products, methods=["POST"])
        add("/files/project.zip", self.project, methods=["GET"])
        add("/files/examples.csv", self.examples, methods=["GET"])
        add("/files/products.csv", self.products, methods=["GET"])

    async def show(self, request: Request, pages: PagesOf) -> Response:
        return self._page(request, pages)

    async def take(
        self,
        request: Request,
        pages: PagesOf,
        files: list[UploadFile],
        way: Annotated[str, Form(pattern="^(add|replace)$")] = "add",
    ) -> Response:
        """Add what is in the files; or say what it would mean to put it in the place of all."""
        reader = await asyncio.to_thread(read_any, await _texts(files))
        if reader.problems:
            return self._page(request, pages, problems=reader.problems, status=422)
        if way == "replace":
            return await self._ask(request, pages, self._uploads.keep(reader))
        return await self._take(request, pages, reader, replace=False)

    async def replace(
        self, request: Request, pages: PagesOf, token: Token, seen: Annotated[int, Form(ge=0)]
    ) -> Response:
        """Put what was uploaded in the place of everything there is."""
        reader = self._uploads.get(token)
        if reader is None:
            raise HTTPException(410, _("Bitte wählen Sie die Dateien noch einmal aus."))
        if await self._console.content.latest() != seen:
            # What would be replaced is no longer what was shown.
            return await self._ask(request, pages, token)
        return await self._take(request, pages, reader, replace=True)

    async def _ask(self, request: Request, pages: PagesOf, token: str) -> Response:
        reader, desk = self._uploads.get(token), self._console.content
        assert reader is not None  # noqa: S101 - it was looked at just before
        seen, content = await desk.latest(), await desk.content()
        edits = await asyncio.to_thread(edits_of, content, reader, replace=True)
        return pages.page(
            request,
            "admin/replace.html",
            effect=effect_of(content, edits),
            kinds=KINDS,
            token=token,
            seen=seen,
        )

    async def _take(
        self, request: Request, pages: PagesOf, reader: Reader, *, replace: bool
    ) -> Response:
        content = await self._console.content.content()
        edits = await asyncio.to_thread(edits_of, content, reader, replace=replace)
        if not edits:
            raise HTTPException(422, _("In diesen Dateien ist nichts, was hierher gehört."))
        outcome = await self._console.content.save(edits, who(request), p.IMPORT)
        if isinstance(outcome, Refused):
            raise HTTPException(409, outcome.text)
        return self._page(request, pages, taken=outcome.changes)

    async def take_products(self, request: Request, pages: PagesOf, file: UploadFile) -> Response:
        _now, version = await self._console.company.section("products")
        text = _decoded(file.filename or "", await file.read())
        outcome = await self._console.company.import_products(text, version, who(request))
        if isinstance(outcome, Refused):
            return self._page(request, pages, lines=outcome.text.splitlines(), status=422)
        return self._page(request, pages, taken=outcome.changes)

    async def project(self) -> Response:
        content = await self._console.content.content()
        packed = await asyncio.to_thread(_packed, content)
        return _download(packed, "application/zip", "nlu.zip")

    async def examples(self) -> Response:
        content = await self._console.content.content()
        text = await asyncio.to_thread(write_examples, content)
        return _download(("\ufeff" + text).encode(), "text/csv; charset=utf-8", "beispiele.csv")

    async def products(self) -> Response:
        listed, _version = await self._console.company.section("products")
        text = write_products(listed or ())
        return _download(("\ufeff" + text).encode(), "text/csv; charset=utf-8", "produkte.csv")

    def _page(
        self,
        request: Request,
        pages: PagesOf,
        *,
        problems: list[Problem] | None = None,
        lines: list[str] | None = None,
        taken: Sequence[Change] | None = None,
        status: int = 200,
    ) -> Response:
        return pages.page(
            request,
            "admin/files.html",
            status=status,
            problems=problems or [],
            lines=lines or [],
            taken=taken,
            pieces=p,
        )


class _Uploads:
    """What was read of files and waits for somebody to say yes to it. The oldest makes room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Reader] = OrderedDict()

    def keep(self, reader: Reader) -> str:
        """The token by which it is found again."""
        token = secrets.token_hex(16)
        self._kept[token] = reader
        while len(self._kept) > _MOST_UPLOADS:
            self._kept.popitem(last=False)
        return token

    def get(self, token: str) -> Reader | None:
        return self._kept.get(token)


def _packed(content: Content) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in write_project(content).items():
            archive.writestr(name, text)
    return packed.getvalue()


async def _texts(files: list[UploadFile]) -> Mapping[str, str]:
    """The files by name; a ZIP's own files in its place. Raises HTTPException."""
    found: dict[str, str] = {}
    for file in files:
        name, data = file.filename or "", await file.read()
        if name.lower().endswith(".zip"):
            found |= _unpacked(data)
        elif name.lower().endswith(_ENDINGS):
            found[name] = _decoded(name, data)
    if not found:
        raise HTTPException(422, _("Bitte wählen Sie Dateien mit .yml, .md, .csv oder .zip aus."))
    return found


def _unpacked(data: bytes) -> dict[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [each for each in archive.infolist() if each.filename.endswith(_ENDINGS)]
            # A bomb of a few bytes must not fill the memory.
            if len(wanted) > _MOST_FILES or sum(e.file_size for e in wanted) > _MOST_UNPACKED:
                raise HTTPException(413, _("Das Archiv ist zu groß."))
            return {each.filename: _decoded(each.filename, archive.read(each)) for each in wanted}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise HTTPException(422, _("Das Archiv lässt sich nicht öffnen.")) from None


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if name.lower().endswith(".csv"):
            # What spreadsheets in Germany write if they are not told otherwise.
            return data.decode("cp1252", "replace")
        text = _("„%(name)s“ ist keine Textdatei in UTF-8.") % {"name": name}
        raise HTTPException(422, text) from None


def _download(data: bytes, kind: str, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(data, media_type=kind, headers={"Content-Disposition": disposition})
