"""Names, and the spelling that comes with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.letters import spell
from ivr.german.names import hear_name

SURNAMES_LISTED = (
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Richter"
    " Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange"
    " Schmitt Werner Krause Lehmann Schmid Maier Köhler Herrmann König Walter Mayer Huber"
    " Kaiser Fuchs Peters Lang Scholz Möller Jung Hahn Vogel Schubert Roth Keller Günther Frank"
    " Berger Winkler Beck Lorenz Baumann Albrecht Schuster Simon Ludwig Böhm Winter Kraus"
    " Schumacher Krämer Vogt Stein Jäger Yılmaz Kowalczyk Öztürk Nguyen Sokolowski Weiß Groß"
)
SURNAMES = SURNAMES_LISTED.split()


@given(st.sampled_from(SURNAMES), st.sampled_from(["Anna", "Peter", "Jürgen", "Karl-Heinz"]))
def test_names_are_heard_in_every_wrapping(surname: str, first: str) -> None:
    name = f"{first} {surname}"
    for text in (
        name,
        f"Mein Name ist {name}.",
        f"Guten Tag, hier ist {name}, ich rufe wegen meiner Bestellung an.",
        f"Ja hallo, {name} mein Name.",
        f"äh, ich heiße {name}",
        f"{surname}, {name}",
    ):
        assert hear_name(text) == name


@given(st.sampled_from(SURNAMES[:-7]))
def test_the_recognizer_without_capitals_gives_the_same_name(surname: str) -> None:
    assert hear_name(f"mein name ist {surname.lower()}") == surname


@given(st.sampled_from(SURNAMES[:-7] + ["Weiß", "Öztürk"]))
def test_spelling_corrects_what_was_misheard(surname: str) -> None:
    misheard = surname[:-1] + "x"
    assert hear_name(f"{misheard}, {'-'.join(surname)}") == surname
    assert hear_name(f"hier spricht Anna {misheard}, {spell(surname)}") == f"Anna {surname}"
    assert hear_name(spell(surname)) == surname


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Schmitt mit dt", "Schmidt"),
        ("Meier mit A Y", "Mayer"),
        ("Hofmann mit Doppel-F", "Hoffmann"),
        ("Ursula von der Leyen", "Ursula von der Leyen"),
        ("Dr. Müller", "Dr. Müller"),
        ("doktor anna müller", "Dr. Anna Müller"),
        ("Meier-Schulze", "Meier-Schulze"),
        ("meier-schulze", "Meier-Schulze"),
        ("hier ist Meier aus Kassel", "Meier"),
        ("Frau Becker bitte", "Becker"),
        ("das ist der Peter Müller", "Peter Müller"),
        ("nein, Weber", "Weber"),
        ("O'Brien", "O'Brien"),
        ("Emil Otto", "Emil Otto"),
        ("Mein Name ist Meier, M-P-P-P-L", "Meier"),
        ("Müller, M-U-L-L-B-R.", "Müller"),
        ("Müller, M U L L E R", "Müller"),
        ("Muller, M Ü L L E R", "Müller"),
        ("Müller, M U E L L E R", "Mueller"),
        ("Schmitt, S-C-R-M-E-D-T.", "Schmitt"),
        ("Mayer, M A I E R", "Maier"),
        ("Kovalski, K-O-W-A-L-S-K-I.", "Kowalski"),
        ("Mayer, MW Malta, EW Emil, IW Ida, E.W. Emil, RW Richard.", "Meier"),
        ("auf den Namen Wolf", "Wolf"),
    ],
)
def test_names_as_callers_say_them(text: str, name: str) -> None:
    assert hear_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ja",
        "nein",
        "äh",
        "Guten Tag",
        "471108",
        "vier sieben",
        "ich weiß nicht",
        "weiß ich nicht",
        "der Wasserkocher ist kaputt",
        "die bestellung ist noch nicht da",
        "wann haben sie geöffnet",
        "mein Name ist",
    ],
)
def test_what_is_no_name_is_not_heard(text: str) -> None:
    assert hear_name(text) is None
