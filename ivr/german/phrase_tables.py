"""What callers say to a hotline, phrase by phrase.

Tables named `…_ALONE` count only as the whole utterance: "Mitarbeiter" calls for one, "Ihr
Mitarbeiter hat gesagt" does not.
"""

from ivr.german.phrase_sets import PhraseSet

WAIT = PhraseSet(
    "moment|einen moment|momentchen|augenblick|einen augenblick|sekunde|eine sekunde"
    "|kleinen moment|einen kleinen moment|warten sie|warte|ich schaue nach|ich muss nachsehen"
    "|ich muss nachschauen|ich gucke|ich hole|ich suche|da muss ich gucken|da muss ich schauen"
    "|lassen sie mich überlegen|lassen sie mich nachsehen|ich muss überlegen"
    "|bin gleich wieder da|bleiben sie dran|einen moment noch|sekündchen|kurz|kleine sekunde"
    "|kurzen moment|einen kurzen moment"
)
THINKING = PhraseSet(
    "äh|ähm|ehm|öh|öhm|hm|hmm|hmmm|mh|mm|tja|also|naja|na ja|na|nun|so|ach|halt|sozusagen|quasi"
    "|wie soll ich sagen|wie heißt das|sagen wir|mal sehen|schauen wir|lassen sie mich"
)
_LISTENING = (
    "mhm|hm|hmm|hmhm|mh|aha|ah|oh|ah ja|ach so|achso|ach|so so|soso|ja ja|jaja|ja ja ja|ah okay"
    "|okay|ok|oh okay|ach ja|ah gut|ach okay|alles klar|ah so|uhu|ja okay|mhm ja|verstehe"
    "|ich verstehe|na gut|na ja"
)
BACKCHANNEL = PhraseSet(_LISTENING)
_ASSENT = (
    f"{_LISTENING}|ja|jo|gut|sehr gut|schön|sehr schön|super|prima|perfekt|wunderbar|genau|klar"
    "|richtig|stimmt|in ordnung|das ist gut|das ist schön|na also|interessant"
)
ASSENT = PhraseSet(_ASSENT)
GREETING = PhraseSet(
    "hallo|hallöchen|hallo hallo|guten tag|guten morgen|guten abend|gute nacht|tag|moin"
    "|moin moin|tagchen|tach|n abend|servus|grüß gott|grüß sie|grüß dich|grüezi|gruezi|hi|hey"
    "|schönen guten tag|schönen guten morgen|schönen guten abend|einen schönen guten tag"
    "|einen guten tag|schönen tag|mahlzeit|glück auf|ja hallo|ja guten tag|ja schönen guten tag"
    "|wunderschönen guten tag|wunderschönen guten morgen|gott zum gruß|juten tach|hallihallo"
)
CALLING = PhraseSet(
    "wer ist da|wer ist dran|ist da jemand|ist da wer|ist jemand da|ist jemand dran|hören sie mich"
    "|können sie mich hören|hört mich jemand|sind sie da|sind sie noch da|sind sie dran"
    "|sind sie noch dran"
)
REPEAT = PhraseSet(
    "das wiederholen|wiederholen sie|das nochmal wiederholen|noch mal wiederholen"
    "|sagen sie das noch|sagen sie das nochmal|noch mal sagen|nochmal sagen|noch einmal sagen"
    "|noch einmal wiederholen|was haben sie gesagt|was sagten sie|wie war das"
    "|wie meinen sie das|nicht verstanden|akustisch nicht|habe sie nicht gehört"
    "|hab sie nicht gehört|schlecht verstanden|nicht mitbekommen|nicht mitgekriegt|was war das"
    "|wie war die frage|was war die frage|die frage noch mal|die frage nochmal"
    "|sagen sie noch einmal|noch mal von vorn"
)
REPEAT_ALONE = PhraseSet(
    "wie|wie bitte|was|bitte|hä|häh|nochmal|noch mal|noch einmal|wiederholen|wiederholung"
    "|pardon|wie jetzt|was bitte|entschuldigung wie|entschuldigung|entschuldigung was|sorry was"
    "|einmal noch|ja wie bitte|was jetzt|was denn|äh was|was war|das noch einmal|das nochmal"
    "|das noch mal|können sie das nochmal|können sie das noch einmal"
    "|könnten sie das noch einmal"
)
SLOWER = PhraseSet(
    "langsamer|nicht so schnell|zu schnell|etwas langsam|langsam sprechen|sprechen sie langsam"
    "|reden sie langsam|langsam reden|ein bisschen langsam|ganz langsam"
    "|so schnell komme ich nicht|schön langsam|so schnell kann ich nicht"
)
SLOWER_ALONE = PhraseSet("langsam|langsam langsam|stopp langsam|moment langsam")
HUMAN = PhraseSet(
    "mit einem mitarbeiter|mit einer mitarbeiterin|mit mitarbeiter|zu einem mitarbeiter"
    "|einen mitarbeiter|eine mitarbeiterin|einen menschen|mit einem menschen|mit menschen"
    "|ein mensch|echter mensch|echten menschen|richtigen menschen|richtiger mensch|echte person"
    "|echten person|richtige person|mit einer person|mit einem kollegen|mit einer kollegin"
    "|einen kollegen|mit einem berater|einen berater|kundenberater|mit einer beraterin"
    "|mit jemandem sprechen|mit jemand sprechen|jemanden sprechen|jemand sprechen|wen sprechen"
    "|mit wem sprechen|mit jemandem reden|mit jemand reden|mit jemandem persönlich"
    "|persönlich sprechen|persönlich mit|verbinden sie|verbinden mich|mich verbinden"
    "|weiterverbinden|verbunden werden|durchstellen|stellen sie mich|durchgestellt|kein roboter"
    "|keinen roboter|nicht mit einem roboter|nicht mit einer maschine|nicht mit einem computer"
    "|nicht mit einem automaten|nicht mit einer computerstimme|nicht mit maschinen"
    "|einem sachbearbeiter|einen sachbearbeiter|einem vorgesetzten|ihren chef|ihrem chef"
    "|den chef sprechen|ihren vorgesetzten|zur zentrale|in die zentrale"
    "|einen echten mitarbeiter|einem echten mitarbeiter|mit dem kundenservice"
    "|mit dem kundendienst|mit einem von ihnen|jemand aus fleisch und blut|an einen mitarbeiter"
    "|irgendeinen mitarbeiter|einem richtigen mitarbeiter|mit irgendjemandem"
)
HUMAN_ALONE = PhraseSet(
    "mitarbeiter|mitarbeiterin|mensch|menschen|kollege|kollegin|kollegen|berater|beraterin"
    "|person|agent|operator|zentrale|vermittlung|sachbearbeiter|kundenservice|kundendienst"
    "|kundenberatung|kundenbetreuung|einen menschen|verbinden|weiterleiten|jemanden|chef"
    "|hotline mitarbeiter|ein mitarbeiter|mitarbeiter sprechen|mit mitarbeiter sprechen"
    "|hilfe mensch"
)
GOODBYE = PhraseSet(
    "auf wiederhören|auf wiedersehen|wiederhören|wiedersehen|wiederschauen|auf wiederschauen"
    "|tschüss|tschüs|tschüß|tschüssi|tschüssikowski|tschö|tschau|ciao|ciao ciao|bis dann"
    "|bis bald|bis demnächst|bis zum nächsten mal|schönen tag noch|schönen abend noch"
    "|schönen tag ihnen|schönen tag wünsche|einen schönen tag|einen schönen abend"
    "|schönes wochenende|machen sie es gut|machen sies gut|mach es gut|machs gut"
    "|schönen feierabend|ade|adieu|baba|pfiat di|pfiat ihnen|pfüati|uf wiederluege|gute nacht"
    "|ich lege auf|ich leg auf|bye|bye bye"
)
PARTING = PhraseSet(
    f"{_ASSENT}|danke|danke schön|dankeschön|danke sehr|vielen dank|herzlichen dank|besten dank"
    "|tausend dank|ich danke|ich danke ihnen|danke ihnen|danke dir|danke für ihre hilfe"
    "|danke für die hilfe|danke für die auskunft|gleichfalls|danke gleichfalls|ebenso|ebenfalls"
    "|auch so|ihnen auch|dir auch|das wünsche ich ihnen auch|wünsche ich ihnen auch|auch ihnen"
    "|ihnen ebenso|ihnen ebenfalls|ihnen auch einen schönen tag|ihnen auch einen schönen abend"
    "|ihnen auch ein schönes wochenende|und ihnen auch|und ihnen|nein danke|kein problem"
    "|gern|gerne"
)
"""What is said in return to a good-bye."""
DONE = PhraseSet(
    "das wars|das war es|das war s|das war alles|das wäre alles|das ist alles|mehr nicht"
    "|nichts weiter|nichts mehr|sonst nichts|nein danke|danke nein|alles erledigt"
    "|ich bin fertig|reicht mir|das reicht|keine weiteren fragen|keine fragen mehr"
    "|keine frage mehr|alles bestens"
)
SWEARING = PhraseSet(
    "scheiß*|scheiss*|beschissen*|verdammt*|verflucht*|verfickt*|arsch*|verarsch*|wichser*"
    "|fick*|kacke|kack*|idiot*|vollidiot*|trottel|depp|deppen|hurensohn|bastard|drecks*"
    "|saftladen|sauladen|scheißladen|zum kotzen|kotzt mich an|leck mich|leckt mich"
    "|halt die klappe|halts maul|halt das maul|maul halten|schnauze|fresse|so ein mist"
    "|so n mist|mist verdammter|blöde maschine|blöder roboter|blöder computer|dumme maschine"
    "|dummer roboter|dummer computer|dämlich*|bescheuert*|sind sie blöd|sind sie dumm"
    "|bist du blöd|bist du dumm|bist du doof|frechheit|unverschämt*|verarscht|affentheater"
    "|saustall|zum teufel|himmelherrgott*|penner|betrüger|verbrecher|abzocke*|blödmann"
    "|dumme kuh|blöde kuh|unfähig*|schwachsinn|blödsinn"
)
