/* The inbox: one group at a time is chosen; a key or a button decides about it. */
"use strict";

(() => {
  const inbox = document.querySelector("[data-inbox]");
  const dialog = document.getElementById("decide");
  const form = dialog.querySelector("[data-decide]");
  const done = [];
  const player = new Audio();
  let asking = null;
  let playing = null;

  const items = () => [...inbox.querySelectorAll(".item")];
  const chosen = () => document.activeElement?.closest?.(".item") ?? items()[0];
  const words = (item) => item.querySelector(".item-text").textContent.slice(1, -1);

  function choose(item) {
    item?.focus();
    item?.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = items();
    choose(all[Math.min(Math.max(all.indexOf(chosen()) + by, 0), all.length - 1)]);
  }

  async function send(path, fields) {
    const response = await shell.post(path, fields);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  }

  /** Say what there is after the last group: more, or nothing. */
  function showEnd() {
    const end = inbox.querySelector("[data-more]") ?? inbox.querySelector("[data-empty]");
    end.hidden = items().length > 0;
  }

  async function decide(item, fields) {
    try {
      const answer = await send("/admin/inbox/decide", { ids: item.dataset.ids, ...fields });
      const next = item.nextElementSibling?.matches(".item") ? item.nextElementSibling : null;
      done.push({ numbers: answer.numbers, item, before: item.nextElementSibling });
      item.remove();
      showEnd();
      // What lies behind an open dialog takes no focus.
      dialog.close();
      choose(next ?? items().at(-1));
      const learned = answer.example
        ? `${inbox.dataset.learned}: „${answer.example}“ → ${answer.intent}`
        : inbox.dataset.done;
      shell.toast(learned);
    } catch (error) {
      shell.toast(error.message, "bad");
    }
  }

  async function undo() {
    const last = done.pop();
    if (!last) return;
    try {
      await send("/admin/inbox/undo", { numbers: last.numbers.join(" ") });
      inbox.insertBefore(last.item, last.before?.isConnected ? last.before : inbox.firstChild);
      showEnd();
      choose(last.item);
      shell.toast(inbox.dataset.undone);
    } catch (error) {
      done.push(last);
      shell.toast(error.message, "bad");
    }
  }

  function hush() {
    player.pause();
    for (const sound of inbox.querySelectorAll("audio")) sound.pause();
    playing?.removeAttribute("data-playing");
    if (playing) playing.textContent = "▶";
    playing = null;
  }

  /** Play what was said, or stop it; where the first one was not recorded, one that is alike. */
  function hear(item) {
    const sound = item?.querySelector("audio");
    if (!sound) return hearAlike(item?.querySelector("[data-hear]"));
    const silent = sound.paused;
    hush();
    if (silent) sound.play();
  }

  function hearAlike(button) {
    const again = button === playing;
    hush();
    if (!button || again) return;
    playing = button;
    button.setAttribute("data-playing", "");
    button.textContent = "■";
    player.src = button.dataset.hear;
    player.play().catch((error) => shell.toast(error.message, "bad"));
  }

  player.addEventListener("ended", hush);

  function ask(item, what) {
    asking = { item, what };
    form.reset();
    for (const field of form.querySelectorAll("[data-when]")) {
      field.hidden = !field.dataset.when.split(" ").includes(what);
    }
    form.querySelector("[data-said]").textContent = `„${words(item)}“`;
    form.elements.text.value = words(item);
    form.elements.transcript.value = words(item);
    if (what === "transcript" || what === "test") form.elements.intent.value = item.dataset.guess;
    dialog.showModal();
    const first = { other: "intent", test: "intent", new: "wording", transcript: "transcript" };
    form.elements[first[what]].focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { item, what } = asking;
    const { intent, text, transcript, wording } = form.elements;
    const fields = { verdict: what === "transcript" ? "other" : what };
    if (what !== "new") fields.intent = intent.value.trim();
    if (what === "transcript") fields.transcript = transcript.value;
    else fields.text = text.value;
    if (what === "new") fields.wording = wording.value;
    decide(item, fields);
  });

  inbox.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const item = button.closest(".item");
    if (button.dataset.hear) hearAlike(button);
    if (button.dataset.verdict) decide(item, { verdict: button.dataset.verdict });
    if (button.dataset.ask) ask(item, button.dataset.ask);
  });

  const keys = { r: "right", x: "not_for_training", v: "never" };
  const questions = { a: "other", n: "new", t: "transcript", p: "test" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if (key === "u") undo();
    else if (key === "s") hear(chosen());
    else if (chosen() && keys[key]) {
      chosen().querySelector(`[data-verdict="${keys[key]}"]`)?.click();
    } else if (chosen() && questions[key]) ask(chosen(), questions[key]);
    else return;
    event.preventDefault();
  });
  choose(items()[0]);
})();
