"""What the call page's script shows, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.web.texts import N_, languages, translations
from ivr.web.texts import gettext as _

_BUTTON = {
    "call": N_("Jetzt anrufen"),
    "close": N_("Schließen"),
    "ask": N_("Das Gespräch wird beendet. Möchten Sie schließen?"),
}


@dataclass(frozen=True, slots=True)
class _Problem:
    title: str
    text: str
    steps: tuple[str, ...] = ()
    """What to do, one after the other."""

    def shown(self) -> dict[str, object]:
        """In the reader's language."""
        return {"title": _(self.title), "text": _(self.text), "steps": [*map(_, self.steps)]}


_PROBLEMS: Mapping[str, _Problem] = {
    "denied": _Problem(
        N_("Ihr Browser lässt uns nicht an das Mikrofon"),
        N_("So erlauben Sie es:"),
        (
            N_("Klicken Sie links neben der Adresse dieser Seite auf das Symbol."),
            N_("Stellen Sie „Mikrofon“ auf „Zulassen“."),
            N_("Drücken Sie noch einmal auf „Jetzt anrufen“."),
        ),
    ),
    "absent": _Problem(
        N_("Es ist kein Mikrofon da"),
        N_("Bitte schließen Sie ein Headset oder Mikrofon an und versuchen Sie es noch einmal."),
    ),
    "taken": _Problem(
        N_("Das Mikrofon ist gerade belegt"),
        N_(
            "Ein anderes Programm benutzt es, zum Beispiel eine Videokonferenz."
            " Bitte beenden Sie es und versuchen Sie es noch einmal."
        ),
    ),
    "insecure": _Problem(
        N_("Diese Seite ist nicht verschlüsselt"),
        N_(
            "Browser geben das Mikrofon nur auf sicheren Seiten frei."
            " Bitte öffnen Sie die Seite mit https://."
        ),
    ),
    "silent": _Problem(
        N_("Wir hören nichts von Ihnen"),
        N_("Ihr Mikrofon liefert keinen Ton. Bitte prüfen Sie:"),
        (
            N_("Ist das Headset stumm geschaltet, am Kabel oder an einer Taste?"),
            N_("Ist in den Einstellungen Ihres Geräts das richtige Mikrofon gewählt?"),
        ),
    ),
    "unplugged": _Problem(
        N_("Ihr Mikrofon ist nicht mehr da"),
        N_(
            "Bitte schließen Sie es wieder an, dann geht das Gespräch damit weiter."
            " Bis dahin können Sie zuhören und Tasten drücken."
        ),
    ),
    "busy": _Problem(
        N_("Alle Leitungen sind besetzt"),
        N_("Bitte versuchen Sie es in ein paar Minuten noch einmal."),
    ),
    "yours": _Problem(
        N_("Von Ihrem Anschluss wird schon telefoniert"),
        N_("Bitte beenden Sie zuerst die anderen Gespräche."),
    ),
    "often": _Problem(
        N_("Das waren viele Anrufe kurz nacheinander"),
        N_("Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal."),
    ),
    "closing": _Problem(
        N_("Wir sind gleich wieder da"),
        N_("Die Anlage wird gerade neu gestartet. Bitte versuchen Sie es in einer Minute."),
    ),
    "origin": _Problem(
        N_("Von dieser Seite aus können Sie gerade nicht anrufen"),
        N_("Das liegt nicht an Ihrem Gerät. Bitte rufen Sie uns mit dem Telefon an."),
    ),
    "offer": _Problem(
        N_("Ihr Browser passt nicht zu unserer Anlage"),
        N_("Bitte versuchen Sie es mit einem aktuellen Firefox, Chrome oder Safari."),
    ),
    "unreachable": _Problem(
        N_("Es kommt keine Verbindung zustande"),
        N_("Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal."),
        (N_("In Firmennetzen sperrt manchmal eine Firewall Gespräche im Browser."),),
    ),
    "lost": _Problem(
        N_("Die Verbindung ist abgebrochen"),
        N_("Ihr Netz war zu lange weg. Bitte rufen Sie noch einmal an."),
    ),
    "failed": _Problem(
        N_("Das hat leider nicht geklappt"),
        N_("Bitte versuchen Sie es noch einmal."),
    ),
}


def button_texts() -> dict[str, dict[str, str]]:
    """The button's texts in each language: that of the page it stands on counts."""
    return {
        language: {name: translations(language).gettext(text) for name, text in _BUTTON.items()}
        for language in languages()
    }


def page_texts(company: str) -> dict[str, object]:
    """Texts by the name under which the script looks for them."""
    return {
        "states": _states(),
        "who": {"caller": _("Sie"), "hotline": company, "agent": _("Mitarbeiter")},
        "mute": _("Stumm"),
        "unmute": _("Ton an"),
        "again": _("Noch einmal anrufen"),
        "lasted": _("Dauer {time}"),
        "number": _("Vorgang {id}"),
        "position": _("Ihr Platz in der Warteschlange: {position}"),
        "problems": {name: problem.shown() for name, problem in _PROBLEMS.items()},
    }


def _states() -> dict[str, str]:
    return {
        "connecting": _("Verbindung wird aufgebaut …"),
        "ringing": _("Es klingelt …"),
        "speaking": _("Der Assistent spricht"),
        "listening": _("Bitte sprechen Sie"),
        "thinking": _("Einen Moment …"),
        "hold": _("Sie werden verbunden, bitte bleiben Sie dran"),
        "colleague": _("Sie sprechen mit einem Mitarbeiter"),
        "held": _("Sie werden gehalten, Ihr Gesprächspartner ist gleich wieder da"),
        "lost": _("Verbindung unterbrochen, wird wiederhergestellt …"),
        "ended": _("Gespräch beendet"),
    }
