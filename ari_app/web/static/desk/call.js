// The call at hand: its piece of the page is there as soon as it rings, and each part of it follows what happens.
import * as draft from "./draft.js";
import { piece } from "./line.js";
import { openPop } from "./pop.js";
import { decorate } from "./shortcuts.js";
import { standing, tell, watch } from "./standing.js";
import { tick } from "./clock.js";

const HAS_CALL = ["ringing", "talking", "hold", "wrap_up"];
const SETTLES_MS = 700;
const AGAIN_MS = 1000;

const place = document.getElementById("call");
let path = null; // where the piece that is shown, or is to be, comes from
let followed = null; // the call that was shown by itself, last
let parts = new Map(); // each part's HTML, as it came
let isFetching = false;
let isStale = false;
let articlesSoon = 0;

export function follow() {
  watch(({ agent }) => {
    const has = agent && HAS_CALL.includes(agent.state) ? agent.call_id : null;
    if (!has || has === followed) return;
    followed = has;
    show(`/desk/call/${encodeURIComponent(has)}`);
  });
  document.body.addEventListener("live:changed", ({ detail: { tickets, kinds } }) => {
    const shown = place.querySelector("article")?.dataset;
    if (!shown) return;
    const is_ours = tickets === null || tickets.includes(shown.ticket) || tickets.includes(shown.work);
    if (is_ours || kinds.some((kind) => kind.startsWith("outage_"))) refresh();
  });
  document.body.addEventListener("htmx:load", ({ target }) => decorate(target));
  draft.showDrafts();
}

/* What stands at `at`, as soon as the line tells. */
export async function show(at) {
  path = at;
  const html = await piece(at);
  if (path !== at) return;
  if (html === null) return setTimeout(() => path === at && show(at), AGAIN_MS);
  place.innerHTML = html;
  parts = new Map(partsOf(place).map((part) => [part.id, part.outerHTML]));
  window.htmx.process(place);
  const article = place.querySelector("article");
  document.body.dataset.ticket = article.dataset.ticket;
  draft.begin();
  shown();
  findArticles();
  if (article.dataset.pop && standing.agent?.state === "ringing") openPop(article.dataset.pop);
}

export async function refresh() {
  isStale = true;
  if (isFetching || path === null) return;
  isFetching = true;
  while (isStale) {
    isStale = false;
    const at = path;
    const html = await piece(at);
    if (at !== path) continue;
    if (html === null) setTimeout(() => at === path && refresh(), AGAIN_MS);
    else put(html);
  }
  isFetching = false;
}

function put(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const [old, now] = [place, fresh].map((one) => one.querySelector("article"));
  if (!old || old.dataset.work !== now.dataset.work) return show(path);
  let is_more_said = false;
  for (const part of partsOf(fresh)) {
    if (parts.get(part.id) === part.outerHTML) continue;
    parts.set(part.id, part.outerHTML);
    is_more_said ||= part.id === "said";
    replace(document.getElementById(part.id), part);
  }
  if (!fresh.querySelector("#bind")) document.getElementById("bind")?.remove();
  draft.renew(fresh.querySelector("#ticket-form"));
  shown();
  if (is_more_said) {
    clearTimeout(articlesSoon);
    articlesSoon = setTimeout(findArticles, SETTLES_MS);
  }
}

const partsOf = (root) => [...root.querySelectorAll("[data-part]")];

function replace(old, fresh) {
  if (!old) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const twin = focused && twinOf(focused, fresh);
  const isOpen = [...old.querySelectorAll("details")].map((each) => each.open);
  fresh.querySelectorAll("details").forEach((each, place) => (each.open = isOpen[place] ?? each.open));
  old.replaceWith(fresh);
  twin?.focus({ preventScroll: true });
}

function twinOf(focused, fresh) {
  if (focused.id) return fresh.id === focused.id ? fresh : fresh.querySelector(`#${CSS.escape(focused.id)}`);
  const alike = [...fresh.querySelectorAll(focused.tagName)];
  return alike.find((each) => each.outerHTML === focused.outerHTML) ?? alike[0];
}

/* After every change of what is shown. */
function shown() {
  const said = document.querySelector(".said");
  if (said) said.scrollTop = said.scrollHeight;
  const { other = "", conference = "", recording = "on" } = document.getElementById("talk")?.dataset ?? {};
  const who = document.querySelector("#who h2")?.firstChild.textContent.trim() ?? "";
  tell({ who, talk: { other, isConference: conference !== "", recording } });
  decorate(place);
  tick();
}

async function findArticles() {
  const search = document.getElementById("article-search");
  if (search && !search.value.trim()) await find(search);
}

/* What a search field finds is shown in the element that it names (`data-into`). */
export async function find(field) {
  const { search, into } = field.dataset;
  const wanted = field.value.trim();
  const html = await piece(`${search}?${new URLSearchParams({ text: wanted })}`);
  const shows = document.getElementById(into);
  if (html === null || !shows || field.value.trim() !== wanted || !field.isConnected) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const each of fresh.content.querySelectorAll("details[id]")) {
    const before = shows.querySelector(`#${CSS.escape(each.id)}`);
    if (before) stay(before, each);
  }
  shows.replaceChildren(fresh.content);
  window.htmx.process(shows);
  decorate(shows);
}

/* What is found again stays as it is, but for how sure it is: opened, being sent, told that it was sent. */
function stay(before, each) {
  before.querySelector("summary").replaceWith(each.querySelector("summary"));
  each.replaceWith(before);
}
