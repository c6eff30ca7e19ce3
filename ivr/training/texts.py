"""Everything this package tells admins, in one place: German, formal, without Rasa's jargon."""

from collections.abc import Mapping

_TEXTS: Mapping[str, str] = {
    # files
    "yaml": "Hier ist die Datei kein gültiges YAML: {what}",
    "no_table": "Hier wird eine Tabelle aus Schlüsseln und Werten erwartet.",
    "no_list": "Hier wird eine Liste erwartet.",
    "no_block": "Dieser Eintrag ist weder Absicht (intent) noch Synonym, Liste oder Muster.",
    "no_examples": "Diesem Eintrag fehlen die Beispiele (examples).",
    "no_text": "Diesem Beispiel fehlt der Text.",
    "no_dash": "Ein Beispiel beginnt mit „- “: „{text}“",
    "bad_mark": "Diese Markierung ist unvollständig: {mark}",
    "empty_example": "Dieses Beispiel ist leer.",
    "no_steps": "Diese Regel hat keinen Namen oder keine Schritte (steps).",
    "no_intent": "Hier wird der Name einer Absicht erwartet.",
    "no_variants": "Die Antwort „{name}“ braucht eine Liste von Wortlauten mit „text“.",
    "md_heading": "Diese Überschrift ist unbekannt: „{text}“",
    "md_stray": "Diese Zeile gehört zu keiner Überschrift: „{text}“",
    "csv_columns": "Es fehlen die Spalten: {columns}",
    "csv_empty": "Die Spalte „{column}“ ist leer.",
    "csv_price": "„{value}“ ist kein Preis; schreiben Sie zum Beispiel 29,90.",
    "csv_stock": "„{value}“ ist keine Stückzahl.",
    "csv_article": "„{value}“ ist kein Artikel; erlaubt sind der, die und das.",
    "csv_twice": "Die Artikelnummer „{value}“ kommt zweimal vor.",
    # editing
    "clash": "{by} hat das inzwischen geändert. Laden Sie die Seite neu; Ihre Änderung ist noch"
    " nicht gespeichert.",
    "gone": "Das gibt es nicht mehr.",
    "intent_name": "Ein Name besteht aus Kleinbuchstaben, Ziffern und Unterstrichen und beginnt"
    " mit einem Buchstaben.",
    "exists": "„{name}“ gibt es schon.",
    "unknown": "„{name}“ gibt es nicht.",
    "example_empty": "Ein Beispiel darf nicht leer sein.",
    "answer_empty": "Eine Antwort braucht mindestens einen Wortlaut.",
    "answer_long": "Das sind {count} Zeichen, gesprochen mehr als zwölf Sekunden: bitte höchstens"
    " {most}.",
    "answer_unspeakable": "„{found}“ kann man nicht vorlesen: bitte ausschreiben.",
    "variable": "Die Angabe {{{name}}} kennt die Hotline nicht. Möglich sind: {known}.",
    "threshold": "Eine Schwelle liegt zwischen 0 und 1.",
    "undo_newer": "Seitdem wurde das noch einmal geändert. Nehmen Sie zuerst die neuere Änderung"
    " zurück.",
    "undo_some_newer": "Seitdem wurde einiges davon noch einmal geändert ({count}: {names}). Es"
    " bleibt alles, wie es ist; nehmen Sie zuerst diese neueren Änderungen zurück.",
    "word_name": "Bitte geben Sie einen Namen mit höchstens {most} Zeichen an.",
    "no_words": "Bitte geben Sie mindestens ein Wort an.",
    "long_word": "„{word}“ ist zu lang; ein Wort hat höchstens {most} Zeichen.",
    "many_words": "Bitte fügen Sie höchstens {most} Wörter auf einmal hinzu.",
    "no_entity": "Eine Angabe namens „{name}“ kennt die Hotline noch nicht. Ist sie neu, setzen"
    " Sie das Häkchen; sonst wählen Sie eine bekannte.",
    "entity_name": "Der Name einer Angabe beginnt mit einem Buchstaben und besteht aus Buchstaben,"
    " Ziffern und Unterstrichen.",
    "pattern": "Das Muster „{pattern}“ ist kein regulärer Ausdruck: {what}",
    "pattern_of_nothing": "Das Muster „{pattern}“ passt auch auf nichts und damit auf alles: Was"
    " muss mindestens dastehen? Zum Beispiel \\d+ statt \\d*.",
    "synonym_twice": "„{word}“ steht schon bei „{other}“; ein Wort kann nur eines bedeuten.",
    "no_queue": "Bitte nennen Sie die Warteschlange.",
    "fact": "So ist das Firmenprofil nicht gültig: {what}",
    "then_end": "legt danach auf",
    "then_nothing": "ohne Weiteres",
    "then_hand_over": "übergibt danach an Mitarbeitende",
    "then_queue": "übergibt danach an „{queue}“",
    # hints
    "few": "„{name}“ hat nur {count} Beispiele; unter {least} entscheidet der Zufall.",
    "twice": "„{text}“ steht hier zweimal.",
    "twice_across": "„{text}“ steht auch bei „{other}“: Was soll gelten?",
    "near": "„{text}“ ist fast dasselbe wie „{like}“ bei „{other}“.",
    "unlikely": "So spricht kaum jemand am Telefon: „{text}“.",
    "confused": "„{name}“ wird mit „{other}“ verwechselt ({count} Mal bei der letzten Prüfung).",
    "unbalanced": "„{name}“ hat {count} Beispiele, üblich sind hier {usual}: Das drängt andere"
    " Absichten zurück.",
    "unused_answer": "Die Antwort „{name}“ wird nirgends gegeben.",
    "entity_unmarked": "Für „{name}“ ist in keinem Beispiel ein Wort markiert.",
    "no_rule": "Auf „{name}“ folgt nichts: Es fehlt eine Antwort oder ein Formular.",
    "missing_answer": "Die Antwort „{name}“ fehlt.",
    "not_in_domain": "„{name}“ ist in keiner Domain-Datei genannt.",
    # masking
    "mask_name": "Name",
    "mask_number": "Nummer",
    "mask_address": "Adresse",
    "mask_mail": "E-Mail-Adresse",
    "mask_value": "Angabe aus dem Gespräch",
    # inbox
    "reason_low": "unsicher verstanden",
    "reason_no_match": "nicht verstanden",
    "reason_handed_over": "gleich danach an einen Menschen übergeben",
    "reason_repeated": "der Anrufer hat es wiederholt",
    "reason_corrected": "der Anrufer hat korrigiert",
    "reason_differs": "dieselben Worte, verschieden verstanden",
    "reason_sample": "Stichprobe",
    "decided": "{by} hat das schon entschieden.",
    # training
    "step_waiting": "wartet",
    "step_export": "Daten werden vorbereitet",
    "step_train": "wird trainiert: {part}",
    "step_epochs": "wird trainiert: Durchgang {done} von {total}",
    "step_part": "wird trainiert: Durchgang {done} von {total}, dieser Teil noch etwa {left}",
    "minutes": "{count} min",
    "step_guess": "wird geprüft",
    "step_stories": "Gespräche werden geprüft",
    "step_done": "fertig",
    "running": "Es läuft oder wartet schon ein Training.",
    "empty": "Es gibt noch keine Absicht mit Beispielen.",
    "fail_empty_intent": "„{name}“ hat keine Beispiele.",
    "fail_one_intent": "Zum Trainieren braucht es mindestens zwei Absichten mit Beispielen.",
    "fail_contradiction": "Zwei Regeln oder Gespräche widersprechen sich: {what}",
    "fail_unknown_action": "Eine Regel nennt „{name}“, das es weder als Antwort noch als Aktion"
    " gibt.",
    "fail_yaml": "In {file}, Zeile {line}, ist etwas falsch geschrieben.",
    "fail_memory": "Der Arbeitsspeicher hat nicht gereicht.",
    "fail_disk": "Auf der Festplatte ist kein Platz mehr.",
    "fail_other": "Rasa hat das Training abgebrochen: {what}",
    "fail_environment": "Die Rasa-Umgebung fehlt: {what}",
    "fail_system": "Das Betriebssystem hat es verweigert: {what}",
    "fail_program": "Ein Fehler des Programms hat es beendet ({what}); er steht im Protokoll.",
    "hearing_runs": "Es werden schon Sätze gesprochen; bitte warten Sie, bis das fertig ist.",
    "no_tests": "Es gibt keine Prüfsätze.",
    "spoken_failed": "Die Prüfsätze konnten nicht gesprochen geprüft werden: {what}",
    "hearing_failed": "Die Beispiele konnten nicht gesprochen werden: {what}",
    "asked_again": "nachgefragt",
    "asked_again_of": "nachgefragt ({intent})",
    "no_model": "Das Modell „{name}“ ist nicht mehr da.",
    "no_previous": "Es gibt kein früheres Modell, zu dem man zurückkehren könnte.",
    "guard_worse": "Dieses Modell erkennt {points} Prozentpunkte weniger als das aktive.",
    "guard_stories": "Dieses Modell besteht {count} Gesprächstests nicht: {names}",
    "guard_active": "Das aktive Modell ließ sich nicht prüfen; ob dieses besser ist, ist daher"
    " offen: {what}",
    "guard_unproven": "Dieses Modell ist nicht geprüft.",
    "try_busy": "Gerade sprechen Anrufende; bitte versuchen Sie es gleich noch einmal.",
    "try_deaf": "Die Spracherkennung antwortet gerade nicht.",
    "activation_failed": "Das Modell ließ sich nicht starten: {what}",
}


def say(key: str, **values: object) -> str:
    """One of the texts with its values filled in."""
    return _TEXTS[key].format(**values)
