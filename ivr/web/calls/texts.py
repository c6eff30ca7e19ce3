"""What the call page's script shows, in the reader's language."""

from ivr.web.texts import N_, languages, translations
from ivr.web.texts import gettext as _

_BUTTON = {
    "call": N_("Jetzt anrufen"),
    "close": N_("Schließen"),
    "ask": N_("Das Gespräch wird beendet. Möchten Sie schließen?"),
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
        "problems": _problems(company),
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


def _problem(title: str, text: str, *steps: str) -> dict[str, object]:
    return {"title": title, "text": text, "steps": steps}


def _problems(company: str) -> dict[str, dict[str, object]]:
    return {
        "denied": _problem(
            _("Ihr Browser lässt uns nicht an das Mikrofon"),
            _("So erlauben Sie es:"),
            _("Klicken Sie links neben der Adresse dieser Seite auf das Symbol."),
            _("Stellen Sie „Mikrofon“ auf „Zulassen“."),
            _("Drücken Sie noch einmal auf „Jetzt anrufen“."),
        ),
        "absent": _problem(
            _("Es ist kein Mikrofon da"),
            _(
                "Bitte schließen Sie ein Headset oder Mikrofon an"
                " und versuchen Sie es noch einmal."
            ),
        ),
        "taken": _problem(
            _("Das Mikrofon ist gerade belegt"),
            _(
                "Ein anderes Programm benutzt es, zum Beispiel eine Videokonferenz."
                " Bitte beenden Sie es und versuchen Sie es noch einmal."
            ),
        ),
        "insecure": _problem(
            _("Diese Seite ist nicht verschlüsselt"),
            _(
                "Browser geben das Mikrofon nur auf sicheren Seiten frei."
                " Bitte öffnen Sie die Seite mit https://."
            ),
        ),
        "silent": _problem(
            _("Wir hören nichts von Ihnen"),
            _("Ihr Mikrofon liefert keinen Ton. Bitte prüfen Sie:"),
            _("Ist das Headset stumm geschaltet, am Kabel oder an einer Taste?"),
            _("Ist in den Einstellungen Ihres Geräts das richtige Mikrofon gewählt?"),
        ),
        "unplugged": _problem(
            _("Ihr Mikrofon ist nicht mehr da"),
            _(
                "Bitte schließen Sie es wieder an, dann geht das Gespräch damit weiter."
                " Bis dahin können Sie zuhören und Tasten drücken."
            ),
        ),
        "busy": _problem(
            _("Alle Leitungen sind besetzt"),
            _("Bitte versuchen Sie es in ein paar Minuten noch einmal."),
        ),
        "yours": _problem(
            _("Von Ihrem Anschluss wird schon telefoniert"),
            _("Bitte beenden Sie zuerst die anderen Gespräche."),
        ),
        "often": _problem(
            _("Das waren viele Anrufe kurz nacheinander"),
            _("Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal."),
        ),
        "closing": _problem(
            _("Wir sind gleich wieder da"),
            _("Die Anlage wird gerade neu gestartet. Bitte versuchen Sie es in einer Minute."),
        ),
        "origin": _problem(
            _("Von dieser Seite aus können Sie gerade nicht anrufen"),
            _("Das liegt nicht an Ihrem Gerät. Bitte rufen Sie uns mit dem Telefon an."),
        ),
        "offer": _problem(
            _("Ihr Browser passt nicht zu unserer Anlage"),
            _("Bitte versuchen Sie es mit einem aktuellen Firefox, Chrome oder Safari."),
        ),
        "unreachable": _problem(
            _("Es kommt keine Verbindung zustande"),
            _("Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal."),
            _("In Firmennetzen sperrt manchmal eine Firewall Gespräche im Browser."),
        ),
        "lost": _problem(
            _("Die Verbindung ist abgebrochen"),
            _("Ihr Netz war zu lange weg. Bitte rufen Sie noch einmal an."),
        ),
        "failed": _problem(
            _("Das hat leider nicht geklappt"),
            _("Bitte versuchen Sie es noch einmal."),
        ),
    }
