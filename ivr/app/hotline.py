"""The composition root: settings become engines, engines become a hotline that takes calls."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace

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
from ivr.core.ports import Recognizer, Voice
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
            live = LiveCompany(settings.hotline.company)
            opening = _Opening(settings, live, live.current, say, stack, alone, working)
            hotline = await _open(opening)
        yield hotline
    finally:
        with working():
            await stack.aclose()


@dataclass(frozen=True, slots=True)
class _Opening:
    """The steps of the start, and what they go by. What they open ends with `stack`."""

    settings: Settings
    live: LiveCompany
    company: Company
    """As its profile says, before anything that admins have changed."""
    say: Say
    stack: AsyncExitStack
    alone: bool
    working: Hold
    metrics: Metrics = field(default_factory=Metrics)

    async def records(self) -> tuple[SqlStore, Journal]:
        store = await open_company_store(self.settings, self.company, self.working)
        self.stack.push_async_callback(store.close)
        rescue = self.settings.hotline.data_dir / "rescue"
        journal = Journal(store, rescue, meter=self.metrics)
        return store, await self.stack.enter_async_context(journal)

    def speech(self) -> tuple[Recognizer, CachedVoice]:
        SileroVad()  # reads the network now, not when the first caller rings
        recognizer = make_recognizer(self.settings)
        self.stack.push_async_callback(recognizer.close)
        voice = make_voice(self.settings)
        self.stack.push_async_callback(voice.close)
        self.say(f"listening with {recognizer.name}, speaking with {voice.name}")
        return recognizer, voice

    async def understanding(
        self, store: SqlStore, journal: Journal
    ) -> tuple[TrainingRoom, SwitchingUnderstanding, RasaStarter | None]:
        training = open_training(self.settings, self.live, store)
        await self.live.refresh(training.shelf)
        model = await training.chosen_model(self.say)
        wishes = RasaWishes(self.alone, self.working, model, recorded_calls_only(journal.fact))
        understanding, starter = await start_understanding(
            self.settings, self.live, store, self.say, self.stack, wishes
        )
        training.knows(understanding)
        return training, understanding, starter

    async def desk(self, store: SqlStore) -> DeskParts | None:
        if not self.alone:
            return None
        desk = open_desk(self.settings, self.company, store, lambda: self.live.current)
        return await self.stack.enter_async_context(desk)

    async def trainings(
        self,
        training: TrainingRoom,
        understanding: SwitchingUnderstanding,
        starter: RasaStarter | None,
    ) -> None:
        """See to them, where Rasa is ours and no other hotline does so."""
        if starter is not None and self.alone:
            await self.stack.enter_async_context(training.keeping(understanding, starter))


async def _open(opening: _Opening) -> Hotline:
    settings, live = opening.settings, opening.live
    store, journal = await opening.records()
    recognizer, voice = opening.speech()
    training, understanding, starter = await opening.understanding(store, journal)
    emergency = await _prepare(voice, make_script(settings, live.current), opening.say)
    desk = await opening.desk(store)
    sounds = await opening.stack.enter_async_context(sound_folder(settings))
    engines = Engines(
        vad=SileroVad,
        recognizer=recognizer,
        voice=voice,
        understanding=understanding,
        journal=journal,
        meter=opening.metrics,
        turns=settings.turns,
        words=live.words,
        emergency=emergency,
        desk=None if desk is None else desk.office,
        earlier=look_up_earlier(store),
        suggest=suggestions(lambda: live.current, NLU / "domain"),
        sounds=None if settings.recording.consent == "off" else sounds,
        working=opening.working,
    )
    register = Register(opening.company.id, engines, lambda: _script(settings, live))
    await opening.trainings(training, understanding, starter)
    return Hotline(
        settings,
        live,
        store,
        journal,
        engines,
        register,
        opening.metrics,
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


async def open_company_store(
    settings: Settings, company: Company, working: Hold = nullcontext
) -> SqlStore:
    """The company's records. Raises StoreUnavailable."""
    taken = [order.number for order in company.orders]
    return await open_store(
        settings.database, client=company.id, taken_orders=taken, working=working
    )


async def _prepare(voice: CachedVoice, script: Script, say: Say) -> bytes:
    """Speak what is said in every call beforehand, so that nobody waits for it; the sound of the
    apology for when no voice works any more."""
    texts = [script.greeting, script.notice, *script.offline_answers.values()]
    try:
        await voice.fill(speakable(text) for text in (*texts, *script.phrases.fixed()))
    except (SpeakingFailed, OSError) as error:
        say(f"prompts cannot be prepared, so they will come a little later: {error}")
    return await _apology(voice, script)


async def _apology(voice: Voice, script: Script) -> bytes:
    """What is played when no voice works any more; the busy tone if none works even now."""
    text = script.phrases.say("voice_gone", 0)
    try:
        data = b"".join([piece async for piece in voice.speak(text)])
    except SpeakingFailed:
        return busy(LISTEN_RATE) * 4
    return resample(Pcm(data, voice.rate), LISTEN_RATE).data
