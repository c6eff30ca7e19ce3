"""PCM as numbers: framing, resampling, G.711, levels, tones, WAV files. Pure."""
