"""Where recordings of what callers say are kept."""

from ivr.config.settings import Settings
from ivr.store.sounds import SoundFolder


def sound_folder(settings: Settings) -> SoundFolder:
    """The folder, whether more is recorded or not: what there is still has to go in time."""
    folder = settings.hotline.data_dir / "recordings"
    return SoundFolder(folder, settings.recording.keep_days)
