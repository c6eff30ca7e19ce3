// Puts the call button on a company's own page: <script src="https://HOTLINE/call.js" async></script>.
// data-label, data-side ("left" or "right") and data-color change its looks. Nothing is loaded or
// asked for before the button is pressed; the call itself runs in a frame of the hotline's own.
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const given = script.dataset;
  // By language; the hotline puts its catalog here.
  const texts = { /* texts */ };
  const language = (document.documentElement.lang || "de").slice(0, 2).toLowerCase();
  const text = texts[language] ?? texts.de;
  const label = (given.label || "").trim().slice(0, 40) || text.call;
  const side = given.side === "left" ? "left" : "right";

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; ${side}: 1rem; bottom: 1rem; z-index: 2147483000; font: 16px/1.4 system-ui, sans-serif; }
    button { font: inherit; cursor: pointer; border: 0; }
    .open { display: flex; align-items: center; gap: .6em; min-height: 3rem; padding: 0 1.3em; border-radius: 2rem; background: #0d5c63; color: #fff; font-weight: 600; box-shadow: 0 4px 18px rgb(0 0 0 / 25%); }
    .open svg { width: 1.3em; height: 1.3em; fill: currentcolor; }
    button:focus-visible { outline: 3px solid #fff; outline-offset: 2px; box-shadow: 0 0 0 6px #18242a; }
    .panel { position: fixed; ${side}: 1rem; bottom: 1rem; width: min(24rem, calc(100vw - 2rem)); height: min(44rem, calc(100vh - 2rem)); border-radius: 1rem; overflow: hidden; background: Canvas; box-shadow: 0 12px 48px rgb(0 0 0 / 35%); }
    iframe { width: 100%; height: 100%; border: 0; }
    .close { position: absolute; right: .5rem; top: .5rem; width: 2.5rem; height: 2.5rem; border-radius: 50%; background: rgb(255 255 255 / 90%); color: #18242a; font-size: 1.25rem; }
    [hidden] { display: none !important; }
    @media (max-width: 30rem) { .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } }
  `);
  root.adoptedStyleSheets = [sheet];

  const open = document.createElement("button");
  open.type = "button";
  open.className = "open";
  open.style.backgroundColor = given.color || ""; // What is no colour changes nothing.
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M6.6 10.8c1.5 2.9 3.700 5.100 6.600 6.600l2.200-2.200c.3-.3.7-.4 1-.2 1.200.4 2.400.6 3.600.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.600 21 3 13.400 3 4c0-.6.4-1 1-1h3.500c.6 0 1 .4 1 1 0 1.200.2 2.400.6 3.600.1.3 0 .7-.2 1z");
  icon.append(path);
  open.append(icon, document.createTextNode(label));
  root.append(open);

  let panel = null;
  let frame = null;
  let state = "idle";
  const close = () => {
    panel?.remove();
    panel = null;
    state = "idle";
    open.hidden = false;
    open.focus();
  };
  const live = () => panel !== null && !["idle", "ended"].includes(state);
  const leave = () => {
    if (!live() || window.confirm(text.ask)) close();
  };
  // Whoever gets here by Tab goes on at the other end: the keyboard stays within the panel, as its
  // frame covers what is below. The page itself stays usable, so that one can look at it in a call.
  const edge = (go) => {
    const mark = document.createElement("span");
    mark.tabIndex = 0;
    mark.addEventListener("focus", go);
    return mark;
  };
  open.addEventListener("click", () => {
    panel = document.createElement("div");
    panel.className = "panel";
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", label);
    frame = document.createElement("iframe");
    frame.src = `${home}/?panel=1`;
    frame.allow = `microphone ${home}; autoplay ${home}; screen-wake-lock ${home}`;
    frame.title = label;
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "close";
    shut.textContent = "×";
    shut.setAttribute("aria-label", text.close);
    shut.addEventListener("click", leave);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
    });
    panel.append(edge(() => shut.focus()), frame, shut, edge(() => frame.focus()));
    root.append(panel);
    open.hidden = true;
    shut.focus();
  });
  window.addEventListener("message", (event) => {
    if (event.origin !== home || !panel || event.source !== frame.contentWindow) return;
    if (event.data?.hotline === "escape") leave();
    else if (typeof event.data?.hotline === "string") state = event.data.hotline;
  });
  // A click on one of the site's links would cut the call with the page it runs in.
  window.addEventListener("beforeunload", (event) => {
    if (live()) event.preventDefault();
  });
  const place = () => document.body.append(host);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();
