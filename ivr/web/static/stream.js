/* Keeps a page up to date: <main data-stream="/live/events">. See ivr/web/stream.py. */
"use strict";

(() => {
  const root = document.querySelector("[data-stream]");
  if (!root) return;
  const badge = document.getElementById("stream-state");
  const template = document.createElement("template");
  // Browsers open six connections to a host over HTTP/1.1, and each stream holds one. So tabs out of
  // sight give theirs up, but for pages that say something there, too (data-stream-always).
  const away = () => document.hidden && !("streamAlways" in root.dataset);
  let source;
  let retry;
  let expected = 0;
  let waits = 500;
  let ahead = 0; // How far the server's clock is ahead of this one, in seconds.

  function state(name) {
    root.dataset.streamState = name;
    if (!badge) return;
    badge.textContent = badge.dataset[name];
    badge.className = `badge badge-${name === "live" ? "good" : "warn"}`;
  }

  function element(html) {
    template.innerHTML = html.trim();
    return template.content.firstElementChild;
  }

  function setList(list, { order, rows }) {
    const known = new Map([...list.children].map((row) => [row.dataset.row, row]));
    let before = list.firstElementChild;
    for (const key of order) {
      let row = known.get(key);
      if (rows[key] !== undefined) {
        const fresh = element(rows[key]);
        if (row) {
          if (before === row) before = fresh;
          row.replaceWith(fresh);
        }
        row = fresh;
      }
      known.delete(key);
      if (before === row) before = row.nextElementSibling;
      else list.insertBefore(row, before);
    }
    for (const row of known.values()) row.remove();
    // Rows that the server did not send with a key (what is shown without a script) go, too.
    for (const row of [...list.children]) if (!order.includes(row.dataset.row)) row.remove();
  }

  // What somebody is at: an open menu, the focus, and what they type in fields marked data-keep.
  function keep(place) {
    const menu = [...place.querySelectorAll("details.menu")].findIndex((each) => each.open);
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    const typed = [...place.querySelectorAll("[data-keep]")].map((field) => [field.id, field.value]);
    const mine = (id) => [...place.querySelectorAll("[id]")].find((each) => each.id === id);
    return () => {
      const again = place.querySelectorAll("details.menu")[menu];
      if (again) again.open = true;
      for (const [id, value] of typed) if (mine(id)) mine(id).value = value;
      if (focused) mine(focused)?.focus();
    };
  }

  function apply(message) {
    ahead = message.now - Date.now() / 1000;
    for (const [id, html] of Object.entries(message.places)) {
      const place = document.getElementById(id);
      if (!place) continue;
      const restore = keep(place);
      place.innerHTML = html;
      restore();
    }
    for (const [id, change] of Object.entries(message.lists)) {
      const list = document.getElementById(id);
      if (!list) continue;
      if (message.all) list.replaceChildren();
      setList(list, change);
    }
    htmx.process(root);
    tick();
  }

  function open() {
    close();
    if (away()) return;
    source = new EventSource(root.dataset.stream);
    source.addEventListener("screen", (event) => {
      const message = JSON.parse(event.data);
      if (!message.all && message.number !== expected) return again();
      expected = message.number + 1;
      waits = 500;
      apply(message);
      state("live");
    });
    // The browser tries again by itself, but not after an answer that is no stream.
    source.onerror = () => lost();
  }

  function close() {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  }

  function again() {
    close();
    state("lost");
    retry = setTimeout(open, waits);
    waits = Math.min(waits * 2, 8000);
  }

  // An EventSource does not tell why it ended; whoever was signed out may do so again at once, unless
  // the page has reasons to stay.
  async function lost() {
    again();
    if (await refused() && root.dispatchEvent(new Event("signedout", { cancelable: true }))) location.reload();
  }

  async function refused() {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), 5000);
    try {
      const headers = { Accept: "text/event-stream" };
      const { status } = await fetch(root.dataset.stream, { headers, signal: stop.signal });
      return status === 401 || status === 403;
    } catch {
      return false;
    } finally {
      clearTimeout(late);
      stop.abort();
    }
  }

  // Durations run on between messages: data-since is the server's moment, in seconds.
  function tick() {
    for (const place of root.querySelectorAll("[data-since]")) {
      const all = Math.max(0, Math.floor(Date.now() / 1000 + ahead - Number(place.dataset.since)));
      const hours = Math.floor(all / 3600);
      const minutes = Math.floor(all / 60) % 60;
      const seconds = String(all % 60).padStart(2, "0");
      place.textContent = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
    }
  }
  setInterval(tick, 1000);

  document.addEventListener("visibilitychange", () => {
    if (away()) close();
    else if (!source) open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
})();
