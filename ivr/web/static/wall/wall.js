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
  const button = event.target.closest("[data-watch]");
  if (!button || !(await headset.connect())) return;
  const response = await shell.post("/wallboard/watch", { call: button.dataset.watch, how: button.dataset.how });
  if (response.ok) return;
  const told = await response.json().catch(() => ({}));
  shell.toast(told.error ?? wall.dataset.failed, "bad");
});
