// The call page: one call at a time, over a connection that may be replaced while the call goes on.
// Nothing is asked for or sent before the button is pressed.
import { Awake } from "./awake.js";
import { Connection, Refused } from "./connection.js";
import { help, hideHelp } from "./help.js";
import { EVERY_MS, Meter } from "./meter.js";
import { microphoneStream, problemOf, stop } from "./microphone.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const ice = JSON.parse(document.body.dataset.ice);
const at = (id) => document.getElementById(id);
const LIVE = ["ringing", "speaking", "listening", "thinking", "hold", "colleague", "held"];
// Callers are expected to be heard in their own turns only. So long in all of them together: they
// have been asked again by then.
const SILENT_MS = 7000;
const AUDIBLE = 0.02; // As the meter tells it: about -59 dBFS.

const awake = new Awake();
let call = null;

class Call {
  constructor() {
    this.began = null;
    this.state = "idle";
    this.last = "ringing";
    this.muted = false;
    this.captions = new Map();
    this.quietMs = 0;
  }

  get live() {
    return !["idle", "ended"].includes(this.state);
  }

  async begin(microphone) {
    this.show("connecting");
    awake.begin();
    if (microphone) {
      try {
        await this.takeMicrophone();
      } catch (error) {
        this.fail(problemOf(error), true);
        return;
      }
      if (!this.live) return;
    }
    this.meter = new Meter(this.stream, (mic, voice) => this.levels(mic, voice));
    this.connection = new Connection(ice, this.stream, {
      sound: (incoming) => this.hear(incoming),
      note: (note) => this.note(note),
      lost: () => { if (this.state !== "ended") this.show("lost"); },
      back: () => { if (this.state === "lost") this.show(this.last); },
      gone: () => this.fail("lost"),
    });
    try {
      await this.connection.open();
    } catch (error) {
      this.fail(error instanceof Refused ? error.reason : "unreachable");
      return;
    }
    if (this.state === "connecting") this.show("ringing");
    this.began ??= performance.now();
    this.clock = setInterval(() => this.tick(), 500);
  }

  // The caller may have hung up by the time the browser gives it.
  async takeMicrophone() {
    const stream = await microphoneStream();
    if (!this.live) { stop(stream); return; }
    this.stream = stream;
    for (const track of stream.getAudioTracks()) {
      track.enabled = !this.muted;
      // A headset was pulled out, or the permission taken back; `stop` does not get here.
      track.addEventListener("ended", () => this.replaceMicrophone());
    }
  }

  get deaf() {
    return this.live && this.stream?.getAudioTracks().every((track) => track.readyState === "ended");
  }

  // Whatever microphone there is now takes the place of one that has gone.
  async replaceMicrophone() {
    if (this.replacing || !this.deaf) return;
    this.replacing = true;
    try {
      await this.takeMicrophone();
      if (this.live) {
        this.meter.watch(this.stream);
        this.quietMs = 0;
        hideHelp();
        await this.connection.speak(this.stream);
      }
    } catch (error) {
      const reason = problemOf(error);
      if (this.live) help(texts.problems, reason === "absent" ? "unplugged" : reason);
    } finally {
      this.replacing = false;
    }
  }

  async hear(incoming) {
    at("voice").srcObject = incoming;
    this.meter.listen(incoming);
    try {
      await at("voice").play();
      at("soundless").hidden = true;
    } catch (error) {
      // Safari, above all where no microphone was allowed. Otherwise another sound has taken over.
      if (this.live && error.name === "NotAllowedError") at("soundless").hidden = false;
    }
  }

  note(note) {
    if (note.type === "state" && LIVE.includes(note.state)) {
      this.last = note.state;
      if (this.state !== "ended") this.show(note.state);
      if (note.name) texts.who.agent = note.name;
      this.position = note.position;
    } else if (note.type === "caption") {
      this.caption(note);
    } else if (note.type === "call") {
      this.id = note.id;
    } else if (note.type === "refused") {
      this.fail(note.error);
    } else if (note.type === "ended") {
      this.end();
    }
  }

  caption(note) {
    if (this.captions.has(note.n)) return;
    const item = document.createElement("li");
    item.className = `say say-${note.who}`;
    const meta = document.createElement("p");
    meta.className = "say-meta";
    meta.textContent = texts.who[note.who] ?? "";
    const text = document.createElement("p");
    text.className = "say-text";
    text.textContent = note.text;
    item.append(meta, text);
    const list = at("captions");
    const follow = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    list.append(item);
    at("captions-part").hidden = false;
    if (follow) list.scrollTop = list.scrollHeight;
    this.captions.set(note.n, item);
  }

  press(key) {
    if (!this.connection || this.state === "ended") return;
    this.quietMs = 0; // Whoever answers by key need not speak.
    if (this.connection.send({ type: "key", key })) at("typed").textContent = (at("typed").textContent + key).slice(-16);
  }

  mute() {
    this.muted = !this.muted;
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !this.muted;
    at("mute").setAttribute("aria-pressed", String(this.muted));
    if (this.muted) hideHelp("silent");
    this.quietMs = 0;
  }

  // Null where a level cannot be told.
  levels(mic, voice) {
    const shown = this.state === "listening" ? mic : voice;
    document.body.style.setProperty("--mic", this.muted ? 0 : (mic ?? 0).toFixed(2));
    document.body.style.setProperty("--loud", (shown ?? 0).toFixed(2));
    if (mic > AUDIBLE) {
      this.quietMs = 0;
      hideHelp("silent");
    } else if (mic !== null && !this.muted && !this.deaf && this.state === "listening") {
      this.quietMs += EVERY_MS;
      if (this.quietMs > SILENT_MS) help(texts.problems, "silent");
    }
  }

  tick() {
    const seconds = Math.floor((performance.now() - this.began) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.time = time;
    if (this.state === "ended") return;
    at("detail").textContent = this.state === "hold" && this.position
      ? texts.position.replace("{position}", this.position) : time;
  }

  show(state) {
    if (this.state === state) return;
    this.state = state;
    document.body.dataset.state = state;
    at("state").textContent = texts.states[state] ?? "";
    // Who speaks when can be heard; only what cannot is announced.
    if (!["speaking", "listening", "thinking"].includes(state)) at("announce").textContent = texts.states[state] ?? "";
    if (window.parent !== window) window.parent.postMessage({ hotline: state }, "*");
  }

  // The caller hangs up.
  leave() {
    if (this.state === "ended") return;
    this.connection?.leave();
    this.end();
  }

  end() {
    if (this.state === "ended") return;
    this.tidy();
    this.show("ended");
    const parts = [];
    if (this.time) parts.push(texts.lasted.replace("{time}", this.time));
    if (this.id) parts.push(texts.number.replace("{id}", this.id.slice(0, 8).toUpperCase()));
    at("detail").textContent = parts.join(" · ");
    at("start-label").textContent = texts.again;
    at("start").focus({ preventScroll: true });
  }

  fail(reason, again = false) {
    if (this.state === "ended") return;
    this.tidy();
    this.connection?.leave();
    this.show(this.captions.size ? "ended" : "idle");
    this.state = "ended";
    if (!this.captions.size) document.body.dataset.state = "idle";
    at("announce").textContent = "";
    help(texts.problems, reason, again && ["denied", "absent", "taken"].includes(reason));
    at("start").focus({ preventScroll: true });
  }

  tidy() {
    awake.end();
    clearInterval(this.clock);
    this.meter?.close();
    stop(this.stream);
    at("voice").srcObject = null;
    at("soundless").hidden = true;
    for (const reason of ["silent", "unplugged"]) hideHelp(reason);
    showKeypad(false);
    at("mute").setAttribute("aria-pressed", "false");
    this.muted = false;
  }
}

function showKeypad(open) {
  at("keypad").hidden = !open;
  at("keys").setAttribute("aria-expanded", String(open));
}

function begin(microphone) {
  if (call && call.state !== "ended") return;
  hideHelp();
  at("captions").replaceChildren();
  at("captions-part").hidden = true;
  at("typed").textContent = "";
  call = new Call();
  call.begin(microphone);
  at("hangup").focus({ preventScroll: true });
}

at("start").addEventListener("click", () => begin(true));
at("without").addEventListener("click", () => begin(false));
at("hangup").addEventListener("click", () => call?.leave());
at("sound-on").addEventListener("click", () => {
  call?.meter?.wake();
  call?.hear(at("voice").srcObject);
});
at("mute").addEventListener("click", () => call?.mute());
at("keys").addEventListener("click", () => {
  showKeypad(at("keypad").hidden);
  if (!at("keypad").hidden) at("keypad").querySelector("[data-dial]").focus({ preventScroll: false });
});
at("keypad").addEventListener("click", (event) => {
  const key = event.target.closest("[data-dial]")?.dataset.dial;
  if (key) call?.press(key);
});
// Keys of the keyboard are keys of the telephone only while the keypad is open (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && at("keypad").hidden && window.parent !== window) {
    window.parent.postMessage({ hotline: "escape" }, "*");
    return;
  }
  if (at("keypad").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    showKeypad(false);
    at("keys").focus();
    return;
  }
  const button = /^[0-9*#]$/.test(event.key) && at("keypad").querySelector(`[data-dial="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.classList.add("call-key-down");
  setTimeout(() => button.classList.remove("call-key-down"), 150);
  call?.press(event.key);
});
navigator.mediaDevices?.addEventListener("devicechange", () => call?.replaceMicrophone());
// Within the panel of another site's page it is that page that asks (call.js).
window.addEventListener("beforeunload", (event) => {
  if (call?.live && !document.body.classList.contains("call-panel")) event.preventDefault();
});
window.addEventListener("pagehide", () => call?.leave());
