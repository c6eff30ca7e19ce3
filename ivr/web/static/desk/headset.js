// The agent's headset: one connection that stays open between calls.
import { Connection } from "../calls/connection.js";
import { Meter } from "../calls/meter.js";

const RETRY_MS = 3000;

class Line extends Connection {
  constructor(ice, stream, told, page) {
    super(ice, stream, told);
    this.page = page;
  }

  // Always the same way in: the server knows by the session whose headset this is.
  async post(path, body, signal) {
    if (path !== "/calls") return {};
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const response = await fetch("/desk/headset", {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ sdp: body.sdp, page: this.page }),
      signal,
    });
    if (!response.ok) throw new Error(`headset ${response.status}`);
    const told = await response.json();
    return { token: this.page, sdp: told.sdp, reconnect_s: 30 };
  }

  leave() {
    if (this.over) return;
    this.send({ type: "bye" });
    this.close();
  }
}

export class Headset {
  // `show` is told the state: connecting, on, lost, off, and a reason; `level` how loud we are.
  constructor(ice, voice, show, level) {
    this.ice = ice;
    this.voice = voice;
    this.show = show;
    this.level = level;
    this.page = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    this.line = null;
    this.wanted = false;
    navigator.mediaDevices?.addEventListener("devicechange", () => this.deaf && this.replace());
  }

  // The line is there, but the headset was pulled out.
  get deaf() {
    return this.line && !this.line.over && this.stream?.getAudioTracks().every((track) => track.readyState === "ended");
  }

  async connect() {
    this.wanted = true;
    if (this.deaf) return this.replace();
    if (this.line && !this.line.over) return true;
    this.show("connecting");
    let stream;
    try {
      stream = await microphone();
    } catch (error) {
      this.wanted = false;
      this.show("off", error.name === "NotFoundError" ? "absent" : "denied");
      return false;
    }
    this.stop();
    this.take(stream);
    this.meter = new Meter(stream, (mic) => this.level(mic ?? 0));
    const line = this.line = new Line(this.ice, stream, {
      sound: (incoming) => this.hear(incoming),
      note: (note) => this.note(note),
      lost: () => this.show("lost"),
      back: () => this.show("on"),
      gone: () => this.again(),
    }, this.page);
    try {
      await line.open();
    } catch {
      line.close();
      this.show("off", "failed");
      this.again();
      return false;
    }
    this.show("on");
    return true;
  }

  take(stream) {
    this.stream = stream;
    for (const track of stream.getAudioTracks()) track.addEventListener("ended", () => this.replace());
  }

  // Whatever microphone there is now takes over, and the conversation goes on; until then one hears.
  async replace() {
    if (this.replacing || !this.deaf) return !this.deaf;
    const line = this.line;
    this.replacing = true;
    try {
      const stream = await microphone();
      if (line !== this.line || line.over) {
        for (const track of stream.getTracks()) track.stop();
        return false;
      }
      this.take(stream);
      this.meter.watch(stream);
      await line.speak(stream);
      this.show("on");
      return true;
    } catch (error) {
      this.show("off", error.name === "NotFoundError" ? "absent" : "denied");
      return false;
    } finally {
      this.replacing = false;
    }
  }

  hear(stream) {
    this.voice.srcObject = stream;
    this.voice.play().catch(() => {});
    const sink = localStorage.getItem("desk-ear");
    if (sink && this.voice.setSinkId) this.voice.setSinkId(sink).catch(() => {});
  }

  note(note) {
    if (note.type === "replaced") {
      this.wanted = false;
      this.stop();
      this.show("off", "replaced");
    } else if (note.type === "ended" && this.wanted) {
      this.again();
    }
  }

  again() {
    if (!this.wanted) return;
    this.show("lost");
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.wanted && this.connect(), RETRY_MS);
  }

  // After another microphone was chosen.
  async renew() {
    if (!this.wanted) return;
    this.line?.close();
    this.line = null;
    await this.connect();
  }

  off() {
    this.wanted = false;
    this.line?.leave();
    this.stop();
    this.show("off");
  }

  stop() {
    this.line?.close();
    this.meter?.close();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.line = this.meter = this.stream = null;
    this.level(0);
  }
}

export function microphone() {
  const chosen = localStorage.getItem("desk-mic");
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (!navigator.mediaDevices) return Promise.reject(new DOMException("insecure", "NotAllowedError"));
  return navigator.mediaDevices
    .getUserMedia({ audio: chosen ? { ...audio, deviceId: { exact: chosen } } : audio })
    .catch((error) => {
      if (!chosen || error.name !== "OverconstrainedError") throw error;
      return navigator.mediaDevices.getUserMedia({ audio });
    });
}
