// Asking the line: changes are posted, pieces of the page are fetched. What is refused is told in words.
import { say } from "./words.js";

// A network may swallow what is sent without a word. The controller is asked for ten seconds at most (control/client.py),
// but while a telephone rings for 150.
const ANSWERS_WITHIN_MS = 15000;
const RINGS_WITHIN_MS = 160000;
const RINGS = ["/desk/line/call.consult", "/desk/line/call.dial"];
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
    const why = error instanceof NotDone ? error : new NotDone(say(error.name === "TimeoutError" ? "unknown" : "failed"));
    // A dialog hides whatever is not in it.
    (document.querySelector("dialog[open]") ?? document.body).append(told);
    told.textContent = why.message;
    told.hidden = false;
    throw why;
  }
}

/* The HTML of a piece of the page, or null while the line does not answer. */
export async function piece(path) {
  const asked = { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) };
  const answer = await fetch(path, asked).catch(() => null);
  return answer?.ok ? answer.text().catch(() => null) : null;
}

// HX-Request: without a login it is 401 then, and not the page for logging in.
function post(path, fields) {
  const headers = { "X-CSRF-Token": meta.content, "HX-Request": "true" };
  const signal = AbortSignal.timeout(RINGS.includes(path) ? RINGS_WITHIN_MS : ANSWERS_WITHIN_MS);
  return fetch(path, { method: "POST", headers, body: new URLSearchParams(fields), signal });
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
