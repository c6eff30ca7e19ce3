/* The editor of examples: words are marked by selecting them, lines come, change and go; all of it
   is sent at once when it is saved. */
"use strict";

(() => {
  const form = document.querySelector("[data-examples]");
  const list = form.querySelector("[data-list]");
  const bar = form.querySelector("[data-bar]");
  const barText = form.querySelector("[data-bar-text]");
  const area = form.querySelector("[data-add]");
  const marker = document.getElementById("marker");
  const more = marker.querySelector(".marker-more");
  const value = marker.querySelector("[data-value]");
  const hints = document.getElementById("hints");
  const HINTS_AFTER_MS = 500;
  let removed = 0;
  let hinting = 0; // The timer of the next check.
  let checked = 0; // Counts the checks: an answer to an earlier one is late.
  let hinted = []; // The rows that the hints count by.
  let saving = false;
  let chosen = null; // What the marker is about: a selected range or a mark.

  const rows = () => [...list.querySelectorAll(".example")];

  function told() {
    const touched = list.querySelectorAll(".example-fresh, .example-changed").length + removed;
    bar.hidden = touched === 0;
    barText.textContent =
      touched === 1 ? barText.dataset.one : barText.dataset.many.replace("#", touched);
    form.querySelector("[data-count]").textContent = rows().length;
    check();
  }

  /** Hints about what is written here, before it is saved. */
  function check() {
    clearTimeout(hinting);
    hinting = setTimeout(async () => {
      const number = ++checked;
      const typed = area.value.split("\n").map(clean).filter(Boolean);
      const now = rows();
      const examples = [...now.map(read), ...typed.map((words) => ({ words }))];
      try {
        const response = await shell.post(hints.getAttribute("hx-get"), {
          examples: JSON.stringify(examples),
        });
        if (!response.ok || number !== checked) return;
        hints.innerHTML = await response.text();
        hinted = now;
      } catch {
        // Without a connection the hints stay as they were; saving will tell.
      }
    }, HINTS_AFTER_MS);
  }

  function touch(row) {
    delete row.dataset.raw;
    if (!row.classList.contains("example-fresh")) row.classList.add("example-changed");
    told();
  }

  function read(row) {
    const rest = row.dataset.rest ? JSON.parse(row.dataset.rest) : null;
    if (row.dataset.raw !== undefined) return { raw: row.dataset.raw, rest };
    let words = "";
    const marks = [];
    for (const node of row.querySelector(".words").childNodes) {
      const start = words.length;
      words += node.textContent;
      if (node.nodeName === "MARK") {
        const about = JSON.parse(node.dataset.more || "{}");
        marks.push({ start, end: words.length, entity: node.dataset.entity, more: about });
      }
    }
    return { words, marks, rest };
  }

  const clean = (text) => text.replace(/^[\s•*-]+/, "").replace(/\s+/g, " ").trim();

  function add(text) {
    const words = clean(text);
    if (!words) return;
    const known = rows().find(
      (row) => row.querySelector(".words").textContent.toLowerCase() === words.toLowerCase(),
    );
    if (known) {
      known.scrollIntoView({ block: "center" });
      known.querySelector(".words").focus();
      return;
    }
    const row = document.createElement("li");
    row.className = "example example-fresh";
    const shown = document.createElement("p");
    shown.className = "words";
    shown.tabIndex = 0;
    shown.textContent = words;
    row.append(shown, form.querySelector("[data-tools]").content.cloneNode(true));
    list.prepend(row);
  }

  /** Change the text of a line; marks stay on words that are still there. */
  function edit(row) {
    const shown = row.querySelector(".words");
    const before = shown.textContent;
    const marks = [...shown.querySelectorAll("mark")];
    const input = document.createElement("input");
    input.className = "input";
    input.value = before;
    shown.hidden = true;
    row.prepend(input);
    input.focus();
    let over = false;
    const done = (keep) => {
      if (over) return;
      over = true;
      const text = input.value.replace(/\s+/g, " ").trim();
      input.remove();
      shown.hidden = false;
      if (!keep || !text || text === before) return;
      shown.replaceChildren(...marked(text, marks));
      touch(row);
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        done(true);
      } else if (event.key === "Escape") done(false);
    });
    input.addEventListener("blur", () => done(true));
  }

  function marked(text, marks) {
    const pieces = [];
    let at = 0;
    for (const mark of marks) {
      const place = text.indexOf(mark.textContent, at);
      if (place < 0) continue;
      pieces.push(text.slice(at, place), mark);
      at = place + mark.textContent.length;
    }
    return [...pieces, text.slice(at)].filter((piece) => piece !== "");
  }

  function show(box) {
    marker.hidden = false;
    marker.style.left = `${Math.min(box.left + scrollX, innerWidth - 440)}px`;
    marker.style.top = `${box.bottom + scrollY + 6}px`;
    const now = chosen.mark?.dataset.entity;
    for (const button of marker.querySelectorAll("[data-mark]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mark === now));
    }
    more.hidden = !chosen.mark;
    if (chosen.mark) value.value = JSON.parse(chosen.mark.dataset.more || "{}").value ?? "";
  }

  function hide() {
    marker.hidden = true;
    chosen = null;
  }

  /** Whole words: nobody marks half of one. */
  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0).cloneRange();
    const node = range.startContainer;
    const words = node.parentElement?.closest?.(".words");
    if (node !== range.endContainer || node.nodeType !== Node.TEXT_NODE) return;
    if (!words || node.parentElement !== words || !list.contains(words)) return;
    const text = node.data;
    let [start, end] = [range.startOffset, range.endOffset];
    while (start < end && text[start] === " ") start += 1;
    while (end > start && text[end - 1] === " ") end -= 1;
    if (start === end) return;
    while (start > 0 && /[\p{L}\p{N}-]/u.test(text[start - 1])) start -= 1;
    while (end < text.length && /[\p{L}\p{N}-]/u.test(text[end])) end += 1;
    range.setStart(node, start);
    range.setEnd(node, end);
    chosen = { range, row: words.closest(".example") };
    show(range.getBoundingClientRect());
  }

  function mark(entity) {
    if (chosen.mark) {
      chosen.mark.dataset.entity = entity;
    } else {
      const fresh = document.createElement("mark");
      fresh.dataset.entity = entity;
      fresh.dataset.more = "{}";
      chosen.range.surroundContents(fresh);
      getSelection().removeAllRanges();
    }
    touch(chosen.row);
    hide();
  }

  list.addEventListener("mouseup", () => setTimeout(selected));
  list.addEventListener("keyup", (event) => event.shiftKey && selected());
  list.addEventListener("dblclick", (event) => {
    const row = event.target.closest(".example");
    if (row && event.target.matches(".words")) {
      hide();
      edit(row);
    }
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".example");
    if (event.target.closest("[data-edit]")) edit(row);
    if (event.target.closest("[data-drop]")) {
      if (!row.classList.contains("example-fresh")) removed += 1;
      row.remove();
      told();
    }
    if (event.target.matches("mark")) {
      chosen = { mark: event.target, row };
      show(event.target.getBoundingClientRect());
    }
  });
  document.addEventListener("mousedown", (event) => {
    if (!marker.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  marker.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !chosen || button.form) return;
    if (button.dataset.mark) mark(button.dataset.mark);
    else {
      const { row } = chosen;
      chosen.mark.replaceWith(...chosen.mark.childNodes);
      row.querySelector(".words").normalize();
      touch(row);
      hide();
    }
  });
  // A name that is not there yet: it is known as soon as the examples are saved.
  marker.querySelector("[data-new-entity]").addEventListener("submit", (event) => {
    event.preventDefault();
    const { entity } = event.target.elements;
    if (!chosen) return;
    const buttons = [...marker.querySelectorAll("[data-mark]")];
    if (!buttons.some((button) => button.dataset.mark === entity.value)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small";
      button.dataset.mark = button.textContent = entity.value;
      marker.querySelector(".marker-list").append(button);
    }
    mark(entity.value);
    event.target.reset();
  });
  value.addEventListener("change", () => {
    if (!chosen?.mark) return;
    const about = JSON.parse(chosen.mark.dataset.more || "{}");
    if (value.value.trim()) about.value = value.value.trim();
    else delete about.value;
    chosen.mark.dataset.more = JSON.stringify(about);
    touch(chosen.row);
  });

  hints.addEventListener("click", (event) => {
    const link = event.target.closest("[data-example]");
    if (!link) return;
    event.preventDefault();
    const row = hinted[link.dataset.example];
    if (!row?.isConnected) {
      area.focus(); // It is still being typed there.
      return;
    }
    row.hidden = false;
    row.scrollIntoView({ block: "center" });
    row.querySelector(".words").focus();
  });

  hinted = rows();
  area.addEventListener("input", check);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    area.value.split("\n").forEach(add);
    area.value = "";
    told();
  });
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!text.includes("\n")) return;
    event.preventDefault();
    text.split("\n").forEach(add);
    told();
  });
  form.querySelector("[data-filter]").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const row of rows()) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  form.querySelector("[data-revert]").addEventListener("click", () => {
    saving = true;
    location.reload();
  });
  form.addEventListener("submit", () => {
    area.value.split("\n").forEach(add);
    form.elements.examples.value = JSON.stringify(rows().map(read));
    saving = true;
  });
  addEventListener("beforeunload", (event) => {
    if (!bar.hidden && !saving) event.preventDefault();
  });
})();
