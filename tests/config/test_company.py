"""The company profile: the demo loads, and what is wrong is told with place, value and cure."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.config.company import Company, load_company
from ivr.config.hours import DayOfYear, Week, holiday
from ivr.core.errors import ConfigError

DEMO = Path(__file__).parents[2] / "company.toml"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(DEMO)


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str], Path]:
    """The demo profile with one thing replaced."""

    def replaced(old: str, new: str) -> Path:
        content = DEMO.read_text(encoding="utf-8")
        assert old in content
        path = tmp_path / "mine.toml"
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        return path

    return replaced


def test_the_notice_must_be_heard_unless_the_profile_says_otherwise(company: Company) -> None:
    assert company.greeting.notice == "Sie sprechen mit einem Sprachassistenten."
    assert not company.greeting.notice_interruptible


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('state = "HE"', 'state = "Hessen"', "state = 'Hessen'"),
        ('["9:00-20:00"]', '["20:00-9:00"]', "hours.thursday.1"),
        ('["9:00-20:00"]', '["9 bis 20"]', "hours.thursday.1 = '9 bis 20': write hours as \"9:00"),
        ('["9:00-20:00"]', '["9:00-14:00", "13:00-20:00"]', "must follow one another"),
        ('day = "24.12."', 'day = "31.2."', "there is no such day"),
        ("price = 29.90", 'price = "viel"', "products.1.price = 'viel'"),
        ("stock = 17", "stock = -1", "products.2.stock = -1"),
        ('number = "1002"', 'number = "1001"', "the product number '1001' is there twice"),
        ('product = "Wasserkocher"', 'product = "Kessel"', "order 471108 is for 'Kessel'"),
        ('number = "471109"', 'number = "4711"', "order 4711 has 4 digits"),
        ("return_days = 30", "return_days = 7", "terms.return_days = 7"),
        ("notice =", "hinweis =", "greeting.hinweis"),
        ("timezone = ", 'timezone = "Kassel" #', "timezone = 'Kassel'"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    broken: Callable[[str, str], Path], old: str, new: str, place: str
) -> None:
    path = broken(old, new)
    with pytest.raises(ConfigError, match=re.escape(place)) as refused:
        load_company(path)
    assert str(path) in str(refused.value)


def test_all_that_is_wrong_is_told_at_once(broken: Callable[[str, str], Path]) -> None:
    path = broken('state = "HE"', 'state = "XX"')
    path.write_text(path.read_text("utf-8").replace("stock = 17", "stock = -1"), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_company(path)
    assert len(str(refused.value).splitlines()) == 2


def test_bad_toml_names_the_line(broken: Callable[[str, str], Path]) -> None:
    with pytest.raises(ConfigError, match="line 8"):
        load_company(broken('name = "Musterfirma"', 'name = "Musterfirma'))


def test_a_missing_profile_tells_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="hotline.company"):
        load_company(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-24 08:59", False),
        ("2026-11-24 09:00", True),
        ("2026-11-24 17:59", True),
        ("2026-11-24 18:00", False),
        ("2026-11-28 13:00", True),  # Saturday
        ("2026-11-29 12:00", False),  # Sunday
        ("2026-04-03 12:00", False),  # Good Friday
        ("2026-12-24 10:00", True),  # Christmas Eve, until noon
        ("2026-12-24 12:00", False),
        ("2026-12-25 10:00", False),
    ],
)
def test_opening(company: Company, local: str, is_open: bool) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert company.is_open(moment) is is_open
    assert company.is_open(moment.astimezone(UTC)) is is_open


def test_holidays_are_those_of_the_state() -> None:
    corpus_christi, all_saints = date(2026, 6, 4), date(2026, 11, 1)
    assert holiday(corpus_christi, "HE") == "Fronleichnam"
    assert holiday(corpus_christi, "HH") is None
    assert holiday(all_saints, "NW") == "Allerheiligen"
    assert holiday(all_saints, "HE") is None


def test_an_exception_beats_the_holiday_and_one_year_beats_every_year() -> None:
    week = Week.model_validate(
        {
            "friday": ["9-18"],
            "exceptions": [
                {"day": "25.12.", "hours": ["10-11"]},
                {"day": "25.12.2026", "hours": ["12-13"]},
            ],
        }
    )
    once = week.spans(date(2026, 12, 25), "HE")
    usual = week.spans(date(2027, 12, 25), "HE")
    assert [(span.opens.hour, span.closes.hour) for span in once + usual] == [(12, 13), (10, 11)]


def test_a_leap_day_may_be_an_exception() -> None:
    assert DayOfYear.model_validate("29.2.").matches(date(2028, 2, 29))
