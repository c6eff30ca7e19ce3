// The agents' desk: what the server draws is made to ring, to be typed in, and to be spoken with.
import { Headset } from "./headset.js";
import { Ringing } from "./ringing.js";
import { setUp } from "./setup.js";

const at = (id) => document.getElementById(id);
const desk = at("desk");
const SAVE_MS = 700;

function show(state, reason) {
  const box = at("headset");
  box.dataset.state = state;
  const text = { on: desk.dataset.connected, connecting: desk.dataset.connecting, lost: desk.dataset.lost, off: desk.dataset.off };
  at("headset-text").textContent = text[state];
  if (reason) shell.toast(desk.dataset[reason], reason === "replaced" ? "" : "bad");
}

const headset = new Headset(
  JSON.parse(desk.dataset.ice),
  at("voice"),
  show,
  (level) => at("headset").style.setProperty("--level", level.toFixed(2)),
);
setUp(headset, (reason) => show("off", reason));

at("headset-connect").addEventListener("click", () => headset.connect());
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-sign-in]")) {
    if ("Notification" in window && Notification.permission === "default") Notification.requestPermission();
    if (await headset.connect()) await told(shell.post("/desk/state", { to: "in" }));
  }
  const focus = event.target.closest("[data-focus]");
  if (focus) at(focus.dataset.focus)?.focus();
  // A choice of a menu has been made.
  const choice = event.target.closest(".menu-list button");
  if (choice) choice.closest("details").open = false;
});

// Keys of a menu or of the keypad count only while it is open, and before all others.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("#desk details.menu[open], #keypad[open]");
  if (!menu || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = menu.querySelector(`[data-choice="${CSS.escape(event.key)}"]`);
  if (!choice) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  choice.click();
}, true);

async function told(request) {
  const response = await request;
  if (response.ok) return true;
  const body = await response.json().catch(() => ({}));
  shell.toast(body.error ?? at("toasts").dataset.failed, "bad");
  return false;
}

// What is typed goes to the call it was typed for, soon after the last key.
const note = at("note");
let call = "";
let saving;

function saveNote() {
  clearTimeout(saving);
  if (!call || note.dataset.saved === note.value) return;
  const [whose, text] = [call, note.value];
  told(shell.post("/desk/call/note", { call: whose, note: text })).then((done) => {
    if (!done || whose !== call) return;
    note.dataset.saved = text;
    at("note-state").textContent = at("note-state").dataset.saved;
  });
}

note.addEventListener("input", () => {
  at("note-state").textContent = "";
  clearTimeout(saving);
  saving = setTimeout(saveNote, SAVE_MS);
});
note.addEventListener("blur", saveNote);
note.addEventListener("keydown", (event) => event.key === "Escape" && note.blur());
at("desk-facts").addEventListener("change", async (event) => {
  const field = event.target.dataset.field;
  if (!field) return;
  const done = await told(shell.post("/desk/call/field", { call, field, value: event.target.value }));
  event.target.classList.toggle("saved", done);
});
at("desk-facts").addEventListener("keydown", (event) => event.key === "Escape" && event.target.blur());

const ringing = new Ringing();
const clock = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat("de-DE", { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });

function look() {
  const offer = document.querySelector("#desk-offer [data-offer]");
  ringing.look(offer, offer ? desk.dataset.callFrom.replace("{who}", offer.dataset.who) : "");
  const facts = document.querySelector("#desk-facts [data-call]");
  const now = facts?.dataset.call ?? "";
  const live = document.querySelector("#desk-call [data-live], #desk-wrap [data-wrap]") !== null;
  if (now !== call) {
    saveNote();
    call = now;
    note.value = note.dataset.saved = facts?.dataset.note ?? "";
    at("note-state").textContent = "";
  }
  at("note-card").hidden = !(live && call);
  at("talk-card").hidden = at("desk-talk").children.length === 0;
  for (const place of desk.querySelectorAll("[data-clock]:empty")) {
    const moment = new Date(Number(place.dataset.clock) * 1000);
    place.textContent = ("day" in place.dataset ? dayAndClock : clock).format(moment);
  }
  // Whoever is at work needs the headset, after a reload, too.
  const away = document.querySelector("#desk-state [data-sign-in]") !== null;
  if (!away && !started) headset.connect();
  started = true;
}

let started = false;
const talk = at("desk-talk");
let follow = true;
talk.addEventListener("scroll", () => { follow = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60; });
new MutationObserver(() => { if (follow) talk.scrollTop = talk.scrollHeight; at("talk-card").hidden = talk.children.length === 0; }).observe(talk, { childList: true });
for (const id of ["desk-offer", "desk-call", "desk-wrap", "desk-facts", "desk-state", "desk-work"]) {
  new MutationObserver(look).observe(at(id), { childList: true });
}
look();
