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

// Whoever is rung at a telephone needs none.
const headset = "phone" in desk.dataset ? null : new Headset(
  JSON.parse(desk.dataset.ice),
  at("voice"),
  show,
  (level) => at("headset").style.setProperty("--level", level.toFixed(2)),
);
if (headset) {
  setUp(headset, (reason) => show("off", reason));
  at("headset-connect").addEventListener("click", () => headset.connect());
}
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-sign-in]")) {
    if ("Notification" in window && Notification.permission === "default") Notification.requestPermission();
    if (!headset || await headset.connect()) await told(shell.post("/desk/state", { to: "in" }));
  }
  const focus = event.target.closest("[data-focus]");
  if (focus) at(focus.dataset.focus)?.focus();
  // A choice of a menu has been made.
  const choice = event.target.closest(".menu-list button");
  if (choice) choice.closest("details").open = false;
});

// A dialog's form closes it once the browser has found nothing wrong in it.
document.addEventListener("htmx:beforeRequest", (event) => event.detail.elt.closest("dialog[open] form") && event.detail.elt.closest("dialog").close());

// Keys of a menu or of the keypad count only while it is open, and before all others.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("#desk details.menu[open], #keypad[open]");
  if (!menu || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return walk(event, menu);
  const choice = menu.querySelector(`[data-choice="${CSS.escape(event.key)}"]`);
  if (!choice) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  choice.click();
}, true);

function walk(event, menu) {
  const choices = [...menu.querySelectorAll("button, a")];
  const now = choices.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? now + 1 : Math.max(now, 0) - 1;
  event.preventDefault();
  choices.at(next % choices.length)?.focus();
}

async function told(request) {
  const response = await request;
  if (!response.ok) await complain(response);
  return response.ok;
}

async function complain(response) {
  const body = await response.json().catch(() => ({}));
  shell.toast(body.error ?? at("toasts").dataset.failed, "bad");
}

// What is typed goes to the call it was typed for, soon after the last key.
const note = at("note");
let call = "";
let saving;
let wrapped = ""; // The call whose wrap-up takes the note along.

async function saveNote() {
  clearTimeout(saving);
  if (!call || call === wrapped || note.dataset.saved === note.value) return;
  const [whose, text] = [call, note.value];
  const response = await shell.post("/desk/call/note", { call: whose, note: text });
  if (!response.ok && whose !== wrapped) await complain(response);
  if (!response.ok || whose !== call) return;
  note.dataset.saved = text;
  at("note-state").textContent = at("note-state").dataset.saved;
}

const wrapsUp = (element) => element?.closest('[hx-post="/desk/wrap-up"]');
document.addEventListener("htmx:beforeRequest", (event) => { if (wrapsUp(event.detail.elt)) wrapped = call; });
document.addEventListener("htmx:afterRequest", (event) => { if (wrapsUp(event.detail.elt) && !event.detail.successful) wrapped = ""; });

note.addEventListener("input", () => {
  at("note-state").textContent = "";
  clearTimeout(saving);
  saving = setTimeout(saveNote, SAVE_MS);
});
note.addEventListener("blur", (event) => wrapsUp(event.relatedTarget) || saveNote());
note.addEventListener("keydown", (event) => event.key === "Escape" && note.blur());
// What is being typed, and what is opened, outlasts a new drawing of the fields.
const sheet = at("desk-facts");
const saved = new Set();
const typing = { field: "", value: "", start: 0, end: 0 };
let more = false;
let kept = Promise.resolve();

function saveField(field, value) {
  if (typing.field === field) typing.field = "";
  return told(shell.post("/desk/call/field", { call, field, value }));
}

sheet.addEventListener("input", ({ target }) => {
  if (target.dataset.field) Object.assign(typing, { field: target.dataset.field, value: target.value, start: target.selectionStart, end: target.selectionEnd });
});
sheet.addEventListener("change", async ({ target }) => {
  if (!target.dataset.field) return;
  // A field that is drawn anew while it is typed in tells of a change, too: nobody has left it.
  await Promise.resolve();
  if (!target.isConnected) return;
  const done = await (kept = saveField(target.dataset.field, target.value));
  if (done) saved.add(target.dataset.field);
  else saved.delete(target.dataset.field);
  target.classList.toggle("saved", done);
  target.setAttribute("aria-invalid", done ? "false" : "true");
});
sheet.addEventListener("toggle", ({ target }) => { if (target.isConnected && target.matches(".desk-more")) more = target.open; }, true);
at("take-card").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-take]");
  if (!button) return;
  button.disabled = true;
  // The field that was left for this click counts, too.
  await kept;
  const response = await shell.post("/desk/call/take-down", { call, form: button.dataset.take });
  button.disabled = false;
  const body = await response.json().catch(() => ({}));
  if (response.ok) shell.toast(body.said);
  else shell.toast(body.error ?? at("toasts").dataset.failed, "bad");
});

function goOnTyping() {
  const take = sheet.querySelector(".desk-more");
  if (take && more) take.open = true;
  for (const field of saved) sheet.querySelector(`[data-field="${field}"]`)?.classList.add("saved");
  const input = typing.field && sheet.querySelector(`[data-field="${typing.field}"]`);
  if (!input || document.activeElement === input) return;
  input.value = typing.value;
  input.focus();
  input.setSelectionRange(typing.start, typing.end);
}
at("desk-facts").addEventListener("keydown", (event) => event.key === "Escape" && event.target.blur());

// Whoever speaks with a caller goes on: to sign in again would cut the headset off.
desk.addEventListener("signedout", (event) => {
  if (!document.querySelector("#desk-call [data-live]")) return;
  event.preventDefault();
  shell.toast(desk.dataset.expired, "bad");
});

const ringing = new Ringing();
const clock = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat("de-DE", { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });

let drawn = null;

function look() {
  const offer = document.querySelector("#desk-offer [data-offer]");
  ringing.look(offer);
  const facts = document.querySelector("#desk-facts [data-call]");
  const now = facts?.dataset.call ?? "";
  const live = document.querySelector("#desk-call [data-live], #desk-wrap [data-wrap]") !== null;
  if (now !== call) {
    saveNote();
    typing.field = "";
    more = false;
    saved.clear();
    call = now;
    note.value = note.dataset.saved = facts?.dataset.note ?? "";
    at("note-state").textContent = "";
  } else if (sheet.firstElementChild !== drawn) {
    goOnTyping();
  }
  drawn = sheet.firstElementChild;
  at("note-card").hidden = !(live && call);
  at("take-card").hidden = !(live && call && at("take-card").querySelector("button"));
  at("talk-card").hidden = at("desk-talk").children.length === 0;
  for (const place of desk.querySelectorAll("[data-clock]:empty")) {
    const moment = new Date(Number(place.dataset.clock) * 1000);
    place.textContent = ("day" in place.dataset ? dayAndClock : clock).format(moment);
  }
  // Whoever is at work needs the headset, after a reload, too.
  const away = document.querySelector("#desk-state [data-sign-in]") !== null;
  if (!away && !started) headset?.connect();
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
