"""The desk's plan: what the manual shows works, and what is wrong is told with its place."""

import re
from pathlib import Path

import pytest

from ivr.config.company import Company, load_company
from ivr.config.desk_plan import load_plan
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.errors import ConfigError

SITE = 'sites = [{ id = "a", name = "A", hours = {} }]\n'


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(PROGRAM_FOLDER / "company.toml")


def test_the_manuals_plan_is_a_plan(tmp_path: Path, company: Company) -> None:
    manual = (PROGRAM_FOLDER / "docs" / "desk.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", manual, flags=re.DOTALL)
    file = tmp_path / "desk.toml"
    file.write_text(example, encoding="utf-8")
    plan = load_plan(file, company)
    assert [site.name for site in plan.sites] == ["München", "Kapstadt"]
    assert plan.queue("").id == "service"
    assert plan.queue("service").skills["order_status"] == "orders"


def test_without_a_plan_the_company_is_the_only_site(tmp_path: Path, company: Company) -> None:
    plan = load_plan(tmp_path / "desk.toml", company)
    (site,) = plan.sites
    assert (site.name, site.hours, site.trunk) == (company.name, company.agents, None)
    only_queues = tmp_path / "queues.toml"
    only_queues.write_text('queues = [{ id = "q", name = "Q" }]', encoding="utf-8")
    assert load_plan(only_queues, company).sites == plan.sites


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sites = [", "not valid TOML"),
        ("sites = []", "sites"),
        (SITE.replace('"a"', '"A b"'), "sites.1.id"),
        (SITE + SITE.replace("sites", "others"), "others"),
        (SITE.replace("hours = {}", 'hours = { monday = ["9-25"] }'), "24:00"),
        (SITE.replace("hours = {}", 'hours = {}, timezone = "Berlin"'), "time zone"),
        (SITE.replace("hours = {}", 'hours = {}, country = "XX"'), "holidays"),
        (SITE.replace("hours = {}", 'hours = {}, queues = ["x"]'), "unknown queues"),
        (SITE + 'queues = [{ id = "q", name = "Q" }, { id = "q", name = "Q" }]', "twice"),
        (SITE.replace("hours = {}", 'hours = {}, trunk = "+49 x"'), "sites.1.trunk"),
        (SITE.replace("hours = {}", 'hours = {}, trunk = "sip:a b@c"'), "telephone number"),
        (SITE + 'queues = [{ id = "q", name = "Q", choose = ["luck"] }]', "queues.1.choose"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(
    tmp_path: Path, company: Company, content: str, said: str
) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_plan(file, company)
    assert said in str(refusal.value)
    assert str(file) in str(refusal.value)
