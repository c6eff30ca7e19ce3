/* Trying models: what is typed or spoken goes to the hotline, what it makes of it is shown. */
"use strict";

(() => {
  const box = document.querySelector("[data-try]");
  if (!box) return;
  const RATE = 16000;
  const RETRY_MS = 2000;
  const log = box.querySelector("[data-log]");
  const form = box.querySelector("[data-say]");
  const state = box.querySelector("[data-state]");
  const speak = box.querySelector("[data-speak]");
  const model = box.querySelector("#try-model");
  let recorder = null;
  let asking = 0; // Counts what was asked: an answer to something older is not shown.
  let sound = null;

  const tell = (text) => { state.textContent = text; };

  async function aloud(text) {
    if (!box.querySelector("#try-aloud")?.checked || !text) return;
    const response = await shell.post("/admin/answers/hear", { text: text.slice(0, 600) });
    if (!response.ok) return;
    sound?.pause();
    sound = new Audio(URL.createObjectURL(await response.blob()));
    await sound.play().catch(() => {});
  }

  async function ask(text, heard) {
    const number = ++asking;
    for (;;) {
      const fields = { talk: box.dataset.talk, model: model.value, text };
      const response = await shell.post("/admin/try/say", fields);
      if (number !== asking) return;
      if (response.status === 202) {
        tell(box.dataset.loading);
        await new Promise((done) => setTimeout(done, RETRY_MS));
        if (number !== asking) return;
        continue;
      }
      tell("");
      if (!response.ok) {
        shell.toast((await response.json()).error, "bad");
        return;
      }
      log.insertAdjacentHTML("beforeend", await response.text());
      const turn = log.lastElementChild;
      const place = turn.querySelector("[data-heard-in]");
      if (heard && place) {
        place.textContent = `${Math.round(heard.seconds * 1000)} ms + `;
        const words = turn.querySelector(".try-said");
        words.append(` (${Math.round(heard.confidence * 100)} %)`);
      }
      turn.scrollIntoView({ block: "nearest" });
      const answer = turn.querySelector("[data-answer]").lastChild.textContent.trim();
      await aloud(answer);
      return;
    }
  }

  function again() {
    log.replaceChildren();
    ask("");
    form.elements.text.focus();
  }

  /** A recording of whatever kind as 16-bit PCM at 16 kHz. */
  async function pcm(blob) {
    const context = new AudioContext();
    try {
      const decoded = await context.decodeAudioData(await blob.arrayBuffer());
      const length = Math.max(1, Math.ceil(decoded.duration * RATE));
      const narrow = new OfflineAudioContext(1, length, RATE);
      const source = narrow.createBufferSource();
      source.buffer = decoded;
      source.connect(narrow.destination);
      source.start();
      const samples = (await narrow.startRendering()).getChannelData(0);
      const words = new Int16Array(Math.min(samples.length, box.dataset.longest * RATE));
      for (let at = 0; at < words.length; at += 1) {
        words[at] = Math.max(-1, Math.min(1, samples[at])) * 32767;
      }
      return words.buffer;
    } finally {
      await context.close();
    }
  }

  async function recognize(blob) {
    const phone = box.querySelector("#try-phone").checked;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    headers.Accept = "application/json";
    headers["Content-Type"] = "application/octet-stream";
    const response = await fetch(`/admin/try/hear?talk=${box.dataset.talk}&phone=${phone}`, {
      method: "POST",
      headers,
      body: await pcm(blob),
    });
    const heard = await response.json();
    if (!response.ok) throw new Error(heard.error);
    if (!heard.text) {
      tell(box.dataset.nothing);
      return;
    }
    await ask(heard.text, heard);
  }

  async function record() {
    if (recorder) {
      recorder.stop();
      return;
    }
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      shell.toast(box.dataset.noMicrophone, "bad");
      return;
    }
    sound?.pause();
    const pieces = [];
    recorder = new MediaRecorder(stream);
    const limit = setTimeout(() => recorder?.stop(), box.dataset.longest * 1000);
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", async () => {
      clearTimeout(limit);
      for (const track of stream.getTracks()) track.stop();
      const kind = recorder.mimeType;
      recorder = null;
      speak.setAttribute("aria-pressed", "false");
      tell("");
      try {
        await recognize(new Blob(pieces, { type: kind }));
      } catch (error) {
        shell.toast(error.message, "bad");
      }
    });
    recorder.start();
    speak.setAttribute("aria-pressed", "true");
    tell(box.dataset.recording);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (!text) return;
    form.elements.text.value = "";
    ask(text);
  });
  speak.addEventListener("click", record);
  model.addEventListener("change", again);
  box.querySelector("[data-again]").addEventListener("click", again);
  document.addEventListener("keydown", (event) => {
    if (event.key === "F2") record();
    else if (event.key === "Escape") again();
    else return;
    event.preventDefault();
  });
  again();
})();
