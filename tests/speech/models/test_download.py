"""What can happen between a model host and this machine, over real sockets."""

import hashlib
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.core.errors import ModelRefused
from ivr.speech.models.download import Remote, SourceUnavailable, download, new_client
from ivr.speech.models.progress import Silent
from tests.speech.models.conftest import ModelHost

BODY = bytes(range(256)) * 400
SHA = hashlib.sha256(BODY).hexdigest()


def get(host: ModelHost, part: Path, *, size: int | None = len(BODY), sha: str = SHA) -> None:
    with new_client() as client:
        download(client, Remote(host.url("m.bin"), sha, size), part, Silent(), lambda _: None)


def test_a_cut_connection_is_resumed_where_it_broke(host: ModelHost, tmp_path: Path) -> None:
    host.files["m.bin"] = BODY
    host.cuts = [1000, 50_000]
    get(host, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == BODY
    assert host.asked == [None, "bytes=1000-", "bytes=51000-"]


@given(cuts=st.lists(st.integers(0, len(BODY) - 1), max_size=4), ranges=st.booleans())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_breaks_the_file_comes_out_whole(
    host: ModelHost, cuts: list[int], ranges: bool
) -> None:
    host.files["m.bin"], host.cuts, host.ranges = BODY, list(cuts), ranges
    with TemporaryDirectory() as folder:
        get(host, Path(folder) / "part")
        assert (Path(folder) / "part").read_bytes() == BODY


def test_a_later_run_goes_on_with_what_an_earlier_one_got(host: ModelHost, tmp_path: Path) -> None:
    host.files["m.bin"] = BODY
    host.cuts = [2000, 0, 0, 0, 0]
    with pytest.raises(SourceUnavailable, match=r"broke 5 times.*is kept"):
        get(host, tmp_path / "part")
    host.asked.clear()
    get(host, tmp_path / "part")
    assert host.asked == ["bytes=2000-"]
    assert (tmp_path / "part").read_bytes() == BODY


def test_a_finished_leftover_is_not_fetched_again(host: ModelHost, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(BODY)
    get(host, tmp_path / "part")
    assert host.asked == []


@pytest.mark.parametrize(
    "leftover", [b"x" * 500, b"x" * len(BODY), b"x" * (len(BODY) + 5)], ids=["part", "all", "more"]
)
def test_a_leftover_of_another_version_is_replaced(
    host: ModelHost, tmp_path: Path, leftover: bytes
) -> None:
    host.files["m.bin"] = BODY
    (tmp_path / "part").write_bytes(leftover)
    get(host, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == BODY


def test_a_leftover_longer_than_the_file_is_replaced_where_the_size_is_not_known(
    host: ModelHost, tmp_path: Path
) -> None:
    host.files["m.bin"] = BODY
    (tmp_path / "part").write_bytes(b"x" * (len(BODY) + 5))
    get(host, tmp_path / "part", size=None)
    assert (tmp_path / "part").read_bytes() == BODY


@pytest.mark.parametrize("size", [len(BODY), None])
def test_wrong_bytes_are_refused_and_removed(
    host: ModelHost, tmp_path: Path, size: int | None
) -> None:
    host.files["m.bin"] = BODY[:-1] + b"!"
    with pytest.raises(ModelRefused, match=f"instead of {SHA}"):
        get(host, tmp_path / "part", size=size)
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize("body", [b"<html>Please log in</html>", BODY + b"more"])
def test_a_file_of_another_length_is_refused_before_it_is_taken(
    host: ModelHost, tmp_path: Path, body: bytes
) -> None:
    host.files["m.bin"] = body
    with pytest.raises(ModelRefused, match=f"{len(body)} bytes instead of {len(BODY)}"):
        get(host, tmp_path / "part")
    assert not (tmp_path / "part").exists()


def test_what_came_is_kept_when_the_file_has_moved(host: ModelHost, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(BODY[:100])
    with pytest.raises(SourceUnavailable, match="answers 404"):
        get(host, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == BODY[:100]


def test_a_host_with_a_passing_trouble_is_asked_again(host: ModelHost, tmp_path: Path) -> None:
    host.status = 503
    with pytest.raises(SourceUnavailable):
        get(host, tmp_path / "part")
    assert len(host.asked) == 5


def test_a_host_that_falls_silent_is_given_up(host: ModelHost, tmp_path: Path) -> None:
    host.files["m.bin"] = BODY
    host.stall.set()
    remote = Remote(host.url("m.bin"), SHA, len(BODY))
    with (
        httpx.Client(timeout=0.1) as client,
        pytest.raises(SourceUnavailable, match="is kept"),
    ):
        download(client, remote, tmp_path / "part", Silent(), lambda _: None)
    assert BODY.startswith((tmp_path / "part").read_bytes())


def test_nobody_at_the_port_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        remote = Remote(f"http://127.0.0.1:{bound.getsockname()[1]}/m.bin", SHA)
        with (
            new_client() as client,
            pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 cannot be reached"),
        ):
            download(client, remote, tmp_path / "part", Silent(), lambda _: None)


def test_an_unknown_name_is_said_plainly(tmp_path: Path) -> None:
    remote = Remote("http://models.invalid/m.bin", SHA)
    with new_client() as client, pytest.raises(SourceUnavailable, match=r"models\.invalid"):
        download(client, remote, tmp_path / "part", Silent(), lambda _: None)
