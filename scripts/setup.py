#!/usr/bin/env python3
"""Sets the hotline up, as far as a purpose needs it. The Makefile calls it.

    setup.py run | test | check | lock [--upgrade]

Each step is skipped if it is done already. Stopped at any point, it can be run again.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline_setup import system
from hotline_setup.environments import Environments
from hotline_setup.locks import make_locks
from hotline_setup.stamps import Stamps, fingerprint
from hotline_setup.talk import AlreadyTold, SetupError, run, say

ROOT = Path(__file__).resolve().parent.parent
DAY_S = 24 * 3600.0
PURPOSES = ("run", "test", "check", "lock")


def main() -> int:
    """Do what the command line says; returns the exit code."""
    if len(sys.argv) < 2 or sys.argv[1] not in PURPOSES or set(sys.argv[2:]) - {"--upgrade"}:
        say(f"usage: setup.py {' | '.join(PURPOSES)} [--upgrade]")
        return 2
    try:
        with _one_at_a_time(ROOT / ".setup"):
            set_up(sys.argv[1], sys.argv[2:])
    except SetupError as error:
        sys.stderr.write(f"\n{error.message}\n")
        return 1
    except AlreadyTold:
        return 1
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"\nSet-up stopped: {error.strerror or error}{place}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nSet-up was interrupted. The same command goes on from here.\n")
        return 130
    return 0


def set_up(purpose: str, options: list[str]) -> None:
    """Bring the machine to where `purpose` can begin. Raises SetupError or AlreadyTold."""
    stamps = Stamps(ROOT / ".setup" / "stamps")
    environments = Environments(ROOT, stamps, os.environ)
    if purpose == "test":
        system.install(system.missing(system.TO_TEST), ROOT)
    environments.make_tools()
    if purpose == "lock":
        make_locks(ROOT, environments.uv, environments.uv_env(), options)
        return
    environments.make_program("run" if purpose == "run" else "dev")
    if purpose == "check":
        return
    environments.make_nlu()
    _provide_models(purpose, stamps)
    _train(stamps)
    if purpose == "run":
        system.report(system.missing(system.TO_RUN))


def _provide_models(purpose: str, stamps: Stamps) -> None:
    """Let the program fetch its speech models.

    Looked at once a day even if nothing has changed: some are only tried, and may be had now.
    """
    step, models = f"models-{purpose}", ROOT / "models"
    inputs = [models / "catalog.toml", ROOT / ".setup" / "stamps" / "venv"]

    def mark() -> str:
        speech = [each for each in models.iterdir() if each.is_dir() and each.name != "nlu"]
        return fingerprint(inputs, sorted(each for each in speech if each.name[0] != "."))

    if stamps.is_current(step, mark(), DAY_S):
        return
    _ivr("models", "setup", "--for", purpose, what="looking after the speech models")
    stamps.finish(step, mark())


def _train(stamps: Stamps) -> None:
    """Let the program train Rasa's model; it does so only if the content of nlu/ asks for it."""

    def mark() -> str:
        trained = sorted((ROOT / "models" / "nlu").glob("*.tar.gz"))
        return fingerprint([ROOT / "nlu"], trained)

    if stamps.is_current("training", mark()):
        return
    _ivr("nlu", "train", what="looking after Rasa's model")
    stamps.finish("training", mark())


def _ivr(*arguments: str, what: str) -> None:
    # It tells its own progress, except where nothing happens for long.
    if run([ROOT / ".venv" / "bin" / "ivr", *arguments], what, ROOT, still_every_s=60):
        raise AlreadyTold


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is at work in this folder: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
