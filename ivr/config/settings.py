"""The program's settings: their meaning, their limits, and what they are unless told otherwise.

Each field's description is its documentation: the default `hotline.toml` and
`docs/configuration.md` are made from this module.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from ivr.config.desk import Desk
from ivr.config.recording import Recording
from ivr.config.retention import Retention
from ivr.config.section import Section
from ivr.config.sip import Sip
from ivr.config.training import Training
from ivr.config.wallboard import Wallboard
from ivr.config.web import Web
from ivr.config.webrtc import WebRtc


class Hotline(Section):
    """The hotline as a whole."""

    company: Path = Field(
        Path("company.toml"), description="The company's profile: names, hours, products, orders."
    )
    data_dir: Path = Field(
        Path("var"), description="Where the program keeps what it makes: database, logs, caches."
    )
    models_dir: Path = Field(Path("models"), description="Where speech models are kept.")
    max_call_s: float = Field(
        1800,
        ge=60,
        le=14400,
        description="Longest call in seconds; a warning comes a minute before.",
    )
    drain_s: float = Field(
        20,
        ge=0,
        le=600,
        description="Seconds that calls are given to finish when the program stops.",
    )


class Speech(Section):
    """Recognition and voice."""

    recognizer: Literal["auto", "vosk", "whisper"] = Field(
        "auto", description="`auto` takes Vosk if its German model is installed, else Whisper."
    )
    voice: Literal["auto", "piper", "pico", "pyttsx3"] = Field(
        "auto", description="`auto` takes the best that is installed: Piper, Pico, then pyttsx3."
    )
    workers: int = Field(
        0, ge=0, le=64, description="Recognitions at the same time; 0 means one a core."
    )
    whisper_window_s: float = Field(
        10,
        ge=5,
        le=30,
        description="Shortest stretch of audio Whisper looks at, in seconds: longer is more exact"
        " and slower. While many callers wait to be understood, it is 8 at most.",
    )
    whisper_beam: int = Field(3, ge=1, le=10, description="Whisper's beam size.")


class Turns(Section):
    """When the caller has finished, and when they interrupt."""

    no_input_s: float = Field(
        6, ge=2, le=60, description="Seconds of silence after which the caller is spoken to again."
    )
    patience: float = Field(
        1.0,
        ge=0.5,
        le=3.0,
        description="Factor on every wait before a turn ends; above 1 for slow speakers.",
    )


class Dialogue(Section):
    """The conversation."""

    filler_after_s: float = Field(
        1.2, ge=0.5, le=5, description="Seconds after which a late answer is bridged by a phrase."
    )
    keep_company_s: float = Field(
        3.0,
        ge=1.5,
        le=10,
        description="Longest silence of the hotline while an answer is awaited.",
    )


class Nlu(Section):
    """Rasa."""

    host: str = Field("127.0.0.1", description="Where Rasa listens.")
    port: int = Field(5005, ge=1, le=65535, description="Rasa's port.")
    actions_port: int = Field(
        5055, ge=1, le=65535, description="Port of the program's own actions, called by Rasa."
    )
    python: Path | None = Field(
        None, description="A Python 3.10 to make Rasa's environment with; looked for if not given."
    )
    timeout_s: float = Field(
        8, ge=1, le=60, description="Seconds after which Rasa counts as away for this question."
    )
    token: SecretStr | None = Field(
        None,
        description="Shared secret between the program and Rasa; made at the start if not given.",
    )


class Store(Section):
    """The database."""

    url: SecretStr | None = Field(
        None, description="SQLAlchemy address of the database; SQLite in `data_dir` if not given."
    )


class Microphone(Section):
    """The line at the desk."""

    input: str | None = Field(None, description="Name or number of the microphone.")
    output: str | None = Field(None, description="Name or number of the loudspeaker.")


class Log(Section):
    """Log messages."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important messages that are written."
    )
    personal: bool = Field(
        False,
        description="Whether log messages may tell who called and what was said; only for looking"
        " for a fault, with the callers' consent.",
    )


class Settings(Section):
    """All settings, by table."""

    hotline: Hotline = Hotline()
    speech: Speech = Speech()
    turns: Turns = Turns()
    dialogue: Dialogue = Dialogue()
    nlu: Nlu = Nlu()
    training: Training = Training()
    recording: Recording = Recording()
    store: Store = Store()
    retention: Retention = Retention()
    microphone: Microphone = Microphone()
    sip: Sip = Sip()
    desk: Desk = Desk()
    wallboard: Wallboard = Wallboard()
    web: Web = Web()
    webrtc: WebRtc = WebRtc()
    log: Log = Log()

    @property
    def database(self) -> str | Path:
        """The database's address, a secret, or the SQLite file that stands in for it."""
        url = self.store.url
        return url.get_secret_value() if url else self.hotline.data_dir / "hotline.sqlite"

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        ports = [self.nlu.actions_port, self.web.port]
        if self.nlu.host in ("127.0.0.1", "localhost", "::1"):
            ports.append(self.nlu.port)
        if len(set(ports)) < len(ports):
            raise ValueError(
                "[nlu] port, [nlu] actions_port and [web] port must be different from each other"
            )
        return self
