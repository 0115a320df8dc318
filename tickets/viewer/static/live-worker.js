// One stream for all pages of a browser: over HTTP/1.1 it would allow six connections to us, and each stream takes one.
// Runs as a shared worker. Its pages say {after, events}, {network: is it there?} and {gone}; they are told {event, data}.
"use strict";

const PATIENCE_MS = 25000; // The line pings every ten seconds; a connection that is silent for so long is dead.
const language = self.name.split(" ").pop(); // That of the pages: a worker asks in the browser's own, whatever they chose.
const ports = new Set();
const last = new Map(); // How things stand, for a page that is opened later: the last message of each event.
let stream = null;
let seen = 0;
let heard = 0;
let state = "off";
let again = 0;

function tell(event, data, to = ports) {
  for (const port of to) port.postMessage({ event, data });
}

function stands(now) {
  if (now !== state) tell("state", (state = now));
}

function connect() {
  heard = Date.now();
  stream = new EventSource(`/live?after=${seen}&language=${language}`);
  stream.onopen = () => stands("on");
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) refused();
    else stands("off"); // The browser tries again by itself.
  };
  // EventSource has no listener for all events, so each that a page wants is asked for by its name.
  for (const event of wanted) listen(event);
}

const wanted = new Set(["ping", "changed"]);

function listen(event) {
  stream.addEventListener(event, (message) => {
    heard = Date.now();
    stands("on");
    if (message.lastEventId) seen = Math.max(seen, Number(message.lastEventId));
    if (event === "ping") return;
    const data = JSON.parse(message.data);
    if (event !== "changed") last.set(event, data);
    tell(event, data);
  });
}

async function refused() {
  stream.close();
  stands("off");
  const answer = await fetch("/session", { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (answer?.status === 401) stands("out");
  again = setTimeout(connect, 5000);
}

function reconnect() {
  clearTimeout(again);
  stream.close();
  stands("off");
  connect();
}

setInterval(() => {
  if (!stream || stream.readyState === EventSource.CLOSED || Date.now() - heard < PATIENCE_MS) return;
  reconnect(); // A computer that slept, a network that swallows everything: nobody else notices.
}, 2000);

// What the browser says of its network. It may be wrong (the line may be on this very computer): what is heard counts more.
function network(isThere) {
  if (!stream) return;
  if (!isThere) stands("off");
  else if (state === "off") reconnect();
}

function join(port) {
  port.onmessage = ({ data }) => {
    if (data.gone) return ports.delete(port);
    if ("network" in data) return network(data.network);
    ports.add(port);
    for (const event of data.events) {
      if (wanted.has(event)) continue;
      wanted.add(event);
      if (stream) listen(event);
    }
    tell("state", state, [port]);
    if (!stream) {
      seen = data.after;
      return connect();
    }
    for (const [event, known] of last) tell(event, known, [port]);
    if (data.after < seen) tell("changed", { tickets: null, recorded: null, kinds: null }, [port]);
  };
}

if ("onconnect" in self) addEventListener("connect", ({ ports: [port] }) => join(port));
else join(self); // A browser without shared workers: each page has one, and a stream of its own.
