// Proposed phrasings, decided one key each. What is decided while an answer is awaited goes out together with the next.
(() => {
  "use strict";
  const OFF = "knowledge-learning-keys-off";
  const list = document.getElementById("proposals");
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const rows = () => [...list.querySelectorAll("[data-proposal]:not([data-decision])")];
  const waiting = { accept: [], reject: [] };
  let isSending = false;

  const send = async (decision, ids) => {
    const body = new FormData();
    body.set("decision", decision);
    for (const id of ids) body.append("ids", id);
    const headers = { "X-CSRF-Token": csrf, Accept: "application/json" };
    const answer = await fetch("/knowledge/learning/phrasings", { method: "POST", body, headers }).catch(() => null);
    if (answer?.redirected) location.reload(); // the login is lost
    const told = answer?.ok ? await answer.json().catch(() => null) : null;
    return told ?? { problems: Object.fromEntries(ids.map((id) => [id, list.dataset.failed])), left: null };
  };

  const settle = (row, problem) => {
    if (!problem) {
      const article = row.closest("[data-article]");
      row.remove();
      if (!article.querySelector("[data-proposal]")) article.remove();
      return;
    }
    delete row.dataset.decision;
    const said = row.querySelector(".refused") ?? row.appendChild(Object.assign(document.createElement("p"), { className: "refused" }));
    said.textContent = problem;
    for (const button of row.querySelectorAll("button")) button.disabled = false;
  };

  const sendAll = async () => {
    if (isSending) return;
    isSending = true;
    for (let decision; (decision = ["reject", "accept"].find((each) => waiting[each].length)); ) {
      const ids = waiting[decision].splice(0);
      const { problems, left } = await send(decision, ids);
      for (const id of ids) settle(document.getElementById(`proposal-${id}`), problems[id]);
      if (left !== null) document.getElementById("left").textContent = left;
      document.getElementById("told").textContent = Object.values(problems).join(" ");
      document.getElementById("nothing").hidden = list.querySelector("[data-proposal]") !== null;
    }
    isSending = false;
  };

  const go = (row) => {
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };

  const decide = (row, decision) => {
    const all = rows();
    const next = all[all.indexOf(row) + 1] ?? all[all.indexOf(row) - 1];
    row.dataset.decision = decision;
    row.querySelector(".refused")?.remove();
    for (const button of row.querySelectorAll("button")) button.disabled = true;
    document.getElementById("told").textContent = list.dataset.waits;
    go(next);
    waiting[decision].push(row.dataset.proposal);
    sendAll();
  };

  list.addEventListener("submit", (event) => {
    const row = event.target.closest("[data-proposal]");
    if (!row) return;
    event.preventDefault();
    if (!row.dataset.decision) decide(row, event.submitter.value);
  });

  const on = document.getElementById("keys-on");
  if (!on) return;
  document.getElementById("keys").hidden = false;
  on.checked = localStorage.getItem(OFF) === null;
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type='checkbox']), textarea, select, summary");
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    const all = rows();
    const row = document.activeElement.closest("[data-proposal]:not([data-decision])");
    const place = all.indexOf(row);
    const does = {
      j: () => go(all[Math.min(place + 1, all.length - 1)]),
      k: () => go(all[Math.max(place - 1, 0)]),
      a: () => row && decide(row, "accept"),
      r: () => row && decide(row, "reject"),
    }[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    does();
  });
  addEventListener("beforeunload", (event) => { if (isSending) event.preventDefault(); });
})();
