// What is typed into a ticket's form. It is kept in this tab until it is saved, whatever happens to the page, the call or
// the login; what others change meanwhile is told, never overwritten. Each field remembers what stood there (`data-was`).
import { send } from "./line.js";
import { say } from "./words.js";

const PREFIX = `desk-draft ${document.body.dataset.user} `;
const form = () => document.getElementById("ticket-form");
const fields = (of) => [...of.elements].filter((field) => field.name);
const isChanged = (field) => field.value.trim() !== field.dataset.was.trim();

/* A form that has just come: what was typed for its ticket stands in it again. */
export function begin() {
  const here = form();
  if (!here) return;
  const kept = JSON.parse(sessionStorage.getItem(PREFIX + here.dataset.ticket) ?? "{}");
  for (const field of fields(here)) {
    const stands = field.value;
    field.dataset.was = kept[field.name]?.was ?? stands;
    if (field.name in kept) field.value = kept[field.name].now;
    compare(field, stands);
  }
  keep();
}

/* The same form as the line has it now. */
export function renew(fresh) {
  const here = form();
  if (!here || !fresh || here.dataset.ticket !== fresh.dataset.ticket) return;
  const [mine, theirs] = [here, fresh].map((one) => new Map(fields(one).map((field) => [field.name, field])));
  if ([...theirs.keys()].some((name) => !mine.has(name)) && !here.contains(document.activeElement)) {
    here.replaceWith(fresh);
    return begin();
  }
  for (const [name, field] of mine) {
    const their = theirs.get(name);
    if (their && name !== "note") compare(field, their.value, their);
  }
  keep();
}

function compare(field, stands, their = null) {
  if (their?.options && field !== document.activeElement && field.innerHTML !== their.innerHTML) {
    const typed = field.value;
    field.replaceChildren(...[...their.options].map((option) => option.cloneNode(true)));
    field.value = typed;
  }
  if (!isChanged(field)) {
    field.value = field.dataset.was = stands;
  } else if (field.value.trim() === stands.trim()) {
    field.dataset.was = stands;
  }
  conflict(field, isChanged(field) && stands.trim() !== field.dataset.was.trim() ? stands : null);
}

function conflict(field, stands) {
  const id = `${field.id}-meanwhile`;
  document.getElementById(id)?.remove();
  field.removeAttribute("aria-invalid");
  if (stands === null) return;
  const note = document.createElement("p");
  Object.assign(note, { id, className: "meanwhile" });
  const shown = field.options ? ([...field.options].find(({ value }) => value === stands)?.text ?? stands) : stands;
  note.append(say("meanwhile", { value: shown || say("nothing") }), " ");
  note.append(choice(say("keep"), () => (field.dataset.was = stands)));
  note.append(choice(say("take"), () => (field.value = field.dataset.was = stands)));
  field.setAttribute("aria-invalid", "true");
  field.after(note);

  function choice(text, choose) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link", textContent: text });
    button.addEventListener("click", () => {
      choose();
      conflict(field, null);
      keep();
      field.focus();
    });
    return button;
  }
}

function keep() {
  const here = form();
  const changed = fields(here).filter(isChanged);
  const key = PREFIX + here.dataset.ticket;
  here.dataset.changed = changed.length ? "true" : "";
  if (!changed.length) sessionStorage.removeItem(key);
  else {
    const typed = changed.map(({ name, value, dataset }) => [name, { was: dataset.was, now: value }]);
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(typed)));
  }
  showDrafts();
}

/* Tickets other than the one shown in which something typed is not saved yet. */
export function showDrafts() {
  const drafts = document.getElementById("drafts");
  const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  const others = keys.map((key) => key.slice(PREFIX.length)).filter((number) => number !== form()?.dataset.ticket);
  drafts.hidden = others.length === 0;
  drafts.replaceChildren(drafts.firstElementChild, ...others.sort().map(button));

  function button(number) {
    const made = document.createElement("button");
    Object.assign(made, { className: "calm small num", textContent: number });
    made.dataset.open = `/desk/tickets/${number}`;
    return made;
  }
}

/* Rejects when it was not saved; what was typed stays. */
export async function save() {
  const here = form();
  const changed = here ? fields(here).filter(isChanged) : [];
  if (!changed.length) return;
  const sent = changed.map((field) => ({ field, was: field.dataset.was, now: field.value }));
  const fieldsOf = ({ field: { name }, was, now }) => (name === "note" ? [[name, now]] : [[name, now], [`was.${name}`, was]]);
  const saved = document.getElementById("saved");
  saved.textContent = say("saving");
  try {
    await send(here.dataset.post, Object.fromEntries(sent.flatMap(fieldsOf)));
  } catch (error) {
    saved.textContent = "";
    for (const [name, stands] of Object.entries(error.answer?.conflicts ?? {})) conflict(here.elements[name], stands);
    throw error;
  }
  for (const { field, now } of sent) {
    if (field.name === "note") field.value = field.value === now ? "" : field.value;
    else field.dataset.was = now;
    conflict(field, null);
  }
  saved.textContent = say("saved");
  keep();
}

document.addEventListener("input", ({ target }) => {
  if (target.form !== form() || !target.name) return;
  document.getElementById("saved").textContent = "";
  keep();
});
