// The dialog in which a headset is chosen and tried.
import { Meter } from "../calls/meter.js";
import { microphone } from "./headset.js";
import { chime } from "./ringing.js";

const at = (id) => document.getElementById(id);
const ECHO_MS = 3000;

export function setUp(headset, fail) {
  let stream = null;
  let meter = null;

  async function open() {
    at("set-up").showModal();
    at("notify").checked = "Notification" in window && Notification.permission === "granted" && localStorage.getItem("desk-notify") !== "no";
    await listen();
  }

  async function listen() {
    stop();
    try {
      stream = await microphone();
    } catch (error) {
      at("set-up").close();
      fail(error.name === "NotFoundError" ? "absent" : "denied");
      return;
    }
    meter = new Meter(stream, (mic) => at("try-level").style.setProperty("--level", (mic ?? 0).toFixed(2)));
    const devices = await navigator.mediaDevices.enumerateDevices();
    fill(at("mic"), devices.filter((device) => device.kind === "audioinput"), "desk-mic");
    fill(at("ear"), devices.filter((device) => device.kind === "audiooutput"), "desk-ear");
    at("ear").closest(".field").hidden = !("setSinkId" in HTMLMediaElement.prototype);
  }

  function stop() {
    meter?.close();
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = meter = null;
  }

  function player() {
    const audio = new Audio();
    const sink = localStorage.getItem("desk-ear");
    if (sink && audio.setSinkId) audio.setSinkId(sink).catch(() => {});
    return audio;
  }

  at("headset-set-up").addEventListener("click", open);
  at("mic").addEventListener("change", () => { localStorage.setItem("desk-mic", at("mic").value); listen(); });
  at("ear").addEventListener("change", () => {
    localStorage.setItem("desk-ear", at("ear").value);
    headset.voice.setSinkId?.(at("ear").value).catch(() => {});
  });
  at("try-tone").addEventListener("click", () => {
    const context = new AudioContext();
    const to = context.createMediaStreamDestination();
    const audio = player();
    audio.srcObject = to.stream;
    audio.play();
    chime(context, to);
    setTimeout(() => context.close(), 2500);
  });
  at("try-echo").addEventListener("click", () => {
    const button = at("try-echo");
    const label = button.textContent;
    const pieces = [];
    const recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      button.textContent = button.dataset.hear;
      const audio = player();
      audio.src = URL.createObjectURL(new Blob(pieces));
      audio.onended = () => { button.textContent = label; button.disabled = false; };
      audio.play();
    };
    button.disabled = true;
    button.textContent = button.dataset.say;
    recorder.start();
    setTimeout(() => recorder.stop(), ECHO_MS);
  });
  at("notify").addEventListener("change", () => {
    localStorage.setItem("desk-notify", at("notify").checked ? "yes" : "no");
    if (at("notify").checked && "Notification" in window) Notification.requestPermission();
  });
  at("set-up").addEventListener("close", () => { stop(); headset.renew(); });
}

function fill(list, devices, key) {
  const chosen = localStorage.getItem(key);
  list.replaceChildren(...devices.map((device, number) => {
    const option = document.createElement("option");
    option.value = device.deviceId;
    option.textContent = device.label || `${number + 1}`;
    option.selected = device.deviceId === chosen;
    return option;
  }));
}
