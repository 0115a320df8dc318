// One table of keys: it binds them, writes them on the buttons, and makes the page of help. A key presses the button that
// it names, if that is there; a digit (#) after it means which of several.
import { say } from "./words.js";

const SHORTCUTS = [
  ["state", "log_in", "i", "[data-line='agent.log_in']"],
  ["state", "ready", "r", "[data-line='agent.ready']"],
  ["state", "pause", "p #", "[data-line='agent.pause']"],
  ["state", "log_out", "Shift+O", "[data-line='agent.log_out']"],
  ["state", "dial", "d", "[data-dialog='dial']"],
  ["state", "telephone", "b", "#telephone-start, #telephone-take"],
  ["call", "answer", "a", "#answer"],
  ["call", "hang_up", "x", "#hang-up"],
  ["call", "hold", "h", "[data-line='call.hold'], [data-line='call.unhold']"],
  ["call", "mute", "m", "#mute"],
  ["call", "keypad", "k", "#keypad-open"],
  ["call", "transfer", "t", "[data-dialog='transfer']"],
  ["call", "complete", "e", "[data-line='call.complete']"],
  ["call", "conference", "f", "[data-line='call.conference']"],
  ["call", "cancel", "z", "[data-line='call.cancel']"],
  ["call", "return", "q", "[data-dialog='return']"],
  ["call", "recording", "s", "[data-line='call.pause_recording'], [data-line='call.resume_recording']"],
  ["ticket", "continue", "c #", "[data-continue]"],
  ["ticket", "join", "j #", "[data-join]"],
  ["ticket", "subject", "u", "#f-subject"],
  ["ticket", "note", "n", "#f-note"],
  ["ticket", "save", "Ctrl+Enter", "#save"],
  ["ticket", "wrap_up", "w #", "[data-disposition]"],
  ["ticket", "bind", "y", "#people-search"],
  ["ticket", "articles", "/", "#article-search"],
  ["ticket", "article", "l #", "#articles summary"],
  ["ticket", "diagnose", "g #", ".probes button"],
  ["ticket", "call_back", "Shift+D", "[data-line='call.dial'][data-ticket]"],
  ["ticket", "pop", "v", "#pop-link"],
  ["page", "dismiss", "Backspace", "[data-dismiss]"],
  ["page", "help", "?", "[data-dialog='help']"],
  ["page", "leave", "Escape", null],
].map(([group, name, keys, selector]) => ({ group, name, keys, selector, key: keys.replace(" #", ""), hasPlace: keys.endsWith("#") }));

const OFF = "desk-shortcuts-off";
const WAITS_MS = 4000;
let pending = null;

export function begin() {
  document.addEventListener("keydown", pressed);
  const on = document.getElementById("shortcuts-on");
  on.checked = localStorage.getItem(OFF) === null;
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  makeHelp();
  decorate(document);
  document.querySelector("#pause summary").append(keyed("p"));
}

/* Write the keys on the buttons within `root`, and tell them to who does not see. */
export function decorate(root) {
  for (const { keys, key, selector, hasPlace } of SHORTCUTS) {
    const found = selector ? [...root.querySelectorAll(selector)] : [];
    found.forEach((each, place) => {
      const shown = hasPlace ? `${key} ${place + 1}` : keys;
      each.setAttribute("aria-keyshortcuts", shown);
      if (!["BUTTON", "A"].includes(each.tagName) || each.querySelector("kbd") || each.matches(".help")) return;
      each.append(keyed(shown));
    });
  }
}

function keyed(keys) {
  const shown = document.createElement("kbd");
  shown.setAttribute("aria-hidden", "true");
  shown.textContent = keys.toUpperCase().replace("SHIFT+", "⇧").replace("CTRL+ENTER", "Ctrl ⏎");
  return shown;
}

function pressed(event) {
  if (event.isComposing || event.defaultPrevented) return;
  const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return press("Ctrl+Enter", event);
  if (event.key === "Escape" && isTyping && !event.target.closest("dialog")) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  if (document.querySelector("dialog[open]") || localStorage.getItem(OFF) !== null) return;
  if (pending && /^[1-9]$/.test(event.key)) return choose(Number(event.key), event);
  wait(null);
  press(event.shiftKey && /^[a-z]$/i.test(event.key) ? `Shift+${event.key.toUpperCase()}` : event.key, event);
}

function press(key, event) {
  const shortcut = SHORTCUTS.find((each) => each.key === key && each.selector);
  if (!shortcut) return;
  event.preventDefault();
  if (shortcut.hasPlace) {
    wait(shortcut);
    if (shortcut.name === "pause") openMenu(true);
    if (shortcut.name === "wrap_up") document.getElementById("wrap-up")?.scrollIntoView({ block: "nearest" });
    return;
  }
  act(reachable(shortcut.selector)[0]);
}

function choose(place, event) {
  event.preventDefault();
  const { selector } = pending;
  // The buttons of a menu count, open or not.
  act(reachable(selector)[place - 1]);
  wait(null);
}

function act(target) {
  if (!target) return hint(say("no_shortcut"));
  if (target.matches("input, textarea")) {
    target.focus();
    target.select();
  } else {
    target.click();
  }
}

const reachable = (selector) => [...document.querySelectorAll(selector)].filter((each) => !each.disabled && !each.closest("[hidden]"));

function wait(shortcut) {
  clearTimeout(pending?.timer);
  document.body.dataset.pending = shortcut?.name ?? "";
  if (pending?.name === "pause") openMenu(false);
  pending = shortcut && { ...shortcut, timer: setTimeout(() => wait(null), WAITS_MS) };
  hint(shortcut ? say("press", { keys: shortcut.key.toUpperCase() }) : "");
}

function openMenu(is_open) {
  const menu = document.getElementById("pause");
  if (!menu.hidden) menu.open = is_open;
}

function hint(text) {
  const shown = document.getElementById("pressed");
  shown.textContent = text;
  shown.hidden = !text;
}

function makeHelp() {
  const list = document.getElementById("shortcuts");
  const names = JSON.parse(list.dataset.names);
  let last = null;
  for (const { group, name, keys } of SHORTCUTS) {
    if (group !== last) {
      const heading = document.createElement("h3");
      heading.textContent = names[`group.${group}`];
      list.append(Object.assign(document.createElement("div"), { className: "group" }));
      list.lastChild.append(heading);
      last = group;
    }
    const row = document.createElement("div");
    const [key, means] = [document.createElement("kbd"), document.createElement("span")];
    key.textContent = keys.replace("#", "1…9");
    means.textContent = names[name];
    row.append(key, means);
    list.lastChild.append(row);
  }
}
