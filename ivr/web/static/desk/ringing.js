// Makes an offer heard and seen, also when the window is in the background.
const EVERY_MS = 2200;

export class Ringing {
  constructor() {
    this.offer = null;
  }

  // `offer` is the element that tells of it, or null when nothing rings.
  look(offer) {
    const id = offer?.dataset.offer ?? null;
    if (id === this.offer) return;
    this.stop();
    this.offer = id;
    if (!offer) return;
    const title = offer.dataset.title;
    // A telephone rings by itself.
    if (!("silent" in offer.dataset)) {
      this.timer = setInterval(() => this.tone(), EVERY_MS);
      this.tone();
    }
    if ("Notification" in window && Notification.permission === "granted" && localStorage.getItem("desk-notify") !== "no") {
      this.notice = new Notification(title, { body: offer.dataset.about, tag: "desk-offer", requireInteraction: true });
      this.notice.onclick = () => window.focus();
    }
    this.title ??= document.title;
    document.title = `● ${title}`;
  }

  stop() {
    clearInterval(this.timer);
    this.notice?.close();
    this.notice = null;
    if (this.title) document.title = this.title;
  }

  tone() {
    this.context ??= new AudioContext();
    chime(this.context);
  }
}

export function chime(context, to = context.destination) {
  const now = context.currentTime;
  for (const [hertz, start] of [[660, 0], [880, 0.18], [660, 0.7], [880, 0.88]]) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, now + start);
    gain.gain.linearRampToValueAtTime(0.12, now + start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, now + start + 0.4);
    tone.connect(gain).connect(to);
    tone.start(now + start);
    tone.stop(now + start + 0.45);
  }
}
