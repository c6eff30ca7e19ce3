/* What all pages share: dialogs, messages that pass, keys, menus that close. No page needs it to
   be read; forms work without it. */
"use strict";

const shell = (() => {
  const toasts = () => document.getElementById("toasts");

  /** Show a short message; `tone` may be "bad". */
  function toast(text, tone) {
    const note = document.createElement("div");
    note.className = tone ? `toast toast-${tone}` : "toast";
    note.textContent = text;
    toasts().append(note);
    while (toasts().children.length > 4) toasts().firstElementChild.remove();
    setTimeout(() => note.remove(), tone === "bad" ? 9000 : 5000);
  }

  const typing = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // A key named by data-key presses its button or follows its link, but not while somebody types.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const name = CSS.escape(event.key);
    const scope = document.querySelector("dialog[open]") ?? document;
    const target = scope.querySelector(`[data-key="${name}"]:not(:disabled)`);
    if (target) {
      event.preventDefault();
      target.click();
    }
  });

  // The server can send a message along: HX-Trigger: {"toast": {"text": "…", "tone": "bad"}}.
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));
  function refused(event) {
    let text = toasts().dataset.failed;
    try {
      text = JSON.parse(event.detail.xhr.responseText).error || text;
    } catch { /* Not ours, then: the general text is right. */ }
    toast(text, "bad");
  }
  document.addEventListener("htmx:responseError", refused);
  // What is wrong in a form comes with the form; where nothing is swapped in, it would go unsaid.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.status === 422 && event.detail.elt.getAttribute("hx-swap") === "none") refused(event);
  });
  document.addEventListener("htmx:sendError", () => toast(toasts().dataset.offline, "bad"));

  // What the server found wrong in a dialog's form is shown where it was typed.
  document.querySelector("dialog[data-open-now]")?.showModal();

  // What scrolls sideways must be scrolled by keyboard, too (WCAG 2.1.1); what does not is no stop.
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wrap = target.closest(".table-wrap");
      if (!wrap) continue; // Its content has just been replaced.
      if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
      else if (wrap !== document.activeElement) wrap.removeAttribute("tabindex");
    }
  });
  function watchTables(within) {
    for (const each of within.querySelectorAll(".table-wrap, .table-wrap > *")) reach.observe(each);
  }
  watchTables(document);
  document.addEventListener("htmx:load", (event) => watchTables(event.detail.elt));

  /** POST to this program from a script: fields go as a form, and the CSRF token goes along. */
  function post(path, fields = {}) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    headers.Accept = "application/json";
    return fetch(path, { method: "POST", headers, body: new URLSearchParams(fields) });
  }

  return { toast, post };
})();
