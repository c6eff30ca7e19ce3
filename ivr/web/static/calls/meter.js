// How loud both sides are, from 0 to 1, about 15 times a second; null where that cannot be told.
// Nobody's call depends on it: what a browser refuses here is not measured, and that is all.

export const EVERY_MS = 66;
const QUIET_DB = -60;
const LOUD_DB = -15;

export class Meter {
  constructor(stream, tell) {
    this.context = context();
    this.mic = stream ? this.tap(stream) : null;
    this.voice = null;
    this.timer = setInterval(() => tell(this.level(this.mic), this.level(this.voice)), EVERY_MS);
    this.wake();
  }

  // Another microphone took over.
  watch(stream) {
    this.mic = this.tap(stream);
  }

  listen(stream) {
    this.voice = this.tap(stream);
  }

  // Some browsers begin suspended, and stop while the telephone rings.
  wake() {
    this.context?.resume().catch(() => {});
  }

  tap(stream) {
    if (!this.context) return null;
    try {
      const analyser = this.context.createAnalyser();
      analyser.fftSize = 1024;
      // Firefox throws where the microphone's rate is not the context's.
      this.context.createMediaStreamSource(stream).connect(analyser);
      return analyser;
    } catch {
      return null;
    }
  }

  // A suspended context reads nothing but zeros.
  level(analyser) {
    return analyser && this.context.state === "running" ? loudness(analyser) : null;
  }

  close() {
    clearInterval(this.timer);
    this.context?.close().catch(() => {});
  }
}

function context() {
  try {
    return new AudioContext();
  } catch {
    return null;
  }
}

function loudness(analyser) {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}
