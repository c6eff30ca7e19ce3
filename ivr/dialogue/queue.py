"""What a waiting caller hears, and what they can do meanwhile.

Music sounds between announcements. Place and wait are told at the beginning and whenever they have
changed, but not more often than is good for anybody's nerves. Questions are answered without
losing the place.
"""

from dataclasses import replace

from ivr.core.actions import PlayMusic
from ivr.core.desk import Place
from ivr.core.speech import Expect
from ivr.dialogue import callback, unfinished
from ivr.dialogue.draft import Draft
from ivr.dialogue.state import Line, Offer, Phase, Transit

MUSIC = "music"
TELL = "tell"
COMPANY = "company"

MUSIC_AFTER_S = 2.0
"""How long a caller who was answered has for the next question, before music sounds again."""
TELL_EVERY_S = 40.0
"""Changes of place or wait are told no more often."""
LONGEST_TOLD_S = 3600.0
"""Longer waits are guesses that help nobody; the place alone is told."""
COMPANY_S = 75.0
"""Music alone no longer than this: then a word that the caller is not forgotten."""
KEY_PLACE, KEY_CALL_BACK, KEY_MESSAGE = "0", "1", "2"
MESSAGE_WISH = "Ich möchte eine Nachricht hinterlassen."
"""What the key for a message stands for, in a caller's words."""
_WISHES_CALL_BACK = ("rückruf", "zurückrufen", "ruft mich zurück", "rufen sie mich zurück")


def tell_if_due(draft: Draft) -> None:
    """Tell what has changed, if the caller hears music and was not told just now."""
    transit = draft.talk.transit
    if transit is None or transit.place is None or not transit.music:
        return
    if draft.question.awaited or draft.talk.callback is not None:
        return
    if not transit.introduced:
        _introduce(draft, transit.place)
    elif _words(transit.told) != _words(transit.place):
        wait_s = transit.told_at + TELL_EVERY_S - draft.now
        if wait_s > 0:
            draft.timer(TELL, transit.number, wait_s)
        else:
            _tell(draft, *_place_lines(draft, transit.place))


def tell_again(draft: Draft) -> None:
    """The caller asks where they stand, or for the person whom they wait for."""
    transit = draft.talk.transit
    if transit is None or transit.phase is not Phase.QUEUE:
        return
    if transit.place is None:
        draft.say_phrase("queue_stay")
    elif not transit.introduced:
        _introduce(draft, transit.place)
    else:
        _tell(draft, *_place_lines(draft, transit.place), draft.line("queue_stay"))


def rang(draft: Draft, name: str, number: int) -> None:
    """One of this module's timers has run out."""
    transit = draft.talk.transit
    if transit is None or transit.phase is not Phase.QUEUE:
        return
    if name == MUSIC:
        idle = not draft.mouth.speaking and not draft.question.awaited
        if number == draft.mouth.prompt and idle and draft.talk.callback is None:
            play_music(draft)
    elif name == TELL and number == transit.number:
        tell_if_due(draft)
    elif name == COMPANY and number == draft.mouth.prompt and transit.music:
        draft.say_phrase("queue_company")


def all_said(draft: Draft) -> None:
    """An announcement or an answer is over: on with the music, or wait for what was asked."""
    transit = draft.talk.transit
    if transit is None or draft.talk.callback is not None:
        return
    if not transit.introduced:
        if transit.place is not None:
            _introduce(draft, transit.place)
        else:
            play_music(draft)
    elif draft.mouth.expect is Expect.ANYTHING and draft.talk.offered is not Offer.HUMAN:
        draft.timer(MUSIC, draft.mouth.prompt, MUSIC_AFTER_S)


def silent(draft: Draft) -> None:
    """A waiting caller need not say anything."""
    if draft.talk.callback is not None:
        callback.silent(draft)
    else:
        play_music(draft)


def play_music(draft: Draft) -> None:
    """Let music sound until there is something to say."""
    transit = draft.talk.transit
    if transit is None or transit.music:
        return
    draft.transit = replace(transit, music=True)
    draft.actions.append(PlayMusic())
    draft.timer(COMPANY, draft.mouth.prompt, COMPANY_S)
    if transit.phase is Phase.QUEUE:
        tell_if_due(draft)


def pressed(draft: Draft, key: str) -> bool:
    """Take a key of the waiting line; says whether it was one."""
    if key == KEY_PLACE:
        tell_again(draft)
    elif key == KEY_CALL_BACK:
        call_back(draft)
    elif key == KEY_MESSAGE:
        draft.stop_saying()
        draft.ask(MESSAGE_WISH)
    else:
        return False
    return True


def wants_call_back(text: str) -> bool:
    """Whether a waiting caller would rather be called back."""
    lowered = text.lower()
    return any(words in lowered for words in _WISHES_CALL_BACK)


def call_back(draft: Draft) -> None:
    """Agree on a call back that keeps the place."""
    transit = draft.talk.transit
    if transit is None:
        return
    keeps = draft.line("queue_call_back")
    callback.begin(draft, transit.reason, keeps, announce=False)


def _introduce(draft: Draft, place: Place) -> None:
    """What every waiting caller is told once: the place, the price, and what they can do."""
    notice = draft.talk.script.queue_notice
    lines = [*_place_lines(draft, place)]
    if notice:
        lines.append(Line(notice, interruptible=False))
    _tell(draft, *lines, draft.line("queue_menu"))


def _tell(draft: Draft, *lines: Line) -> None:
    transit = draft.talk.transit
    if transit is None:
        return
    draft.transit = replace(transit, told=transit.place, told_at=draft.now, introduced=True)
    draft.say(*lines)


def _place_lines(draft: Draft, place: Place) -> tuple[Line, ...]:
    if place.position <= 1:
        line = draft.line("queue_next")
    elif place.position == 2:
        line = draft.line("queue_one_before")
    else:
        line = draft.line("queue_place", before=str(place.position - 1))
    minutes = _minutes(place)
    if minutes is None:
        return (line,)
    if minutes < 1:
        return (line, draft.line("queue_wait_short"))
    if minutes == 1:
        return (line, draft.line("queue_wait_minute"))
    return (line, draft.line("queue_wait", minutes=str(minutes)))


def _minutes(place: Place) -> int | None:
    """The wait in whole minutes, rounded up, so that nobody waits longer than they were told for
    the rounding's sake; 0 is less than a minute."""
    if place.wait_s is None or not place.wait_s <= LONGEST_TOLD_S:
        return None
    return 0 if place.wait_s < 50 else -int(-place.wait_s // 60)


def _words(place: Place | None) -> tuple[int, int | None] | None:
    """What of a place is put into words: while that stays the same there is nothing to tell."""
    return None if place is None else (place.position, _minutes(place))


def after_form(draft: Draft, form: str | None) -> tuple[Line, ...]:
    """What follows the answer that ended a form while the caller waits."""
    transit: Transit | None = draft.talk.transit
    if transit is None or transit.phase is not Phase.QUEUE or form is None:
        return ()
    if form in unfinished.FORMS:
        draft.transit = replace(transit, left_message=True)
        return (draft.line("queue_message_left"),)
    return (draft.line("queue_still"),)
