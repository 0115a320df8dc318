// Asking the line: changes are posted, pieces of the page are fetched. What is refused is told in words.
import { say } from "./words.js";

const meta = document.querySelector("meta[name=csrf]");
const told = document.getElementById("told");

export class NotDone extends Error {
  constructor(text, answer = {}) {
    super(text);
    this.answer = answer;
  }
}

/* Resolves when it is done; rejects with NotDone, which is shown already. */
export async function send(path, fields = {}) {
  told.hidden = true;
  try {
    let answer = await post(path, fields);
    // Logged in again, in another tab: forms of this page need the token of the new login.
    if (answer.status === 403 && (await renewToken())) answer = await post(path, fields);
    if (!answer.ok) throw await refusal(answer);
  } catch (error) {
    const why = error instanceof NotDone ? error : new NotDone(say("failed"));
    told.textContent = why.message;
    told.hidden = false;
    throw why;
  }
}

/* The HTML of a piece of the page, or null while the line does not answer. */
export async function piece(path) {
  const answer = await fetch(path, { headers: { "HX-Request": "true" } }).catch(() => null);
  return answer?.ok ? answer.text() : null;
}

// HX-Request: without a login it is 401 then, and not the page for logging in.
function post(path, fields) {
  const headers = { "X-CSRF-Token": meta.content, "HX-Request": "true" };
  return fetch(path, { method: "POST", headers, body: new URLSearchParams(fields) });
}

async function renewToken() {
  const page = await piece("/desk");
  const fresh = page && new DOMParser().parseFromString(page, "text/html").querySelector("meta[name=csrf]")?.content;
  if (!fresh || fresh === meta.content) return false;
  meta.content = fresh;
  return true;
}

async function refusal(answer) {
  if (answer.status === 401) return new NotDone(say("trouble.out"));
  const told = await answer.json().catch(() => ({}));
  return new NotDone(typeof told.detail === "string" ? told.detail : say("failed"), told);
}

told.addEventListener("click", () => (told.hidden = true));
