"""The words people spell with: DIN 5009 of old and of 2022, Austria, Switzerland, and NATO."""

CODE_WORDS = {
    "A": "Anton", "Ä": "Ärger", "B": "Berta", "C": "Cäsar", "D": "Dora", "E": "Emil",
    "F": "Friedrich", "G": "Gustav", "H": "Heinrich", "I": "Ida", "J": "Julius", "K": "Kaufmann",
    "L": "Ludwig", "M": "Martha", "N": "Nordpol", "O": "Otto", "Ö": "Ökonom", "P": "Paula",
    "Q": "Quelle", "R": "Richard", "S": "Samuel", "T": "Theodor", "U": "Ulrich", "Ü": "Übermut",
    "V": "Viktor", "W": "Wilhelm", "X": "Xanthippe", "Y": "Ypsilon", "Z": "Zacharias",
    "ß": "Eszett",
}  # fmt: skip
"""What the hotline spells with: the table most people on the phone know."""

_HEARD = {
    "A": "anton aachen anna alfa alpha albert",
    "Ä": "ärger äpfel ägypten änderung",
    "B": "berta bertha berlin bravo bernd bruno",
    "C": "cäsar caesar zäsar chemnitz charlie christian",
    "CH": "charlotte",
    "D": "dora düsseldorf david daniel delta",
    "E": "emil essen echo erich",
    "F": "friedrich frankfurt fritz foxtrot",
    "G": "gustav goslar golf gustaf georg",
    "H": "heinrich hamburg hotel hans",
    "I": "ida ingelheim india isidor",
    "J": "julius jena jakob jacob juliett juliet josef",
    "K": "kaufmann köln konrad kilo karl kurfürst",
    "L": "ludwig leipzig leopold lima",
    "M": "martha marta münchen marie maria mike martin",
    "N": "nordpol nürnberg niklaus nikolaus november nathan nora",
    "O": "otto offenbach oskar oscar",
    "Ö": "ökonom österreich öse öl",
    "P": "paula potsdam peter papa paul",
    "Q": "quelle quickborn quasi quebec",
    "R": "richard rostock rosa romeo rudolf",
    "S": "samuel salzwedel siegfried sophie sierra susanne",
    "SCH": "schule",
    "T": "theodor tübingen theophil tango toni",
    "U": "ulrich unna uniform ursula",
    "Ü": "übermut übel",
    "V": "viktor victor völklingen",
    "W": "wilhelm wuppertal whiskey whisky walter",
    "X": "xanthippe xanten xaver",
    "Y": "ypsilon yankee yverdon üpsilon",
    "Z": "zacharias zwickau zürich zeppelin zulu",
    "ß": "eszett scharfes",
}
WORD_LETTERS = {word: letter for letter, listed in _HEARD.items() for word in listed.split()}
"""Which letter a lower-case code word stands for."""

_NAMES = {
    "A": "ah", "Ä": "ää", "B": "be beh bee", "C": "ce ceh zeh tse", "D": "de deh dee", "E": "eh",
    "F": "ef eff", "G": "ge geh", "H": "ha hah", "I": "ih", "J": "jot jott", "K": "ka kah",
    "L": "el ell", "M": "em emm", "N": "en enn", "O": "oh", "P": "pe peh pee", "Q": "ku kuh",
    "R": "er err", "S": "es ess", "SCH": "sch", "T": "te teh tee", "U": "uh", "V": "vau fau",
    "W": "we weh", "X": "ix iks", "Y": "ypsilon", "Z": "zet zett", "CH": "ch", "CK": "ck",
}  # fmt: skip
NAME_LETTERS = {name: letter for letter, listed in _NAMES.items() for name in listed.split()}
"""Which letter a name of a letter stands for, as recognizers write it ("em", "jot", "vau")."""
