"""The company profile: whom the hotline answers for, and what it may tell and take.

One TOML file that an ordinary person can edit. `load_company` refuses a wrong one with the file,
the place, the value and what is allowed there.
"""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from ivr.config.hours import Part, State, Week, Zone
from ivr.core.errors import ConfigError

Text = Annotated[str, Field(min_length=1)]
Euro = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]


class Greeting(Part):
    """How a call begins."""

    phrase: Text
    notice: Text = "Sie sprechen mit einem Sprachassistenten."
    """That a machine speaks: it must be said at the start (EU AI Act, article 50)."""
    notice_interruptible: bool = False


class Waiting(Part):
    """What callers are told while they wait for a colleague."""

    notice: str = ""
    """Said once, with the first announcement of the wait. Whoever can be called under 0180 or 0900
    must say there whether waiting is free (§ 115 TKG); a geographic number needs nothing."""


class Contact(Part):
    address: Text
    """As it is said: street and number, postal code, town."""
    parking: str = ""
    phone: Text
    email: Text
    website: Text


class Shipping(Part):
    cost: Euro
    free_from: Euro | None = None
    """Order value from which shipping costs nothing."""
    days_min: int = Field(ge=0, le=60)
    """Working days until a parcel arrives, at least."""
    days_max: int = Field(ge=0, le=60)

    @model_validator(mode="after")
    def _in_order(self) -> "Shipping":
        if self.days_min > self.days_max:
            raise ValueError("days_min must not be more than days_max")
        return self


class Terms(Part):
    payment_methods: tuple[Text, ...] = Field(min_length=1)
    return_days: int = Field(ge=14, le=365)
    """Law gives 14 days for distance selling (§ 355 BGB)."""
    return_cost_free: bool = True
    warranty_years: int = Field(ge=2, le=30)
    """Law gives two years (§ 438 BGB)."""
    repair: str = ""
    """What is said about repairs, one sentence."""
    voucher_months: int = Field(36, ge=36, le=600)
    """How long vouchers are valid; limitation of three years is the law's (§ 195 BGB)."""


class Numbers(Part):
    """How many digits the company's numbers have: the key to hearing them."""

    order_digits: tuple[int, ...] = Field((6,), min_length=1)
    customer_digits: tuple[int, ...] = Field((5,), min_length=1)


class Appointments(Part):
    """Appointments in the shop."""

    topics: tuple[Text, ...] = ("Beratung",)
    days_ahead: int = Field(60, ge=1, le=366)
    """How far ahead appointments are given, in days."""


class Notice(Part):
    """What every caller hears first, for a while: "Heute gibt es eine Störung im Raum Kassel." """

    text: Text
    since: date | None = None
    until: date | None = None
    """The last day; for as long as it stands here if not given."""

    def holds(self, today: date) -> bool:
        return (self.since or today) <= today <= (self.until or today)


class Product(Part):
    number: Text
    name: Text
    """One of it: `Wasserkocher`."""
    article: Literal["der", "die", "das"]
    plural: str = ""
    """Several of it, where that differs: `Kaffeemaschinen`."""
    synonyms: tuple[Text, ...] = ()
    price: Euro
    stock: int = Field(ge=0)

    def counted(self, quantity: int) -> str:
        """The name as it follows a number: one `Wasserkocher`, two `Kaffeemaschinen`."""
        return self.name if quantity == 1 else self.plural or self.name


class KnownOrder(Part):
    """An order that callers may ask about."""

    number: Annotated[str, Field(pattern=r"^\d{4,12}$")]
    status: Literal["received", "packed", "shipped", "delivered", "delayed", "cancelled"]
    product: Text
    """The product's name."""
    expected: date | Annotated[int, Field(ge=-365, le=365)] | None = None
    """Day on which it arrives or arrived; a whole number counts days from today, which keeps a
    demonstration fresh."""

    def expected_on(self, today: date) -> date | None:
        if isinstance(self.expected, int):
            return today + timedelta(days=self.expected)
        return self.expected


class Company(Part):
    """All that the hotline knows about the company it answers for."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    """Key of the company in the records."""
    name: Text
    state: State
    timezone: Zone = "Europe/Berlin"
    greeting: Greeting
    waiting: Waiting = Waiting()
    contact: Contact
    hours: Week
    agents: Week
    """When colleagues take calls."""
    shipping: Shipping
    terms: Terms
    numbers: Numbers = Numbers()
    appointments: Appointments = Appointments()
    vocabulary: tuple[Text, ...] = ()
    """Words that callers often say, for the recognizer to expect; some thirty count."""
    products: tuple[Product, ...] = ()
    orders: tuple[KnownOrder, ...] = ()
    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "Company":
        _refuse_twice("product number", (product.number for product in self.products))
        _refuse_twice("product name", (product.name.lower() for product in self.products))
        _refuse_twice("order number", (order.number for order in self.orders))
        names = {product.name for product in self.products}
        for order in self.orders:
            if len(order.number) not in self.numbers.order_digits:
                raise ValueError(
                    f"order {order.number} has {len(order.number)} digits, which"
                    " numbers.order_digits does not allow: callers could not say it"
                )
            if order.product not in names:
                raise ValueError(
                    f"order {order.number} is for {order.product!r}, which is not a product's name"
                )
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_open(self, at: datetime) -> bool:
        """Whether the shop is open at `at`, any aware moment."""
        return self.hours.is_open(at.astimezone(self.zone), self.state)

    def product(self, name: str) -> Product | None:
        """The product with exactly this name or number."""
        return next((each for each in self.products if name in {each.name, each.number}), None)

    def order(self, number: str) -> KnownOrder | None:
        return next((order for order in self.orders if order.number == number), None)

    def words(self) -> tuple[str, ...]:
        """Names and terms that callers are likely to say, for the recognizer; the last ones weigh
        most with it."""
        return (*self.vocabulary, self.name, *(product.name for product in self.products))


def load_company(path: Path) -> Company:
    """Read the profile at `path`. Raises ConfigError that says what to correct, and where."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such company profile; copy the demo profile company.toml,"
            " or point `hotline.company` to yours"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the company profile cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is not valid TOML: {error}") from None
    try:
        return Company.model_validate(content)
    except ValidationError as error:
        raise ConfigError(_explain(path, error)) from None


def _explain(path: Path, error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False):
        place = ".".join(
            # People count the entries of a list from one.
            str(part + 1 if isinstance(part, int) else part)
            for part in problem["loc"]
        )
        message = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{path}: {place or 'profile'}{_shown(problem)}: {message}")
    return "\n".join(lines)


def _shown(problem: Any) -> str:
    """The wrong value, where there is one and it is short enough to be of use."""
    value = problem["input"]
    if problem["type"] == "missing" or isinstance(value, dict | Part):
        return ""
    text = repr(value)
    return f" = {text if len(text) <= 60 else text[:57] + '...'}"


def _refuse_twice(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"the {what} {value!r} is there twice")
        seen.add(value)
