"""Whether an utterance sounds as if the caller has not finished, by its last words.

Waiting a little too long costs less than cutting somebody off, so doubtful endings count as
unfinished, except where a verb's own particle ends the sentence ("Wann machen Sie auf?").
"""

import re

from ivr.german.phrases import is_filler
from ivr.german.words import HESITATIONS, normal, word_set, words

_TRAILS_OFF = re.compile(r"(?:\.\.+|…|,|-|:)\s*$")
_ALWAYS = HESITATIONS | word_set(
    "und oder aber sondern denn weil dass daß ob wenn falls damit sodass obwohl nachdem bevor"
    " sowie beziehungsweise also halt naja nämlich sozusagen quasi irgendwie"
    " für von bei wegen ohne gegen bis seit trotz zum zur vom beim im ins am ans aufs zwischen"
    " pro per statt außer laut"
    " der den dem des einen einem einer eines mein dein sein ihr unser meinen meinem meiner meines"
    " ihren ihrem ihrer ihres unseren unserem unserer unsere keinen keinem dieser diesen diesem"
    " dieses jeden jede jeder jedes welche welcher welchen welches"
    " ich wir möchte wollte hätte würde bräuchte lautet heißt nummer straße hausnummer"
    " sehr ziemlich ungefähr circa etwa doppel komma"
)
_PARTICLE_VERBS = {
    "an": "ruf rief fang fäng fing nehm nimm kam komm schließ schau nahm biet biete seh geb hör",
    "auf": "mach hör geb gib steh leg schließ schreib pass nimm nehm haben hat reg",
    "aus": "schalt seh sieh reich füll geh ging mach such schließ geb fall fäll lös kenn druck",
    "ab": "hol sag bestell lehn brech brich geb gib schick lauf läuf schließ meld zieh nehm",
    "zu": "mach haben hat schließ stimm send schick hör lass komm trifft geb gib steh schau",
    "mit": "komm nehm nimm teil bring mach geb schick schreib hör liefer",
    "vor": "lies les stell schlag hab hat komm lieg",
    "nach": "seh schau frag liefer schick les guck hol",
    "ein": "schalt stell richt kauf trag lad zahl fall fäll lös geh setz schick log",
    "um": "tausch zieh zog buch stell leg dreh",
    "durch": "stell geb führ les komm",
    "in": "",
    "über": "",
    "unter": "",
    "die": "",
    "eine": "",
    "meine": "",
    "ihre": "",
    "ist": "",
    "habe": "",
}
"""Words that may end a sentence, with the stems of the verbs (or nothing) that let them."""
_COMPLETE_BEFORE = {
    "das": word_set(
        "ist was wie machen will möchte stimmt ja nein geht passt nur weiß mir sie auch"
    )
    | {"warum"},
    "die": word_set("nehme genau nur auch"),
    "ist": word_set("das wie es richtig so sie er kaputt dran falsch fertig da zu offen möglich"),
    "habe": word_set("bestellt bekommen ich bezahlt gekauft erhalten gesagt gehört verstanden"),
}
_OPEN_BEFORE_DAS = word_set(
    "für in auf an und oder durch ob wenn weil dass über ohne gegen um bis also äh dann nämlich"
)
_BEGUN = re.compile(
    r"(?:\b(?:ich (?:möchte|hätte|wollte|brauche|bräuchte|habe|bin|würde|suche|will)"
    r"(?: gerne?)?|können sie|könnten sie|könnte ich|kann ich|haben sie|gibt es|wie ist"
    r"|was ist mit"
    r"|(?:meine|die) \w*nummer (?:ist|lautet|wäre)(?: die)?|das ist die|mein name ist|und zwar"
    r"|ich wollte fragen|ich wollte mal|ich meine|ich glaube|ich heiße|es geht um|wegen der"
    r"|guten tag ich|hallo ich))$"
)
_COMPLETE = re.compile(
    r"(?:\b(?:welche[rsnm]?|was für|wie viele?)(?: \w+){1,3} (?:gibt es|haben sie)"
    r"|\b(?:ob|dass|weil|wenn|wo|wie|wann|was)(?: \w+){2,} (?:ist|habe)"
    r"|\b(?:kann|könnte|muss|soll|darf|wird|will|lassen)(?: \w+)+ sein"
    r"|\w (?:meine|brauche?|nehme?|suche) ich)$"
)
"""What would be a beginning, were it not for the words before, as in "Welche Farben gibt es"."""


def sounds_unfinished(text: str) -> bool:
    """Whether more is likely to follow: "ich hätte gern", "die Nummer ist die", "äh", "Moment".

    An empty text is not unfinished: nothing was begun.
    """
    spoken = words(text)
    if not spoken:
        return False
    if _TRAILS_OFF.search(normal(text)) or is_filler(text):
        return True
    last, before = spoken[-1], spoken[-2] if len(spoken) > 1 else ""
    joined = " ".join(spoken)
    if _COMPLETE.search(joined):
        return False
    if last in _ALWAYS or _BEGUN.search(joined):
        return True
    if last == "das":
        return before in _OPEN_BEFORE_DAS
    if last not in _PARTICLE_VERBS or text.rstrip().endswith("?"):
        return False
    return not _may_end(spoken)


def _may_end(spoken: list[str]) -> bool:
    """Whether a word that may go on a sentence may also end this one."""
    last = spoken[-1]
    if len(spoken) < 2:
        return False
    stems = tuple(_PARTICLE_VERBS[last].split())
    if stems:
        return any(word.startswith(stems) for word in spoken[:-1])
    return len(spoken) > 2 and spoken[-2] in _COMPLETE_BEFORE.get(last, ())
