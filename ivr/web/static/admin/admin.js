/* What the console's pages share: wordings of answers, hearing them, fields that depend on a choice. */
"use strict";

(() => {
  const inserted = new WeakMap();
  let sound = null;

  function changed(form) {
    form?.dispatchEvent(new Event("changed"));
  }

  /** Say a wording in the hotline's voice. */
  async function hear(button) {
    const text = button.closest(".wording").querySelector("textarea").value.trim();
    if (!text) return;
    button.disabled = true;
    try {
      const response = await shell.post("/admin/answers/hear", { text });
      if (!response.ok) throw new Error((await response.json()).error);
      sound?.pause();
      sound = new Audio(URL.createObjectURL(await response.blob()));
      button.dataset.heard = "yes";
      await sound.play();
    } catch (error) {
      shell.toast(error.message || document.getElementById("toasts").dataset.failed, "bad");
    } finally {
      button.disabled = false;
    }
  }

  function addWording(box) {
    const last = [...box.querySelectorAll(".wording")].at(-1);
    const fresh = last.cloneNode(true);
    const area = fresh.querySelector("textarea");
    area.value = area.textContent = "";
    last.after(fresh);
    area.focus();
  }

  function insert(button) {
    const box = button.closest("[data-wordings]");
    const area = inserted.get(box) ?? box.querySelector("textarea");
    area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    button.closest("details").open = false;
    area.focus();
    changed(area.form);
  }

  document.addEventListener("focusin", (event) => {
    const box = event.target.closest?.("[data-wordings]");
    if (box && event.target.matches("textarea")) inserted.set(box, event.target);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const box = button?.closest("[data-wordings]");
    if (!box) return;
    if ("hear" in button.dataset) hear(button);
    if ("more" in button.dataset) addWording(box);
    if ("insert" in button.dataset) insert(button);
    if ("drop" in button.dataset && box.querySelectorAll(".wording").length > 1) {
      const form = button.form;
      button.closest(".wording").remove();
      changed(form);
    }
  });

  // Tables whose rows come and go.
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-rows]");
    if (!box) return;
    if (event.target.closest("[data-add-row]")) {
      box.querySelector("tbody").append(box.querySelector("template").content.cloneNode(true));
      box.querySelector("tbody tr:last-child input").focus();
    }
    if (event.target.closest("[data-drop-row]")) event.target.closest("[data-row]").remove();
  });

  // Fields that belong to one choice alone are shown with it.
  for (const form of document.querySelectorAll("[data-follow]")) {
    const choice = form.querySelector("[data-then]");
    const show = () => {
      for (const field of form.querySelectorAll("[data-for]")) {
        field.hidden = !field.dataset.for.split(" ").includes(choice.value);
      }
    };
    choice.addEventListener("change", show);
    show();
  }
})();
