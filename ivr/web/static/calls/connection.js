// A call's connection to the hotline. When the network is lost it is replaced by a new one, with
// the token of the call; the hotline keeps the call meanwhile.

// Longest waits for this machine's addresses, for the hotline's answer (it asks STUN and TURN
// servers first, too), and for all of an attempt. Attempts to come back are short: the network
// may return in the middle of one, and the hotline waits for ten seconds in all.
const FIRST = { gather: 1500, answer: 8000, all: 20000 };
const AGAIN = { gather: 500, answer: 3000, all: 3000 };
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
    this.onOnline = () => this.seek();
    this.onOffline = () => this.seek();
  }

  async open() {
    await this.dial(FIRST);
    this.heardAt = performance.now();
    this.watch = setInterval(() => this.look(), PING_MS);
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.onOffline);
  }

  send(message) {
    if (this.channel?.readyState !== "open") return false;
    this.channel.send(JSON.stringify(message));
    return true;
  }

  // From another microphone than before; connections that come later take it, too.
  async speak(stream) {
    this.stream = stream;
    await this.sender?.replaceTrack(stream.getAudioTracks()[0]);
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
    clearInterval(this.watch);
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.onOffline);
    const peer = this.peer;
    // The last message is given a moment to leave.
    setTimeout(() => peer?.close(), 200);
  }

  async dial(limits) {
    const until = performance.now() + limits.all;
    const peer = new RTCPeerConnection({ iceServers: this.ice });
    const channel = peer.createDataChannel("call");
    const track = this.stream?.getAudioTracks()[0];
    this.sender = null;
    if (track) this.sender = peer.addTrack(track, this.stream);
    else peer.addTransceiver("audio", { direction: "recvonly" });
    peer.addEventListener("track", (event) => {
      if (peer === this.peer) this.told.sound(event.streams[0] ?? new MediaStream([event.track]));
    });
    this.peer?.close();
    this.peer = peer;
    this.channel = channel;
    channel.addEventListener("message", (event) => this.hear(event.data));
    peer.addEventListener("connectionstatechange", () => {
      if (peer === this.peer && ["failed", "disconnected"].includes(peer.connectionState)) this.seek();
    });
    await peer.setLocalDescription();
    await gathered(peer, limits.gather);
    const wait = Math.max(1, Math.min(limits.answer, until - performance.now()));
    const answer = await this.post("/calls", { sdp: peer.localDescription.sdp, token: this.token }, wait);
    this.token = answer.token;
    this.patience = answer.reconnect_s * 1000;
    if (this.over) { this.leaveLate(); throw new Refused("failed"); }
    await peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    await opened(channel, peer, until - performance.now());
  }

  leaveLate() {
    this.post("/calls/end", { token: this.token }).catch(() => {});
    this.peer.close();
  }

  async post(path, body, wait = FIRST.answer) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(wait),
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
  }

  look() {
    this.send({ type: "ping" });
    if (performance.now() - this.heardAt > QUIET_MS) this.seek();
  }

  // Look for a way back until the hotline's patience is over.
  async seek() {
    if (this.over || this.seeking || this.token === null) return;
    this.seeking = true;
    this.told.lost();
    const until = performance.now() + this.patience;
    let back = false;
    while (!this.over && !back && performance.now() < until) {
      try {
        await this.dial(AGAIN);
        back = true;
      } catch (error) {
        if (error instanceof Refused && error.reason === "gone") break;
        await new Promise((done) => setTimeout(done, 400));
      }
    }
    this.seeking = false;
    this.heardAt = performance.now();
    if (this.over) return;
    if (back) this.told.back();
    else { this.close(); this.told.gone(); }
  }
}

function gathered(peer, wait) {
  return new Promise((done) => {
    const look = () => { if (peer.iceGatheringState === "complete") done(); };
    peer.addEventListener("icegatheringstatechange", look);
    setTimeout(done, wait);
    look();
  });
}

function opened(channel, peer, wait) {
  return new Promise((done, failed) => {
    if (channel.readyState === "open") done();
    channel.addEventListener("open", () => done());
    peer.addEventListener("connectionstatechange", () => {
      if (["failed", "closed"].includes(peer.connectionState)) failed(new Error("no way through"));
    });
    setTimeout(() => failed(new Error("too late")), wait);
  });
}
