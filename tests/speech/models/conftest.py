"""A model host on loopback that misbehaves on demand."""

import io
import threading
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typing_extensions import override

from ivr.speech.models.catalog import Archive, Files, Model, ModelFile, Source, Use


class ModelHost:
    """Serves `files`; every answer consumes one entry of `cuts`, where the connection breaks."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cuts: list[int] = []
        """After how many bytes of its body each of the next answers breaks off."""
        self.ranges = True
        self.status: int | None = None
        self.stall = threading.Event()
        """While set, answers stop after half of their body and stay open."""
        self.asked: list[str | None] = []
        """The Range header of every request, in order."""
        self.port = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


class NewModel:
    """Puts small models on the host and tells what the catalog would say of them."""

    def __init__(self, host: ModelHost) -> None:
        self._host = host

    def of_files(
        self, name: str, files: dict[str, bytes], *folders: str, use: Use = Use.BETTER
    ) -> Model:
        """Each folder is a source of its own; none means one that works."""
        for path, content in files.items():
            self._host.files[f"{name}/{path}"] = content
        known = {
            path: ModelFile(sha256=sha256(content).hexdigest(), size=len(content))
            for path, content in files.items()
        }
        sources = [Files(url=self._host.url(f"{folder}/")) for folder in folders or (name,)]
        return self._model(name, known, *sources, use=use)

    def of_archive(self, name: str, files: dict[str, bytes]) -> Model:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path, content in files.items():
                archive.writestr(f"{name}-1.0/{path}", content)
        body = packed.getvalue()
        self._host.files[f"{name}.zip"] = body
        source = Archive(
            archive=self._host.url(f"{name}.zip"),
            size=len(body),
            sha256=sha256(body).hexdigest(),
            folder=f"{name}-1.0",
        )
        return self._model(name, {}, source)

    def _model(
        self, name: str, files: dict[str, ModelFile], *sources: Source, use: Use = Use.BETTER
    ) -> Model:
        return Model(
            name=name,
            engine="vosk",
            language="de",
            licence="CC0-1.0",
            about="a small model",
            use=use,
            size=1000,
            files=files,
            sources=sources,
        )


def _handler(host: ModelHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers["Range"]
            host.asked.append(wanted)
            body = host.files.get(self.path.removeprefix("/"))
            if host.status or body is None:
                self.send_error(host.status or 404)
                return
            start = 0
            if wanted and host.ranges:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if start >= len(body):
                    self.send_error(416)
                    return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body) - start))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.end_headers()
            self._send(body[start:])

        def _send(self, rest: bytes) -> None:
            self.close_connection = True
            if host.stall.is_set():
                self.wfile.write(rest[: len(rest) // 2])
                self.wfile.flush()
                while host.stall.is_set():
                    threading.Event().wait(0.02)
                return
            self.wfile.write(rest[: host.cuts.pop(0)] if host.cuts else rest)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture(scope="session")
def _server() -> Iterator[tuple[ThreadingHTTPServer, ModelHost]]:
    host = ModelHost()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(host))
    host.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server, host
    host.stall.clear()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def host(_server: tuple[ThreadingHTTPServer, ModelHost]) -> Iterator[ModelHost]:
    """The host with nothing on it and no mischief in mind."""
    host, port = _server[1], _server[1].port
    vars(host).update(vars(ModelHost()), port=port)
    yield host
    host.stall.clear()


@pytest.fixture
def new_model(host: ModelHost) -> NewModel:
    """Makes a catalog entry of files on the host; `archive` packs them into a zip file there."""
    return NewModel(host)
