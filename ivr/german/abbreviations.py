"""What is written short and spoken long. Each pattern is replaced where it stands as a word."""

ABBREVIATIONS = {
    r"z\. ?B\.": "zum Beispiel",
    r"d\. ?h\.": "das heißt",
    r"u\. ?a\.": "unter anderem",
    r"i\. ?d\. ?R\.": "in der Regel",
    r"o\. ?ä\.": "oder ähnliches",
    r"u\. ?U\.": "unter Umständen",
    r"v\. ?a\.": "vor allem",
    r"e\. ?K\.": "eingetragener Kaufmann",
    r"e\. ?V\.": "eingetragener Verein",
    r"usw\.": "und so weiter",
    r"etc\.": "und so weiter",
    r"bzw\.": "beziehungsweise",
    r"ca\.": "circa",
    r"ggf\.": "gegebenenfalls",
    r"evtl\.": "eventuell",
    r"inkl\.": "inklusive",
    r"incl\.": "inklusive",
    r"exkl\.": "exklusive",
    r"zzgl\.": "zuzüglich",
    r"abzgl\.": "abzüglich",
    r"max\.": "maximal",
    r"mind\.": "mindestens",
    r"Nrn\.": "Nummern",
    r"Nr\.": "Nummer",
    r"Art\.(?=[- ]?Nr|[- ]?Nummer)": "Artikel",
    r"Best\.(?=[- ]?Nr|[- ]?Nummer)": "Bestell",
    r"Tel\.": "Telefon",
    r"Str\.": "Straße",
    r"Pl\.": "Platz",
    r"Std\.": "Stunden",
    r"Min\.": "Minuten",
    r"Stk\.": "Stück",
    r"St\. (?=\d)": "Stück ",
    r"Mio\.": "Millionen",
    r"Mrd\.": "Milliarden",
    r"Hr\.": "Herr",
    r"Fa\.": "Firma",
    r"Dr\.": "Doktor",
    r"Prof\.": "Professor",
    r"MwSt\.?": "Mehrwertsteuer",
    r"GmbH": "G m b H",
    r"AGB": "A G B",
    r"PLZ": "Postleitzahl",
    r"EUR": "Euro",
}

SHORT_DAYS = {
    "Mo": "Montag",
    "Di": "Dienstag",
    "Mi": "Mittwoch",
    "Do": "Donnerstag",
    "Fr": "Freitag",
    "Sa": "Samstag",
    "So": "Sonntag",
}
"""Only beside each other ("Mo–Fr") or before a time ("Sa. 9–13 Uhr"): "So" begins sentences."""

UNITS = {
    "%": "Prozent",
    "‰": "Promille",
    "°C": "Grad",
    "°": "Grad",
    "km/h": "Kilometer pro Stunde",
    "kWh": "Kilowattstunden",
    "kW": "Kilowatt",
    "kg": "Kilo",
    "g": "Gramm",
    "km": "Kilometer",
    "cm": "Zentimeter",
    "mm": "Millimeter",
    "m²": "Quadratmeter",
    "qm": "Quadratmeter",
    "m": "Meter",
    "l": "Liter",
    "ml": "Milliliter",
    "W": "Watt",
    "V": "Volt",
    "h": "Stunden",
    "min": "Minuten",
    "GB": "Gigabyte",
    "MB": "Megabyte",
    "x": "mal",
}
"""After a number."""

ONE_OF = {
    "ein": (
        "Euro", "Cent", "Uhr", "Stück", "Prozent", "Kilo", "Gramm", "Liter", "Meter", "Tag",
        "Monat", "Jahr", "Artikel", "Paket", "Kilometer", "Watt", "Grad",
    ),
    "eine": ("Minute", "Stunde", "Woche", "Sekunde", "Million", "Milliarde", "Bestellung"),
}  # fmt: skip
"""Nouns before which a voice would say "eins"."""

SYMBOLS = {
    "&": " und ",
    "+": " plus ",
    "=": " gleich ",
    "§§": " Paragrafen ",
    "§": " Paragraf ",
    "@": " at ",
    "€": " Euro ",
    "$": " Dollar ",
    "#": " Raute ",
    "*": " Stern ",
    "%": " Prozent ",
    "½": " einhalb ",
}

IN_ADDRESSES = {".": "punkt", "-": "Bindestrich", "_": "Unterstrich", "/": "Schrägstrich"} | {
    "+": "plus", "@": "at", "~": "Tilde", "?": "Fragezeichen", "=": "gleich", "&": "und",
    ":": "Doppelpunkt", "#": "Raute", "%": "Prozent",
}  # fmt: skip
"""Signs within e-mail addresses and web addresses."""
