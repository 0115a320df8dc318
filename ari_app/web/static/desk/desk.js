// The agent desk, put together: what each click does, and who follows what.
import * as call from "./call.js";
import * as draft from "./draft.js";
import { piece, send } from "./line.js";
import "./messages.js";
import * as shortcuts from "./shortcuts.js";
import { tell } from "./standing.js";
import * as state from "./state.js";
import * as telephone from "./telephone.js";

const SEARCHES_AFTER_MS = 250;
const FOR_LINE = ["reason", "target", "number", "ticket"];
let searchSoon = 0;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button, summary");
  closeMenus(button ?? target);
  if (!button) return;
  const { line, post, dialog, open } = button.dataset;
  if (line) askLine(button, line);
  else if (post) change(button, post);
  else if (dialog) openDialog(dialog);
  else if (open) call.show(open);
  else if ("close" in button.dataset) button.closest("dialog").close();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.post || form.method === "dialog") return;
  event.preventDefault();
  const work = form.id === "ticket-form" ? draft.save() : send(form.dataset.post, Object.fromEntries(new FormData(form)));
  await work.then(() => done(form)).catch(() => {});
});

document.addEventListener("input", ({ target }) => {
  if (target.id === "transfer-search") return filterTargets(target.value);
  if (!target.dataset.search) return;
  clearTimeout(searchSoon);
  searchSoon = setTimeout(() => call.find(target), SEARCHES_AFTER_MS);
});

document.addEventListener("keydown", (event) => {
  // In a search field, Enter sends no form.
  if (event.key === "Enter" && event.target.type === "search") event.preventDefault();
});

function done(form) {
  const dialog = form.closest("dialog");
  if (!dialog) return call.refresh();
  dialog.close();
  form.reset();
}

async function askLine(button, line) {
  const fields = FOR_LINE.filter((name) => name in button.dataset).map((name) => [name, button.dataset[name]]);
  button.closest("dialog")?.close();
  if (line === "call.consult") tell({ consultRings: button.dataset.called ?? button.dataset.target });
  await send(`/desk/line/${line}`, Object.fromEntries(fields)).catch(() => {});
  if (line === "call.consult") tell({ consultRings: null });
  call.refresh();
}

/* A button's further data are the fields that are sent. */
async function change(button, post) {
  const { post: _, continue: __, join: ___, ...fields } = button.dataset;
  const named = Object.entries(fields).map(([name, value]) => [name.replace(/[A-Z]/g, (one) => `_${one.toLowerCase()}`), value]);
  try {
    // What came of the call is the last word on it: what was typed before belongs to it.
    if ("disposition" in fields) await draft.save();
    await send(post, Object.fromEntries(named));
  } catch {
    return;
  }
  call.refresh();
}

async function openDialog(name) {
  const dialog = document.getElementById(name);
  if (name === "keypad") document.getElementById("keypad-sent").textContent = "";
  dialog.showModal();
  dialog.querySelector("input:not([type=checkbox])")?.select();
  if (name !== "transfer") return;
  document.getElementById("targets").innerHTML = (await piece("/desk/targets")) ?? "";
  filterTargets(document.getElementById("transfer-search").value);
}

function filterTargets(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of document.querySelectorAll("#targets [data-find]")) {
    row.hidden = !words.every((word) => row.dataset.find.includes(word));
  }
  const number = text.replace(/[\s()/-]/g, "");
  const row = document.getElementById("target-number");
  if (!row) return;
  row.hidden = !/^\+?[0-9]{2,25}$/.test(number);
  row.querySelector("b").textContent = number;
  for (const button of row.querySelectorAll("button")) button.dataset.target = `number:${number}`;
}

function closeMenus(clicked) {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(clicked) || clicked.matches(".menu > div button")) menu.open = false;
  }
}

state.follow();
call.follow();
shortcuts.begin();
telephone.begin();
