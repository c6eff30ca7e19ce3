"""The errors of the house.

    HotlineError
    ├── ConfigError               a setting or a company profile is wrong
    ├── MissingPiece              something must be installed or fetched first
    ├── ModelRefused              a downloaded model is not what the catalog promises
    ├── RecognitionFailed         a recognizer could not do its work
    ├── SpeakingFailed            a voice could not do its work
    │   └── VoiceLost             its engine has died or hangs
    ├── UnderstandingUnavailable  Rasa does not answer, or not sensibly
    ├── StoreUnavailable          the database cannot be read or written
    ├── RecordRefused             what was to be kept does not fit the database
    ├── FieldRefused              what was typed is no value for the field
    ├── FormIncomplete            a form lacks values that it needs
    ├── LineFailed                a line cannot be opened or has broken
    ├── NotConnected              what was asked of a call needs an agent in it
    └── BadRecording              a sound file cannot be read

What can be expected (silence, hang-up, not understood) is an event, never an error. Every message
says what is wrong and what to do about it.
"""


class HotlineError(Exception):
    """Base of all errors that the program raises on purpose."""


class ConfigError(HotlineError):
    """A setting is wrong: correct it where the message points."""


class MissingPiece(HotlineError):
    """A package, library or model is not there: do what the message says, then start again."""


class ModelRefused(HotlineError):
    """A model's size or hash is wrong: nothing was installed; fetch it again."""


class RecognitionFailed(HotlineError):
    """A recognizer failed on this utterance; the call goes on with keys or a colleague."""


class SpeakingFailed(HotlineError):
    """A voice failed on this text; the next voice may still work."""


class VoiceLost(SpeakingFailed):
    """A voice's engine has died or hangs: it is started again; other texts fail meanwhile, too."""


class UnderstandingUnavailable(HotlineError):
    """Rasa is away: the call goes on with keywords; see Rasa's log."""


class StoreUnavailable(HotlineError):
    """The database cannot be used: check its disk space and that nobody else locks it."""


class RecordRefused(HotlineError):
    """A record does not fit (an unknown call, an impossible value): trying again is no use."""


class FieldRefused(HotlineError):
    """What was typed is no value for this field: type another."""

    def __init__(self, field: str) -> None:
        super().__init__(f"this is no value for {field}: type another")
        self.field = field


class FormIncomplete(HotlineError):
    """A form lacks values that it needs: fill them in first."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"fill in first: {', '.join(missing)}")
        self.missing = missing


class LineFailed(HotlineError):
    """A line cannot be opened or has broken: check its device or its account."""


class NotConnected(HotlineError):
    """Nobody from the desk is in this call, or not any more: it goes on, or is over."""


class BadRecording(HotlineError):
    """A sound file cannot be read: take another, or convert it to 16-bit PCM WAV."""
