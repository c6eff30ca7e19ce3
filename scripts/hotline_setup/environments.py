"""Makes the two environments, `.venv` for the program and `.venv-nlu` for Rasa, from their locks.

uv does the work: it installs Rasa's 160 packages in 20 seconds instead of three minutes. It is
itself installed from a hash-pinned lock, into a small environment of its own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hotline_setup import pythons
from hotline_setup.pythons import NLU_VERSION, PROGRAM_VERSIONS, Python
from hotline_setup.stamps import Stamps, fingerprint
from hotline_setup.talk import SetupError, run, say

NLU_DISK = 5_000_000_000
"""Bytes that Rasa's environment and what is fetched for it take while it is made."""
NOT_OURS = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "PYTHONHOME", "PYTHONPATH")
AGAIN = "then run the same command again: what was fetched is kept"


FindPython = Callable[[], Python]


class Environments:
    """Makes what is missing under `root`; work folder and stamps are in `root/.setup`."""

    def __init__(self, root: Path, stamps: Stamps, env: Mapping[str, str]) -> None:
        self._root = root
        self._stamps = stamps
        self._env = env
        self._tools = root / ".setup" / "tools"
        self._managed = root / ".setup" / "pythons"

    @property
    def uv(self) -> Path:
        return self._tools / "bin" / "uv"

    @property
    def _build_tools(self) -> list[object]:
        """A few packages come as source only: what builds them is pinned like the rest."""
        return ["--build-constraints", self._root / "requirements" / "build.lock"]

    def make_tools(self) -> None:
        """Install uv."""
        lock = self._root / "requirements" / "tools.lock"
        facts = [str(self._root)]
        if self._stamps.is_current("tools", fingerprint([lock], [self.uv], facts)):
            return
        self._stamps.begin("tools")
        shutil.rmtree(self._tools, ignore_errors=True)
        self._make_plain_venv()
        pip = [self._tools / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
        pip += ["install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", lock]
        if run(pip, "installing uv, which installs the rest", self._root):
            why = "pip could not get uv from the package index; it says why above"
            raise SetupError("the installer uv is missing", why, f"check the network, {AGAIN}")
        self._stamps.finish("tools", fingerprint([lock], [self.uv], facts))

    def make_program(self, kind: str) -> None:
        """Make `.venv` with what `kind` ("run" or "dev") needs; one with more is as good."""
        kinds = ("dev",) if kind == "dev" else ("run", "dev")
        if any(self._stamps.is_current("venv", self._program_mark(each)) for each in kinds):
            return
        if self._stamps.read("venv").get("kind") == "dev":
            # Who has the tools for development once keeps them.
            kind = "dev"
        lock = self._root / "requirements" / f"{kind}.lock"
        self._make(".venv", lock, self._find_program, kind, "the program's packages")
        install = ["install", "-q", "--no-deps", *self._build_tools, "-e", self._root]
        self._pip(install, "installing the program itself", self._python(".venv"))
        link = self._root / ".venv" / "bin" / "uv"
        if not link.exists():
            # `ivr models fetch` installs engines with it, long after set-up.
            link.symlink_to(self.uv)
        self._stamps.finish("venv", self._program_mark(kind), kind=kind, root=str(self._root))

    def make_nlu(self) -> None:
        """Make `.venv-nlu`."""
        if self._stamps.is_current("venv-nlu", self._nlu_mark()):
            return
        free = shutil.disk_usage(self._root).free
        if free < NLU_DISK and not self._python(".venv-nlu").exists():
            why = f"only {free / 1e9:.1f} GB are free on this disk, and Rasa needs 5 GB"
            raise SetupError("Rasa cannot be installed", why, f"make room, {AGAIN}")
        lock = self._root / "nlu" / "requirements.lock"
        self._make(".venv-nlu", lock, self._find_nlu, "nlu", "Rasa's packages (2.5 GB)")
        self._stamps.finish("venv-nlu", self._nlu_mark(), kind="nlu", root=str(self._root))

    def _program_mark(self, kind: str) -> str:
        inputs = [self._root / "requirements" / f"{kind}.lock", self._root / "pyproject.toml"]
        return fingerprint(inputs, self._landmarks(".venv"), [kind, str(self._root)])

    def _nlu_mark(self) -> str:
        lock = self._root / "nlu" / "requirements.lock"
        return fingerprint([lock], self._landmarks(".venv-nlu"), [str(self._root)])

    def _landmarks(self, name: str) -> list[Path]:
        return [self._root / name / "pyvenv.cfg", self._python(name)]

    def _python(self, name: str) -> Path:
        return self._root / name / "bin" / "python"

    def _make_plain_venv(self) -> None:
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(self._tools)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if made.returncode:
            lines = (made.stdout + made.stderr).strip().splitlines() or ["no reason given"]
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            cure = (
                f"install Python's venv module (Debian, Ubuntu: apt-get install"
                f" python{version}-venv) or start with another Python (make setup PYTHON=...)"
            )
            raise SetupError("no environment can be made with Python", lines[0], cure)

    def _make(self, name: str, lock: Path, find: FindPython, kind: str, what: str) -> None:
        """Bring an environment to what its lock says; from scratch if it cannot be trusted."""
        step, folder = name.lstrip("."), self._root / name
        made = self._stamps.read(step)
        moved = made.get("root", str(self._root)) != str(self._root)
        doubtful = moved or self._stamps.was_interrupted(step)
        self._stamps.begin(step, kind=kind, root=str(self._root))
        if doubtful or not self._works(name):
            python = find()
            version = f"{python.version[0]}.{python.version[1]}"
            say(f"{name} is made with Python {version} ({python.path})")
            shutil.rmtree(folder, ignore_errors=True)
            command = [self.uv, "venv", "-q", "--no-project", "--python", python.path, folder]
            if run(command, f"making {name}", self._root, self.uv_env()):
                raise SetupError(
                    f"{name} cannot be made", "uv says why above", f"mend it, {AGAIN}"
                )
        # Compiled at once: at every start TensorFlow's sources would cost 15 s where Python may
        # not write beside them (other users' installations, containers).
        sync = ["sync", "--require-hashes", "--compile-bytecode", *self._build_tools, lock]
        self._pip(sync, f"installing {what}", self._python(name))

    def _works(self, name: str) -> bool:
        found = pythons.probe(self._python(name))
        wanted = (NLU_VERSION,) if name == ".venv-nlu" else PROGRAM_VERSIONS
        return found is not None and found.version in wanted

    def _pip(self, arguments: Sequence[object], what: str, python: Path) -> None:
        command = [self.uv, "pip", arguments[0], "--python", python, *arguments[1:]]
        if run(command, what, self._root, self.uv_env()):
            cure = f"check network and disk space, {AGAIN}"
            raise SetupError(f"{what} failed", "uv says why above", cure)

    def _find_program(self) -> Python:
        own = Path(sys.executable)
        places = pythons.program_candidates(own, self._env, self._managed)
        found = pythons.first_working(places, PROGRAM_VERSIONS)
        return found or self._fetch_python(
            PROGRAM_VERSIONS[0],
            "install Python 3.11, 3.12 or 3.13 (Debian 12, Ubuntu 24.04 and newer have one)",
        )

    def _find_nlu(self) -> Python:
        chosen = self._env.get("IVR_NLU_PYTHON") or python_of_settings(self._root, self._env)
        if chosen:
            python = pythons.first_working([Path(chosen).expanduser()], [NLU_VERSION])
            if python is None:
                why = f"{chosen}, which the setting nlu.python names, is no Python 3.10 that runs"
                cure = "correct IVR_NLU_PYTHON or hotline.toml, or take the setting away"
                raise SetupError("Rasa has no Python", why, cure)
            return python
        places = pythons.candidates(NLU_VERSION, self._env, self._managed)
        found = pythons.first_working(places, [NLU_VERSION])
        return found or self._fetch_python(
            NLU_VERSION,
            "install Python 3.10 (your system's package, or `pyenv install 3.10`) or name one in"
            " IVR_NLU_PYTHON",
        )

    def _fetch_python(self, version: tuple[int, int], cure: str) -> Python:
        name = f"{version[0]}.{version[1]}"
        command = [self.uv, "python", "install", "--no-bin", "--install-dir", self._managed, name]
        say(f"no working Python {name} is on this machine")
        failed = run(command, f"fetching Python {name}", self._root, self.uv_env())
        places = pythons.candidates(version, {}, self._managed)
        found = None if failed else pythons.first_working(places, [version])
        if found is None:
            why = "none is on this machine, and uv could not fetch one; it says why above"
            raise SetupError(f"Python {name} is missing", why, f"{cure}, {AGAIN}")
        return found

    def uv_env(self) -> dict[str, str]:
        """The environment variables that uv runs with."""
        return uv_environment(self._env, self._pip_setting)

    def _pip_setting(self, name: str) -> str | None:
        """One of pip's settings, from whichever of its files has it."""
        python = self._tools / "bin" / "python"
        answer = subprocess.run(
            [str(python), "-m", "pip", "config", "get", f"global.{name}"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return answer.stdout.strip() or None if answer.returncode == 0 else None


def uv_environment(
    env: Mapping[str, str], pip_setting: Callable[[str], str | None]
) -> dict[str, str]:
    """`env` for uv: a company's own package index and certificates count for it as for pip."""
    # What an outer virtual environment or project says is not meant for ours.
    wanted = {name: value for name, value in env.items() if name not in NOT_OURS}
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"} & env.keys():
        index = env.get("PIP_INDEX_URL") or pip_setting("index-url")
        wanted |= {"UV_DEFAULT_INDEX": index} if index else {}
    if "SSL_CERT_FILE" not in env:
        certificates = env.get("PIP_CERT") or pip_setting("cert")
        wanted |= {"SSL_CERT_FILE": certificates} if certificates else {}
    return wanted


def python_of_settings(root: Path, env: Mapping[str, str]) -> str | None:
    """`python` under `[nlu]` in hotline.toml. Left out before Python 3.11, which reads no TOML."""
    if sys.version_info < (3, 11):
        return None
    import tomllib  # noqa: PLC0415  (not there before 3.11)

    home = Path(env["IVR_HOME"]).expanduser() if env.get("IVR_HOME") else root
    try:
        settings = tomllib.loads((home / "hotline.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        # `ivr` itself tells what is wrong with the file, better than could be done here.
        return None
    chosen = (
        settings.get("nlu", {}).get("python") if isinstance(settings.get("nlu"), dict) else None
    )
    return str(home / Path(chosen).expanduser()) if isinstance(chosen, str) and chosen else None
