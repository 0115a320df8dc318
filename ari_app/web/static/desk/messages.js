// What a supervisor tells all desks: it stays until it is dismissed.
import { timeOfDay } from "./clock.js";
import { say } from "./words.js";

const DISMISSED = `desk-messages ${document.body.dataset.user}`;
const REMEMBERED = 10;
const list = document.getElementById("messages");
const dismissed = () => JSON.parse(localStorage.getItem(DISMISSED) ?? "[]");

document.body.addEventListener("live:desk_message", ({ detail }) => {
  const id = `${detail.at} ${detail.by}`;
  // Whoever comes, or comes back, is told the last one again.
  if (dismissed().includes(id) || [...list.children].some((each) => each.dataset.id === id)) return;
  const row = document.createElement("li");
  row.dataset.id = id;
  const text = document.createElement("p");
  text.textContent = detail.text;
  const from = document.createElement("span");
  from.className = "hint";
  from.textContent = say("message", { by: detail.by, at: timeOfDay(detail.at) });
  const dismiss = document.createElement("button");
  Object.assign(dismiss, { className: "calm small", textContent: say("dismiss") });
  dismiss.dataset.dismiss = "";
  dismiss.addEventListener("click", () => {
    localStorage.setItem(DISMISSED, JSON.stringify([...dismissed(), id].slice(-REMEMBERED)));
    row.remove();
  });
  row.append(text, from, dismiss);
  list.append(row);
});

// Dismissed in one tab, dismissed in all.
addEventListener("storage", ({ key }) => {
  if (key !== DISMISSED) return;
  const gone = dismissed();
  for (const each of [...list.children]) if (gone.includes(each.dataset.id)) each.remove();
});
