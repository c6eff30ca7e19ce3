"""Tables of examples and of products, as spreadsheets write them: all of it, or every problem."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from ivr.training import pieces as p
from ivr.training.examples import BadMark, marked, parse, tidy
from ivr.training.pieces import Content
from ivr.training.yaml_in import Problem, Reader

EXAMPLES = ("intent", "text")
PRODUCTS = ("number", "name", "article", "plural", "synonyms", "price", "stock")
_NEEDED = ("number", "name", "article", "price", "stock")
_ARTICLES = ("der", "die", "das")


def read_examples(reader: Reader, file: str, text: str) -> None:
    """Add examples to the intents they name; new intents come about."""
    for line, row in _rows(reader, file, text, EXAMPLES):
        name, words = row["intent"].strip(), tidy(row["text"])
        for column in EXAMPLES:
            if not row[column].strip():
                reader.wrong(file, line, "csv_empty", column=column)
        if not (name and words):
            continue
        try:
            parse(words)
        except BadMark as error:
            reader.wrong(file, line, "bad_mark", mark=str(error))
            continue
        body = reader.found.setdefault((p.INTENT, name), p.new_intent())
        body["examples"].append(words)


def write_examples(content: Content) -> str:
    return _written(
        EXAMPLES,
        (
            (name, marked(example))
            for name, piece in content.of(p.INTENT).items()
            for example in piece.body["examples"]
        ),
    )


def read_products(
    text: str, file: str = "produkte.csv"
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Products as the company profile writes them, and what is wrong."""
    reader = Reader()
    products: list[dict[str, Any]] = []
    seen: set[str] = set()
    for line, row in _rows(reader, file, text, _NEEDED):
        before = len(reader.problems)
        product = _product(reader, file, line, row)
        if product["number"] in seen:
            reader.wrong(file, line, "csv_twice", value=product["number"])
        seen.add(product["number"])
        if len(reader.problems) == before:
            products.append(product)
    return products, reader.problems


def write_products(products: Sequence[Mapping[str, Any]]) -> str:
    """The way back; prices with a comma, as spreadsheets here expect them."""
    return _written(
        PRODUCTS,
        (
            (
                each["number"],
                each["name"],
                each["article"],
                each.get("plural", ""),
                ", ".join(each.get("synonyms", ())),
                str(each["price"]).replace(".", ","),
                each["stock"],
            )
            for each in products
        ),
    )


def _product(reader: Reader, file: str, line: int, row: Mapping[str, str]) -> dict[str, Any]:
    for column in ("number", "name"):
        if not row[column].strip():
            reader.wrong(file, line, "csv_empty", column=column)
    if row["article"].strip() not in _ARTICLES:
        reader.wrong(file, line, "csv_article", value=row["article"])
    price = _price(row["price"])
    if price is None:
        reader.wrong(file, line, "csv_price", value=row["price"])
    if not row["stock"].strip().isdecimal():
        reader.wrong(file, line, "csv_stock", value=row["stock"])
        stock = 0
    else:
        stock = int(row["stock"])
    synonyms = [word.strip() for word in row.get("synonyms", "").split(",") if word.strip()]
    product: dict[str, Any] = {
        "number": row["number"].strip(),
        "name": row["name"].strip(),
        "article": row["article"].strip(),
        "price": str(price),
        "stock": stock,
    }
    if row.get("plural", "").strip():
        product["plural"] = row["plural"].strip()
    return product | ({"synonyms": synonyms} if synonyms else {})


def _price(text: str) -> Decimal | None:
    written = text.replace("€", "").strip()
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    try:
        price = Decimal(written)
        return price.quantize(Decimal("0.01")) if price.is_finite() and price >= 0 else None
    except InvalidOperation:
        return None


def _rows(
    reader: Reader, file: str, text: str, needed: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by column with their lines. Commas, semicolons and tabs all divide."""
    text = text.removeprefix("\ufeff")
    first = text.splitlines()[0] if text.strip() else ""
    divider = max(";,\t", key=first.count)
    rows = csv.DictReader(StringIO(text), delimiter=divider, restval="", restkey="_more")
    columns = [name.strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    missing = [name for name in needed if name not in columns]
    if missing:
        reader.wrong(file, 1, "csv_columns", columns=", ".join(missing))
        return
    for row in rows:
        yield rows.line_num, {key: value for key, value in row.items() if isinstance(value, str)}


_FORMULA = ("=", "+", "-", "@")
"""What spreadsheets would run as a formula if a cell began with it (OWASP, CSV injection)."""


def _written(columns: Sequence[str], rows: Any) -> str:
    stream = StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
            for cell in row
        )
    return stream.getvalue()
