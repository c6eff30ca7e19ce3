// How loud both sides are, from 0 to 1, about 15 times a second.

const EVERY_MS = 66;
const QUIET_DB = -60;
const LOUD_DB = -15;

export class Meter {
  constructor(stream, tell) {
    this.context = new AudioContext();
    this.mic = stream ? this.tap(stream) : null;
    this.voice = null;
    this.timer = setInterval(() => tell(loudness(this.mic), loudness(this.voice)), EVERY_MS);
  }

  listen(stream) {
    this.voice = this.tap(stream);
  }

  tap(stream) {
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1024;
    this.context.createMediaStreamSource(stream).connect(analyser);
    return analyser;
  }

  close() {
    clearInterval(this.timer);
    this.context.close();
  }
}

function loudness(analyser) {
  if (!analyser) return 0;
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}
