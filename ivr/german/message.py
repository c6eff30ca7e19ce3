"""Whether words that ask for a message to be taken hold the message itself."""

from ivr.german.words import FILLERS, word_set, words

_ASKING = FILLERS | word_set(
    "ich möchte wollte will würde werde gern gerne hätte habe kann könnte könnten können darf mir"
    " sie ihnen eine einen ein ne für an von den die der dem das nur kurz noch was etwas jemand"
    " jemandem nachricht mitteilung notiz info zettel band hinterlassen dalassen lassen da machen"
    " sprechen aufsprechen ausrichten aus richten mitteilen weitergeben weiterleiten notieren"
    " aufnehmen aufschreiben herr herrn frau chef kollege kollegen kollegin kundendienst rückruf"
    " zurückrufen rufen zurück um bitten und guten tag morgen abend hallo danke tschüss"
    " wiederhören auf"
)
_TOLD = 4
"""Words besides those that ask: "dass der Fahrer hinten klingeln soll" has more, a name fewer."""


def tells_something(text: str) -> bool:
    """ "Richten Sie bitte aus, dass der Fahrer klingeln soll", and not just "Richten Sie bitte
    Frau Schulz etwas aus"."""
    return sum(word not in _ASKING for word in words(text)) >= _TOLD
