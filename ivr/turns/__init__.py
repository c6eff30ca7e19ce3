"""Turn-taking in audio time: who speaks, when a turn has ended, what interrupts. Pure."""
