// What a supervisor tells all desks: it stays until it is dismissed.
import { say } from "./words.js";

const KEPT = `desk-message ${document.body.dataset.user}`;
const list = document.getElementById("messages");

document.body.addEventListener("live:desk_message", ({ detail }) => {
  const id = `${detail.at} ${detail.by}`;
  // The stream tells a tab that is opened later of the last one again.
  if (localStorage.getItem(KEPT) === id || [...list.children].some((each) => each.dataset.id === id)) return;
  const row = document.createElement("li");
  row.dataset.id = id;
  const text = document.createElement("p");
  text.textContent = detail.text;
  const from = document.createElement("span");
  from.className = "hint";
  from.textContent = say("message", { by: detail.by, at: new Date(detail.at).toLocaleTimeString() });
  const dismiss = document.createElement("button");
  Object.assign(dismiss, { className: "calm small", textContent: say("dismiss") });
  dismiss.dataset.dismiss = "";
  dismiss.addEventListener("click", () => {
    localStorage.setItem(KEPT, id);
    row.remove();
  });
  row.append(text, from, dismiss);
  list.append(row);
});

// Dismissed in one tab, dismissed in all.
addEventListener("storage", ({ key, newValue }) => {
  if (key === KEPT) [...list.children].find((each) => each.dataset.id === newValue)?.remove();
});
