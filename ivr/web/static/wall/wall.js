// The wallboard: supervisors need their headset only for being in a call.
import { Headset } from "../desk/headset.js";

const wall = document.getElementById("wall");
const headset = new Headset(
  JSON.parse(wall.dataset.ice),
  document.getElementById("voice"),
  (state, reason) => reason && shell.toast(wall.dataset[reason], "bad"),
  () => {},
);

wall.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-watch], [data-take]");
  if (!button || !(await headset.connect())) return;
  const { watch, how, take } = button.dataset;
  const response = await (take
    ? shell.post("/wallboard/watch/take", { call: take })
    : shell.post("/wallboard/watch", { call: watch, how }));
  // At the desk is everything that a call needs; the headset comes along.
  if (response.ok && take) location.assign("/desk");
  if (response.ok) return;
  const told = await response.json().catch(() => ({}));
  shell.toast(told.error ?? wall.dataset.failed, "bad");
});

// The tab says it, too, when something is wrong.
const title = document.title;
const alarms = document.getElementById("wall-alarm");
function mark() {
  document.title = alarms.childElementCount ? `⚠ ${title}` : title;
}
new MutationObserver(mark).observe(alarms, { childList: true });
mark();
