// How everything stands on this page: whoever learns something new tells it here, whoever shows it watches.
export const standing = {
  agent: null, // AgentShape of ari_app/control/shapes.py, or null: not known
  awaySince: null, // since when the controller does not answer
  stream: "off", // "on", "off": the connection is lost, "out": nobody is logged in
  who: "", // the caller at hand
  talk: { other: "", isConference: false, recording: "on" },
  consultRings: null, // who is being rung to be asked
  telephone: { state: "stopped", call: null },
};

const watchers = new Set();

export function watch(watcher) {
  watchers.add(watcher);
  watcher(standing);
}

export function tell(news) {
  Object.assign(standing, news);
  for (const watcher of watchers) watcher(standing);
}
