// A call's connection to the hotline. When the network is lost others are tried, with the token of
// the call, and the first that opens takes its place; the hotline keeps the call meanwhile.
import { Way } from "./way.js";

// Longest waits for this machine's addresses, for the hotline's answer (it asks STUN and TURN
// servers first, too), and for all of an attempt.
const FIRST = { gather: 1500, answer: 8000, all: 20000 };
const AGAIN = { gather: 500, answer: 6000, all: 12000 };
// The network may return in the middle of an attempt to come back, which then never gets through;
// and on a slow telephone each one takes its time. So the next one begins before it is given up,
// and four at the most go on beside each other.
const NEXT_MS = 3000;
const PAUSE_MS = 400; // after one that failed
const QUIET_MS = 2500; // without an answer for so long the network counts as lost
const PING_MS = 700;

export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class Connection {
  // `told` has the functions sound, note, lost, back and gone.
  constructor(ice, stream, told) {
    this.ice = ice;
    this.stream = stream;
    this.told = told;
    this.token = null;
    this.over = false;
    this.seeking = false;
    this.attempts = new Set();
    this.onOnline = () => this.seek();
    this.onOffline = () => this.seek();
  }

  async open() {
    this.way = this.newWay();
    await this.reach(this.way, FIRST);
    this.heardAt = performance.now();
    this.watch = setInterval(() => this.look(), PING_MS);
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.onOffline);
  }

  send(message) {
    return this.way?.send(message) ?? false;
  }

  // From another microphone than before; connections that come later take it, too.
  async speak(stream) {
    this.stream = stream;
    const [track] = stream.getAudioTracks();
    await Promise.all([this.way, ...this.attempts].map((way) => way.sender?.replaceTrack(track)));
  }

  leave() {
    if (this.over) return;
    this.send({ type: "bye" });
    if (this.token) {
      const body = new Blob([JSON.stringify({ token: this.token })], { type: "application/json" });
      navigator.sendBeacon("/calls/end", body);
    }
    this.close();
  }

  close() {
    this.over = true;
    this.seeking = false;
    clearInterval(this.watch);
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.onOffline);
    for (const way of this.attempts) way.close();
    const way = this.way;
    // The last message is given a moment to leave; an answer that is still to come names the call.
    setTimeout(() => (this.token ? way?.close() : way?.peer.close()), 200);
  }

  newWay() {
    const way = new Way(this.ice, this.stream);
    way.channel.addEventListener("message", (event) => { if (way === this.way) this.hear(event.data); });
    way.peer.addEventListener("track", () => { if (way === this.way) this.told.sound(way.sound); });
    way.peer.addEventListener("connectionstatechange", () => {
      if (way === this.way && ["failed", "disconnected"].includes(way.peer.connectionState)) this.seek();
    });
    return way;
  }

  async reach(way, limits) {
    await way.open(async (sdp, signal) => {
      if (this.over) throw new Refused("failed");
      const answer = await this.post("/calls", { sdp, token: this.token }, signal);
      this.token = answer.token;
      this.patience = answer.reconnect_s * 1000;
      if (this.over) { this.leaveLate(way); throw new Refused("failed"); }
      return answer.sdp;
    }, limits);
  }

  leaveLate(way) {
    this.post("/calls/end", { token: this.token }).catch(() => {});
    way.close();
  }

  async post(path, body, signal) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    if (response.ok) return response.status === 204 ? {} : response.json();
    const told = await response.json().catch(() => ({}));
    throw new Refused(told.error ?? "failed");
  }

  hear(data) {
    this.heardAt = performance.now();
    const note = JSON.parse(data);
    if (note.type === "ended") this.close();
    if (note.type !== "pong") this.told.note(note);
    // The network was away for a moment only. What had been sent before it went proves nothing.
    else if (this.seeking && this.heardAt - this.lostAt > PING_MS) this.goOnOver(this.way);
  }

  look() {
    this.send({ type: "ping" });
    if (performance.now() - this.heardAt > QUIET_MS) this.seek();
  }

  // Look for a way back until the hotline's patience is over.
  async seek() {
    if (this.over || this.seeking || this.token === null) return;
    this.seeking = true;
    const lostAt = this.lostAt = performance.now();
    this.told.lost();
    const left = () => lostAt + this.patience - performance.now();
    // It may be found, and lost again, during a pause.
    const seeking = () => this.seeking && this.lostAt === lostAt;
    while (seeking() && left() > 0) {
      await Promise.race([this.comeBack(), pause(Math.min(NEXT_MS, left()))]);
      if (seeking()) await pause(PAUSE_MS);
    }
    if (seeking()) this.lose();
  }

  async comeBack() {
    const way = this.newWay();
    this.attempts.add(way);
    try {
      await this.reach(way, AGAIN);
      this.goOnOver(way);
    } catch (error) {
      way.close();
      if (this.seeking && error instanceof Refused && error.reason === "gone") this.lose();
    } finally {
      this.attempts.delete(way);
    }
  }

  goOnOver(way) {
    if (!this.seeking) { way.close(); return; }
    this.seeking = false;
    for (const other of [this.way, ...this.attempts]) if (other !== way) other.close();
    if (way !== this.way) {
      this.way = way;
      if (way.sound) this.told.sound(way.sound);
    }
    this.heardAt = performance.now();
    this.look(); // The hotline goes on over the connection it is spoken to over.
    this.told.back();
  }

  lose() {
    this.close();
    this.told.gone();
  }
}

function pause(wait) {
  return new Promise((done) => setTimeout(done, wait));
}
