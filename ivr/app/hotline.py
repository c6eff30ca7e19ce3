"""The composition root: settings become engines, engines become a hotline that takes calls."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace

from ivr.app.brief import look_up_earlier, suggestions
from ivr.app.desk import DeskParts, open_desk
from ivr.app.live_company import LiveCompany
from ivr.app.rasa import NLU, Hold, RasaStarter, RasaWishes, start_understanding
from ivr.app.rasa import Say as Say
from ivr.app.recordings import sound_folder
from ivr.app.script import make_script
from ivr.app.training import TrainingRoom, open_training
from ivr.app.unrecorded import recorded_calls_only
from ivr.audio.resample import resample
from ivr.audio.tones import busy
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.company import Company
from ivr.config.settings import Settings
from ivr.core.errors import SpeakingFailed
from ivr.core.pcm import LISTEN_RATE, Pcm
from ivr.core.ports import Voice
from ivr.dialogue.script import Script
from ivr.german.speakable import speakable
from ivr.observe.metrics import Metrics
from ivr.speech.select import make_recognizer, make_voice
from ivr.speech.vad import SileroVad
from ivr.speech.voices.cache import CachedVoice
from ivr.store.journal import Journal
from ivr.store.sounds import SoundFolder
from ivr.store.sql import SqlStore, open_store
from ivr.understanding.switching import SwitchingUnderstanding


@dataclass(frozen=True, slots=True)
class Hotline:
    """What all calls of this program share."""

    settings: Settings
    live: LiveCompany
    store: SqlStore
    journal: Journal
    engines: Engines
    register: Register
    metrics: Metrics
    training: TrainingRoom
    understanding: SwitchingUnderstanding
    sounds: SoundFolder
    """Open, whether anything is recorded or not."""
    starter: RasaStarter | None = None
    """Starts further models, where Rasa is ours."""
    desk: DeskParts | None = None
    """Only the service has one: a single call has nobody to wait for."""

    @property
    def company(self) -> Company:
        """As it is now: admins change its facts while calls go on."""
        return self.live.current


@asynccontextmanager
async def open_hotline(
    settings: Settings, say: Say, *, alone: bool = False, working: Hold = nullcontext
) -> AsyncIterator[Hotline]:
    """Start everything that a call needs; stop it again, in the opposite order, on leaving.

    A Rasa that another hotline keeps running on the same data is used with it, unless `alone`
    is set: then it is refused with LineFailed. `say` gets lines for people; `working` is entered
    while engines work. Raises what the parts raise: each says what to do.
    """
    stack = AsyncExitStack()
    try:
        with working():
            hotline = await _open(settings, say, stack, alone=alone, working=working)
        yield hotline
    finally:
        with working():
            await stack.aclose()


async def _open(
    settings: Settings, say: Say, stack: AsyncExitStack, *, alone: bool, working: Hold
) -> Hotline:
    live = LiveCompany(settings.hotline.company)
    company = live.current
    metrics = Metrics()
    store = await open_company_store(settings, company)
    stack.push_async_callback(store.close)
    rescue = settings.hotline.data_dir / "rescue"
    journal = await stack.enter_async_context(Journal(store, rescue, meter=metrics))
    SileroVad()  # reads the network now, not when the first caller rings
    recognizer = make_recognizer(settings)
    stack.push_async_callback(recognizer.close)
    voice = make_voice(settings)
    stack.push_async_callback(voice.close)
    say(f"listening with {recognizer.name}, speaking with {voice.name}")
    training = open_training(settings, live, store)
    await live.refresh(training.shelf)
    understanding, starter = await start_understanding(
        settings,
        live,
        store,
        say,
        stack,
        RasaWishes(
            alone,
            working,
            await training.chosen_model(say),
            recorded_calls_only(journal.fact),
        ),
    )
    training.knows(understanding)
    script = make_script(settings, live.current)
    await _prepare(voice, script, say)
    desk = None
    if alone:
        desk = await stack.enter_async_context(
            open_desk(settings, company, store, lambda: live.current)
        )
    sounds = await stack.enter_async_context(sound_folder(settings))
    engines = Engines(
        vad=SileroVad,
        recognizer=recognizer,
        voice=voice,
        understanding=understanding,
        journal=journal,
        meter=metrics,
        turns=settings.turns,
        words=live.words,
        emergency=await _apology(voice, script),
        desk=desk.office if desk is not None else None,
        earlier=look_up_earlier(store),
        suggest=suggestions(lambda: live.current, NLU / "domain"),
        sounds=sounds if settings.recording.consent != "off" else None,
        working=working,
    )
    register = Register(company.id, engines, lambda: _script(settings, live))
    if starter is not None and alone:
        await stack.enter_async_context(training.keeping(understanding, starter))
    return Hotline(
        settings,
        live,
        store,
        journal,
        engines,
        register,
        metrics,
        training,
        understanding,
        sounds,
        starter,
        desk,
    )


def _script(settings: Settings, live: LiveCompany) -> Script:
    """Of calls that are heard: in writing there is nothing to record."""
    consent = settings.recording.consent
    script = make_script(settings, live.current)
    return replace(script, recording="" if consent == "off" else consent)


async def open_company_store(settings: Settings, company: Company) -> SqlStore:
    """The company's records. Raises StoreUnavailable."""
    taken = [order.number for order in company.orders]
    return await open_store(settings.database, client=company.id, taken_orders=taken)


async def _prepare(voice: CachedVoice, script: Script, say: Say) -> None:
    """Speak what is said in every call beforehand, so that nobody waits for it."""
    texts = [script.greeting, script.notice, *script.offline_answers.values()]
    try:
        await voice.fill(speakable(text) for text in (*texts, *script.phrases.fixed()))
    except (SpeakingFailed, OSError) as error:
        say(f"prompts cannot be prepared, so they will come a little later: {error}")


async def _apology(voice: Voice, script: Script) -> bytes:
    """What is played when no voice works any more; the busy tone if none works even now."""
    text = script.phrases.say("voice_gone", 0)
    try:
        data = b"".join([piece async for piece in voice.speak(text)])
    except SpeakingFailed:
        return busy(LISTEN_RATE) * 4
    return resample(Pcm(data, voice.rate), LISTEN_RATE).data
