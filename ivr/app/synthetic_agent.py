"""A desk with one synthetic agent, so that a hand-over can be heard without anybody's help."""

from collections.abc import Sequence
from dataclasses import replace

from ivr.app.calling import Says, synthetic_party
from ivr.app.hotline import Hotline
from ivr.app.script import make_script
from ivr.call.desk_scripted import After, ScriptedDesk
from ivr.call.register import Register
from ivr.core.desk import Place, Taken
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners
from ivr.speech.voices.pico import PicoVoice

COMES_AFTER_S = 14.0
"""Long enough to hear what waiting callers are told."""
_RATE = 16_000
_PATIENCE = Manners(gap_s=0.5, stays_s=120.0, gives_up_s=120.0)
"""The caller hangs up first."""


async def with_agent(hotline: Hotline, texts: Sequence[str]) -> Register:
    """A register of the same hotline whose callers are taken by an agent who says `texts` in turn,
    the first at once. Raises SpeakingFailed."""
    voice = PicoVoice()
    try:
        party = await synthetic_party(
            voice, [Says(text) for text in texts], manners=_PATIENCE, begins=True
        )
    finally:
        await voice.close()

    def taken() -> Taken:
        return Taken("agent", "eine Kollegin", "synthetic", PacedLeg(party, _RATE))

    desk = ScriptedDesk([After(1.0, Place(2, 40.0)), After(COMES_AFTER_S, taken)])
    return Register(
        hotline.company.id,
        replace(hotline.engines, desk=desk),
        lambda: make_script(hotline.settings, hotline.company),
    )
