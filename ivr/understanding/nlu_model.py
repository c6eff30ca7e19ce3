"""Trains Rasa's model when what it is made from has changed, and only then.

A model is kept as `models/nlu/<key>.tar.gz`, where the key is a hash over everything in `nlu/`
that training looks at: the same content always finds the same model, whichever branch or clone
it came from.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.core.errors import MissingPiece

SOURCES = (
    "config.yml",
    "domain.yml",
    "domain",
    "data",
    "spoken_intents.py",
    "requirements.lock",
)
"""What training depends on. The channel, the addresses and the tests change no model."""
KEPT_MODELS = 3
KEY_LENGTH = 16
MODEL_SUFFIX = ".tar.gz"
CACHE_MB = 300
"""Rasa keeps trained parts by their inputs, so that a changed answer does not retrain DIET."""

_DONE = re.compile(r"(\d+)%\|")
_BEGIN = "Starting to train component "


def model_key(project: Path) -> str:
    """The name of the model that belongs to the project's present content."""
    digest = hashlib.sha256()
    for file in _sources(project):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(project).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()[:KEY_LENGTH]


def model_file(project: Path, folder: Path) -> Path:
    """Where the model for the project's present content is, or will be once it is trained."""
    return folder / f"{model_key(project)}{MODEL_SUFFIX}"


def nlu_python(root: Path) -> Path:
    """The interpreter of Rasa's own environment. Raises MissingPiece."""
    python = root / ".venv-nlu" / "bin" / "python"
    if not python.exists():
        raise MissingPiece(
            f"Rasa's environment {python.parent.parent} is missing: run `make setup`"
        )
    return python


def rasa_environment(threads: int | None = None) -> dict[str, str]:
    """This process's environment, made fit for Rasa: quiet, offline, and on `threads` threads."""
    env = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
        "PYTHONUNBUFFERED": "1",
        # TensorFlow's hundreds of modules take 15 s to compile anew at every start.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    if threads is not None:
        limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        tensorflow = ("TF_INTRA_OP_PARALLELISM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS")
        env |= dict.fromkeys(limits + tensorflow, str(threads))
    return env


def training_words(project: Path, out: Path) -> list[str]:
    """What to give to Python's -m to train the project; the model is `out/model.tar.gz`."""
    domain = project / ("domain" if (project / "domain").is_dir() else "domain.yml")
    command = ["rasa", "train", "--out", str(out), "--fixed-model-name", "model"]
    command += ["--config", str(project / "config.yml"), "--domain", str(domain)]
    return [*command, "--data", str(project / "data")]


def train(project: Path, folder: Path, python: Path, say: Callable[[str], None]) -> Path:
    """Make sure that the model for `project` is in `folder`, and return it. Blocks for minutes.

    A second training at the same time waits for the first. Nothing is moved into place before it
    is whole. Raises MissingPiece with the end of Rasa's own words if training fails.
    """
    if (model := model_file(project, folder)).exists():
        return model
    folder.mkdir(parents=True, exist_ok=True)
    with _only_one(folder, say) as lock:
        # What was edited while waiting counts, and what the other one trained is ours as well.
        if not (model := model_file(project, folder)).exists():
            say("training Rasa's model (a few minutes, once for every change of nlu/)")
            model = _train(project, folder, python, say, lock)
            _forget_old(folder, model)
    return model


def shown_progress(line: str) -> str | None:
    """What of a line of Rasa's output is worth showing: the parts, and each tenth of the way."""
    if _BEGIN in line:
        return "training " + line.split(_BEGIN, 1)[1].strip(" .'")
    if line.startswith("Epochs:") and (done := _DONE.search(line)):
        return f"training, {int(done[1]) // 10 * 10} % of the epochs"
    return None


def _sources(project: Path) -> Iterator[Path]:
    found: list[Path] = []
    for name in SOURCES:
        place = project / name
        found += [place] if place.is_file() else list(place.rglob("*.yml"))
    return iter(sorted(found))


@contextmanager
def _only_one(folder: Path, say: Callable[[str], None]) -> Iterator[int]:
    descriptor = os.open(folder / ".training.lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another training is running: waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _train(
    project: Path, folder: Path, python: Path, say: Callable[[str], None], lock: int
) -> Path:
    for left_over in folder.glob(".training-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    workshop = Path(tempfile.mkdtemp(prefix=".training-", dir=folder))
    try:
        # Trained is a copy: whoever edits nlu/ meanwhile gets no model under a wrong key.
        copy = workshop / "nlu"
        for file in _sources(project):
            place = copy / file.relative_to(project)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        words = _run_training(project, workshop, python, say, lock)
        trained = workshop / f"model{MODEL_SUFFIX}"
        if not trained.exists():
            raise MissingPiece("training Rasa's model failed:\n" + "\n".join(words))
        return trained.replace(model_file(copy, folder))
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _run_training(
    project: Path, workshop: Path, python: Path, say: Callable[[str], None], lock: int
) -> deque[str]:
    """Run Rasa's own training, telling its progress; returns its last lines."""
    command = [str(python), "-m", *training_words(workshop / "nlu", workshop)]
    env = rasa_environment()
    env["RASA_CACHE_DIRECTORY"] = str(workshop.parent / ".cache")
    env["RASA_MAX_CACHE_SIZE"] = str(CACHE_MB)
    last: deque[str] = deque(maxlen=15)
    shown = None
    # The lock is handed down: it holds until the training itself is over, whoever started it.
    with subprocess.Popen(  # noqa: S603  (our own interpreter and arguments)
        command,
        cwd=project,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        pass_fds=[lock],
    ) as process:
        try:
            # Universal newlines split Rasa's bars, which return without a new line, as well.
            for line in process.stdout or ():
                text = line.strip()
                last.append(text)
                if (news := shown_progress(text)) and news != shown:
                    say(shown := news)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        # Rasa can fail after the archive is written: what it calls failed is not kept.
        (workshop / f"model{MODEL_SUFFIX}").unlink(missing_ok=True)
    return last


def _forget_old(folder: Path, current: Path) -> None:
    by_age = sorted(
        folder.glob(f"*{MODEL_SUFFIX}"), key=lambda file: file.stat().st_mtime, reverse=True
    )
    for file in [each for each in by_age if each != current][KEPT_MODELS - 1 :]:
        file.unlink(missing_ok=True)
