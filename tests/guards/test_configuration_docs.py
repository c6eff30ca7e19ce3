"""The manual page of the settings is the settings' own."""

from pathlib import Path

from ivr.config.reference import options, settings_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"


def test_the_page_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == settings_page(), "run: ivr config docs > docs/configuration.md"


def test_every_setting_is_described() -> None:
    for option in options():
        assert option.description.endswith("."), option.variable
        assert "|" not in option.description + option.allowed, option.variable


def test_no_two_settings_share_a_variable() -> None:
    variables = [option.variable for option in options()]
    assert len(variables) == len(set(variables))
