"""Yes or no, in all the ways that Germans say it."""

import re
from enum import Enum, auto

from ivr.german.phrase_sets import content


class _Vote(Enum):
    YES = auto()
    NO = auto()
    UNSURE = auto()


_YES = (
    "ja|jo|joa|joah|jau|jup|jep|jepp|jawohl|jawoll|jaha|jaja|yes|yeah|yep|si|richtig|korrekt"
    "|genau|denau|genauso|stimmt|exakt|freilich|klar|klaro|logo|logisch|sicher|sicherlich"
    "|natürlich|okay|ok|okey|selbstverständlich|gern|gerne|unbedingt|einverstanden|passt"
    "|passt so|in ordnung|alles klar|so ist es|auf jeden fall|auf alle fälle|jedenfalls"
    "|mach ich|mache ich|machen sie das|machen sie|mach das|tun sie das|das ist richtig"
    "|das ist korrekt|das stimmt|sehr gut|sehr gerne|gut|perfekt|super|prima|wunderbar|bestens"
    "|doch|möchte ich|will ich|würde ich gern|hätte ich gern|mhm|aber ja|na klar|na sicher"
    "|na gut|na logo|na los|na natürlich|warum nicht|kein problem|von mir aus|geht|meinetwegen"
    "|wenn es sein muss|definitiv|absolut|bitte ja|das wäre nett|das wäre gut|jawollja"
    "|das wäre schön|so machen wir das|so machen wir es|nehme ich|das ist recht|einwandfrei"
    "|fein|das können wir so machen|das geht|das passt|bestätigt|bestätige ich|bestätige"
    "|positiv|tipptopp|ich glaube schon|glaube schon|denke schon|würde passen|würde mir passen"
    "|ich denke ja|ich glaube ja"
)
_NO = (
    "nein|nee|ne|nö|nä|naa|nope|no|nein danke|falsch|verkehrt|unrichtig|keinesfalls|keineswegs"
    "|auf keinen fall|auf gar keinen fall|unter keinen umständen|niemals|nie|lieber nicht"
    "|gar nicht|überhaupt nicht|bloß nicht|besser nicht|eher nicht|im gegenteil|nicht nötig"
    "|stimmt nicht|das stimmt nicht|passt nicht|passt mir nicht|geht nicht|will ich nicht"
    "|möchte ich nicht|brauche ich nicht|muss nicht sein|nicht ganz|nicht richtig|nicht korrekt"
    "|noch nicht|ach was|kein interesse|kein bedarf|keine lust|lassen sie es|lassen wir das"
    "|vergessen sie es|quatsch|von wegen|danke nein|nicht|das wäre mir nicht recht|nichts da"
    "|kommt nicht in frage|negativ|danke nicht|nicht einverstanden|nicht unbedingt|ist falsch"
    "|abgelehnt|da ist ein fehler"
)
_UNSURE = (
    "vielleicht|weiß nicht|weiß ich nicht|ich weiß nicht|ich weiß es nicht|weiß ich nicht genau"
    "|weiß nicht genau|keine ahnung|jein|na ja|naja|teils teils|mal sehen|kommt darauf an"
    "|kommt drauf an|bin nicht sicher|nicht sicher|nicht so sicher|bin mir nicht sicher"
    "|kann sein|nicht wahr|nicht verstanden|habe nicht verstanden|verstehe nicht"
    "|verstehe ich nicht|wie|was|ja oder nein|ja und nein|hä|ich glaube nicht dass"
    "|nicht so schnell|nicht genau|wie geht|gut oder schlecht|guten tag|kann ich nicht sagen"
    "|nicht gehört"
)
_PHRASES = {
    phrase: value
    for listed, value in ((_YES, _Vote.YES), (_NO, _Vote.NO), (_UNSURE, _Vote.UNSURE))
    for phrase in listed.split("|")
}
_FOUND = re.compile(r"\b(?:" + "|".join(sorted(_PHRASES, key=len, reverse=True)) + r")\b")
_OPENERS = re.compile(
    r"(?:ja|nein|nee|doch|genau|denau|richtig|stimmt|klar|jawohl|natürlich|gern|gerne)\b"
)
_NEGATABLE_LISTED = (
    "richtig|korrekt|einverstanden|klar|sicher|gut|passt|das passt|stimmt|das stimmt|geht"
    "|das geht|in ordnung|gern|gerne|genau|denau|das ist richtig|das ist korrekt|recht"
    "|alles klar|so ist es"
)
_NEGATABLE = frozenset(_NEGATABLE_LISTED.split("|"))
"""Agreement that a "nicht" beside it turns round."""
_MOST_OTHER_WORDS = 4
"""A longer utterance is more than an answer, unless it begins with one."""


def hear_bare_yes_no(text: str) -> bool | None:
    """As `hear_yes_no`, of a text that says nothing else: "ja genau", but not "ja, am Montag"."""
    return None if _FOUND.sub("", content(text)).strip() else hear_yes_no(text)


def hear_yes_no(text: str) -> bool | None:
    """True for yes, False for no, None for anything else, for both, and for "vielleicht".

    "Na" is None: through a telephone it may be a misheard "ja", or "na…" and a thought.
    """
    spoken = content(text)
    matches = [match.group() for match in _FOUND.finditer(spoken)]
    negated = any("nicht" in phrase and _PHRASES[phrase] is _Vote.NO for phrase in matches)
    votes = {_PHRASES[phrase] for phrase in matches if not (negated and phrase in _NEGATABLE)}
    others = len(spoken.split()) - sum(len(phrase.split()) for phrase in matches)
    if len(votes) != 1 or (others > _MOST_OTHER_WORDS and not _OPENERS.match(spoken)):
        return None
    return {_Vote.YES: True, _Vote.NO: False, _Vote.UNSURE: None}[votes.pop()]
