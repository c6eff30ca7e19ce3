// One connection to the hotline, from its offer to its close.

export class Way {
  constructor(ice, stream) {
    this.peer = new RTCPeerConnection({ iceServers: ice });
    this.channel = this.peer.createDataChannel("call");
    this.given = new AbortController();
    // A closed RTCPeerConnection leaves whoever waits for its next step waiting for ever.
    this.closed = new Promise((_, failed) => { this.fail = failed; });
    this.closed.catch(() => {});
    const track = stream?.getAudioTracks()[0];
    if (track) this.sender = this.peer.addTrack(track, stream);
    else this.peer.addTransceiver("audio", { direction: "recvonly" });
    this.peer.addEventListener("track", (event) => {
      this.sound = event.streams[0] ?? new MediaStream([event.track]);
    });
  }

  // Resolves when messages pass. `ask` brings the offer to the hotline and gives its answer;
  // `limits` are the longest waits for addresses, for the answer, and for everything.
  async open(ask, limits) {
    await this.within(limits.all, Promise.race([this.steps(ask, limits), this.closed]));
  }

  async steps(ask, limits) {
    await this.peer.setLocalDescription();
    await gathered(this.peer, limits.gather);
    const offer = this.peer.localDescription.sdp;
    const sdp = await this.within(limits.answer, ask(offer, this.given.signal));
    await this.peer.setRemoteDescription({ type: "answer", sdp });
    await opened(this.channel, this.peer);
  }

  async within(limit, step) {
    const timer = setTimeout(() => this.close(), limit);
    try {
      return await step;
    } finally {
      clearTimeout(timer);
    }
  }

  send(message) {
    if (this.channel.readyState !== "open") return false;
    this.channel.send(JSON.stringify(message));
    return true;
  }

  // Whoever asks the hotline for it asks no more.
  close() {
    this.given.abort();
    this.peer.close();
    this.fail(new Error("closed"));
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

function opened(channel, peer) {
  return new Promise((done, failed) => {
    if (channel.readyState === "open") done();
    channel.addEventListener("open", () => done());
    peer.addEventListener("connectionstatechange", () => {
      if (["failed", "closed"].includes(peer.connectionState)) failed(new Error("no way through"));
    });
  });
}
