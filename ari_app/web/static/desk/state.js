// How I stand, who waits, what can be done now, and what is wrong with the connection.
import { hear, tick, timeOfDay } from "./clock.js";
import { standing, tell, watch } from "./standing.js";
import { knows, say } from "./words.js";

const TITLE = document.title;
const WITH_CALLER = ["ringing", "talking", "hold"];
const element = (id) => document.getElementById(id);

export function follow() {
  const { body } = document;
  body.addEventListener("live:agent", ({ detail }) => {
    hear(detail.at);
    tell({ agent: detail.agent, awaySince: detail.away_since });
  });
  body.addEventListener("live:glance", ({ detail }) => {
    hear(detail.at);
    showGlance(detail.groups);
    if (detail.away_since !== standing.awaySince) tell({ awaySince: detail.away_since });
  });
  body.addEventListener("live:state", ({ detail }) => tell({ stream: detail }));
  // The very first moments are no trouble yet.
  setTimeout(() => {
    watch(showTrouble);
    watch(showWhatWorks);
  }, 3000);
  watch(showState);
  watch(showBar);
  watch(showButtons);
}

function showState({ agent }) {
  const state = agent?.state ?? "unknown";
  element("state").dataset.state = state;
  element("state-name").textContent = say(`state.${state}`);
  element("state-detail").textContent = agent ? detail(agent) : "";
  const timer = element("state-timer");
  const until = state === "wrap_up" ? agent.until : null;
  timer.classList.toggle("left", Boolean(until));
  for (const [name, value] of Object.entries({ since: agent?.since, until })) {
    if (value) timer.dataset[name] = value;
    else delete timer.dataset[name];
  }
  if (!agent?.since) timer.textContent = "";
  document.title = WITH_CALLER.includes(state) ? `● ${TITLE}` : TITLE;
  tick();
}

function detail({ state, pause }) {
  if (state === "away") return say("away.hint");
  if (!pause) return "";
  const called = pauseName(pause);
  return state === "paused" ? called : say("then_pause", { pause: called });
}

function pauseName(pause) {
  if (knows(`pause.${pause}`)) return say(`pause.${pause}`);
  return document.querySelector(`[data-reason="${CSS.escape(pause)}"]`)?.dataset.called ?? pause;
}

function showBar({ agent, who, talk, consultRings, telephone }) {
  const state = agent?.state;
  const is_on = WITH_CALLER.includes(state) || telephone.call !== null;
  element("bar").hidden = !is_on;
  if (!is_on) return;
  element("bar").dataset.state = state;
  const name = who || telephone.call?.name || telephone.call?.number || say("somebody");
  const main = { ringing: "rings", hold: "holds" }[state] ?? (telephone.call?.state === "ringing" ? "rings" : "talks");
  const parts = [say(main, { who: name })];
  if (consultRings) parts.push(say("consult_rings", { other: consultRings }));
  else if (talk.other) parts.push(say(talk.isConference ? "conference" : "consulting", { other: talk.other }));
  const text = parts.at(-1) === say("consulting", { other: talk.other }) ? parts.at(-1) : parts.join(" · ");
  if (element("bar-says").textContent !== text) element("bar-says").textContent = text;
}

/* A button says when it is there: `data-when` names states, `data-talk` and `data-recording` how the talk stands. */
function showButtons({ agent, talk, consultRings, telephone }) {
  const states = [agent?.state];
  if (agent?.pause && [...WITH_CALLER, "wrap_up"].includes(agent.state)) states.push("pausing");
  const talks = consultRings ? "ringing" : talk.other && !talk.isConference ? "consulting" : "alone";
  const fits = (wanted, are) => !wanted || are.some((one) => wanted.split(" ").includes(one));
  for (const each of document.querySelectorAll("[data-when]")) {
    const { when, talk: wants, recording } = each.dataset;
    each.hidden = !(fits(when, states) && fits(wants, [talks]) && fits(recording, [talk.recording]));
    if (each.hidden && each.open) each.open = false;
  }
  const call = telephone.call?.state;
  element("answer").hidden = call !== "ringing";
  element("hang-up").hidden = !(call || ["talking", "hold"].includes(agent?.state));
  element("mute").hidden = element("keypad-open").hidden = call !== "talking";
}

/* What is asked of the controller waits until it can be asked; the banner says why. */
function showWhatWorks({ stream, awaySince }) {
  const works = stream === "on" && awaySince === null;
  for (const each of document.querySelectorAll("[data-line]")) {
    each.disabled = !works;
    each.title = works ? "" : say("no_shortcut");
  }
}

function showGlance(groups) {
  const mine = groups.filter(({ group }) => standing.agent?.groups.includes(group));
  element("glance").replaceChildren(...mine.map(glance));
  tick();
}

function glance({ name, waiting, longest_since: since, ready }) {
  const row = document.createElement("li");
  row.dataset.waiting = waiting ? "some" : "none";
  const title = document.createElement("b");
  title.textContent = name;
  const waits = document.createElement("span");
  waits.textContent = waiting ? say("waiting", { n: waiting }) : say("nobody_waits");
  row.append(title, waits);
  if (since) {
    const longest = document.createElement("span");
    const [before, after] = say("longest", { wait: "\u0000" }).split("\u0000");
    const time = document.createElement("span");
    time.className = "num";
    time.dataset.since = since;
    longest.append(before, time, after);
    row.append(longest);
  }
  const free = document.createElement("span");
  free.textContent = say("free", { n: ready });
  row.append(free);
  return row;
}

function showTrouble({ stream, awaySince }) {
  const trouble = element("trouble");
  const kind = stream === "out" ? "out" : stream === "off" ? "off" : awaySince ? "away" : null;
  trouble.hidden = kind === null;
  document.body.dataset.trouble = kind ?? "";
  if (kind === null || trouble.dataset.kind === kind) return (trouble.dataset.kind = kind ?? "");
  trouble.dataset.kind = kind;
  trouble.textContent = say(`trouble.${kind}`, { since: awaySince && timeOfDay(awaySince) });
  if (kind === "out") {
    const link = document.createElement("a");
    Object.assign(link, { href: "/login?next=/desk", target: "_blank", textContent: say("log_in_again") });
    trouble.append(" ", link);
  }
}
