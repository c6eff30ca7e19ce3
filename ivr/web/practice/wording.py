"""What moods and mistakes are called on the practice pages; keys of the catalog."""

from collections.abc import Mapping

from ivr.practice.reading import Mistake
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

WHY: Mapping[str, str] = {
    "begin": N_("zu Beginn"),
    "helped": N_("es ging voran"),
    "kind": N_("freundliches Wort"),
    "waiting": N_("Stille"),
    "on_hold": N_("Warten mit Musik"),
    "interrupted": N_("ins Wort gefallen"),
    "asked_again": N_("noch einmal dasselbe gefragt"),
    "lost": N_("keine Antwort bekommen"),
    "unsolved": N_("abgewimmelt"),
}
"""What changed the customer's mood."""
_MISTAKES: Mapping[str, str] = {
    "yaml": N_("Das ist kein YAML: %(detail)s"),
    "unknown": N_("Diesen Eintrag gibt es hier nicht. Möglich sind: %(detail)s"),
    "missing": N_("Dieser Eintrag fehlt."),
    "value": N_("Das passt hier nicht: %(detail)s"),
    "names": N_("Die Namen der Antworten passen nicht zusammen: %(detail)s"),
}


def explained(mistake: Mistake) -> str:
    """What is wrong with an exercise, for the person who wrote it."""
    return _(_MISTAKES[mistake.kind]) % {"detail": mistake.detail}


def mood_name(mood: int) -> tuple[str, str]:
    """What a mood is called, and the tone of its badge."""
    if mood < 30:
        return _("ruhig"), "good"
    if mood < 60:
        return _("angespannt"), "warn"
    return (_("verärgert"), "bad") if mood < 100 else (_("wütend"), "bad")
