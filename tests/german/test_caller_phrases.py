"""What an utterance is, by its wording."""

from collections.abc import Callable

import pytest

from ivr.german import phrases
from ivr.german.unfinished import sounds_unfinished

Test = Callable[[str], bool]

TABLE: dict[Test, tuple[str, str]] = {
    phrases.is_filler: (
        "äh|Ähm …|äh also|hm|Moment|einen Moment bitte|tja|äh, Moment mal",
        "|ja|nein|also ich möchte bestellen|vier|Guten Tag",
    ),
    phrases.asks_to_wait: (
        "Moment|einen Augenblick bitte|ich muss eben nachsehen|warten Sie mal|äh, Sekunde",
        "|ja|äh|warten Sie auf mein Paket",
    ),
    phrases.is_backchannel: (
        "mhm|Mhm.|hm|aha|ja ja|jaja|ach so|okay|ah ja|ah, okay",
        "|ja|nein|ja ja, ich weiß|stopp|genau|okay, und was kostet das",
    ),
    phrases.is_assent: (
        "ja|gut|Alles klar.|okay, gut|ja genau|sehr schön|mhm|ah ja, prima",
        "|nein|danke|ja, und am Samstag|gut, dann bestelle ich zwei|tschüss",
    ),
    phrases.is_greeting_only: (
        "Guten Tag|Hallo|Hallo, guten Morgen|Moin moin|Schönen guten Tag|Grüß Gott|Ja hallo?"
        "|Ja hallo, Meier mein Name|Guten Tag, mein Name ist Anna Meier|Hallo, hier ist Müller"
        "|hier Meier, guten Tag|Guten Tag, Herr Meier hier|Guten Tag, äh",
        "|ja|Guten Tag, ich möchte|Hallo, wann haben Sie geöffnet|morgen|Meier|ich heiße Meier"
        "|Guten Tag, hier ist Meier, ich möchte etwas bestellen|Guten Tag, meine Bestellung",
    ),
    phrases.asks_who_is_there: (
        "Hallo?|Ja hallo?|Hallo? Hallo?|Hören Sie mich?|Können Sie mich hören|Ist da jemand"
        "|Hallo, ist da jemand?|Guten Tag, hören Sie mich?|Ja, können Sie mich hören?",
        "|?|Hallo|Guten Tag.|ja?|Hallo, hier ist Müller|Hören Sie mich, ich habe eine Frage",
    ),
    phrases.wants_repeat: (
        "Wie bitte?|was|hä|noch mal bitte|Können Sie das bitte noch mal wiederholen?"
        "|das habe ich nicht verstanden|Was haben Sie gesagt?|Entschuldigung, wie bitte?",
        "|ich möchte noch mal bestellen|Was kostet das?|wie lange dauert das|ja",
    ),
    phrases.wants_slower: (
        "langsamer bitte|nicht so schnell|Können Sie etwas langsamer sprechen?|langsam, langsam",
        "|die Lieferung ist langsam|wie schnell liefern Sie",
    ),
    phrases.wants_human: (
        "Mitarbeiter|Mitarbeiter bitte|ein Mensch bitte|verbinden Sie mich bitte"
        "|Ich will mit einem Menschen sprechen|Kann ich mal jemanden sprechen?"
        "|Ich rede nicht mit einem Roboter|stellen Sie mich durch",
        "|Ihr Mitarbeiter hat gesagt|der Mensch war unfreundlich|ich möchte bestellen",
    ),
    phrases.says_goodbye: (
        "Tschüss|danke, tschüss|Auf Wiederhören|Schönen Tag noch|ciao|bis dann",
        "|Guten Tag|Schönen guten Tag|danke|Hallo",
    ),
    phrases.returns_goodbye: (
        "Danke, Ihnen auch|gleichfalls|Ebenso, danke|vielen Dank|Ja, danke schön|Danke, tschüss"
        "|Ihnen auch einen schönen Tag|okay|das wünsche ich Ihnen auch|alles klar, danke",
        "|nein|und|Moment, ich habe noch eine Frage|danke, aber wann haben Sie auf"
        "|und die Adresse",
    ),
    phrases.is_done: (
        "Nein danke, das war's|das war alles|sonst nichts|nein danke|das wars dann, tschüss",
        "|nein|das war alles kaputt als ich das Paket gestern Abend aufgemacht habe|ja",
    ),
    phrases.swears: (
        "So eine Scheiße|verdammt noch mal|Sie Idiot|Arschloch|wollen Sie mich verarschen"
        "|so ein Saftladen|blöde Maschine|das ist eine Frechheit",
        "|Ich habe eine Frage|Mistgabel|das ist dumm gelaufen|Marschmusik",
    ),
    sounds_unfinished: (
        "äh|Moment|ich hätte gern|Ich hätte gern ...|und|ja und|die Nummer ist die|mein Name ist"
        "|Meine Kundennummer lautet|ich habe eine Frage zu|ich möchte mit|guten Tag, ich möchte"
        "|Ich rufe an wegen|wo finde ich den|Hallo,|ich wollte fragen, ob|weil|ich brauche einen"
        "|ich wohne in der|ich möchte was zurückgeben, und zwar|für das|wie teuer ist"
        "|Wo gibt es|wie lange haben Sie|Guten Tag, gibt es|und wo ist",
        "|ja|nein|Wann machen Sie auf?|rufen Sie mich an|machen Sie zu|was ist das|das stimmt"
        "|vier sieben eins eins null acht|wo bleibt meine Bestellung|schalten Sie das aus"
        "|Was kostet das?|wie lange dauert das|vielen Dank|ich weiß es nicht|Haben Sie auf"
        "|Welche Zahlungsarten gibt es?|Was für Farben haben Sie?|Kann das sein?"
        "|Ich wollte fragen, wo meine Bestellung ist.|Den Toaster meine ich.",
    ),
}


def _cases(which: int) -> list[tuple[Test, str]]:
    return [(test, text) for test, texts in TABLE.items() for text in texts[which].split("|")]


@pytest.mark.parametrize(("test", "text"), _cases(0))
def test_it_is(test: Test, text: str) -> None:
    assert test(text)


@pytest.mark.parametrize(("test", "text"), _cases(1))
def test_it_is_not(test: Test, text: str) -> None:
    assert not test(text)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Guten Tag, wo ist meine Bestellung?", "wo ist meine Bestellung?"),
        ("Ja, schönen guten Tag, ich möchte etwas bestellen", "ich möchte etwas bestellen"),
        ("Hallo! Moin, was kostet der Versand", "was kostet der Versand"),
        ("Einen wunderschönen guten Morgen, Meier, ich rufe an", "Meier, ich rufe an"),
        ("Tag, haben Sie auf?", "haben Sie auf?"),
        ("Tagesangebote?", "Tagesangebote?"),
        ("Schönen Tag noch", "Schönen Tag noch"),
        ("Morgen haben Sie auf?", "Morgen haben Sie auf?"),
        ("Haben Sie guten Tag gesagt?", "Haben Sie guten Tag gesagt?"),
        ("Guten Tag", "Guten Tag"),
        ("Guten Tag, mein Name ist Meier", "Guten Tag, mein Name ist Meier"),
        ("", ""),
    ],
)
def test_what_follows_a_greeting(said: str, meant: str) -> None:
    assert phrases.without_greeting(said) == meant
