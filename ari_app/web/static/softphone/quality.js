/* How well both hear each other, by what RTCP says. */

const EVERY_MS = 2000;
// ITU-T G.114: up to 150 ms of mouth-to-ear delay nobody notices, beyond 400 ms nobody can talk; opus and Asterisk's
// jitter buffer hide some 2 % of loss.
const GOOD = { rtt_ms: 200, loss_percent: 2, jitter_ms: 30 };
const FAIR = { rtt_ms: 400, loss_percent: 6, jitter_ms: 60 };

/* Calls `tell` with the quality of the last two seconds, until the returned function is called. */
export function watchQuality(connection, tell) {
  let before = null;
  const look = async () => {
    const now = counted(await connection.getStats());
    if (before !== null) tell(between(before, now));
    before = now;
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return () => clearInterval(timer);
}

function counted(stats) {
  const now = { lost: 0, received: 0, jitter: null, rtt: null, lostThere: 0 };
  for (const one of stats.values()) {
    if (one.type === "inbound-rtp") {
      Object.assign(now, { lost: one.packetsLost, received: one.packetsReceived, jitter: one.jitter });
    } else if (one.type === "remote-inbound-rtp") {
      Object.assign(now, { rtt: one.roundTripTime ?? now.rtt, lostThere: one.fractionLost ?? 0 });
    } else if (one.type === "candidate-pair" && one.nominated) {
      now.rtt ??= one.currentRoundTripTime ?? null;
    }
  }
  return now;
}

function between(before, now) {
  const lost = Math.max(0, now.lost - before.lost);
  const sent = lost + now.received - before.received;
  // Nothing at all came: sound is gone altogether.
  const lossHere = sent > 0 ? lost / sent : 1;
  const told = {
    rtt_ms: milliseconds(now.rtt),
    loss_percent: Math.round(1000 * Math.max(lossHere, now.lostThere)) / 10,
    jitter_ms: milliseconds(now.jitter),
  };
  return { ...told, level: within(told, GOOD) ? "good" : within(told, FAIR) ? "fair" : "bad" };
}

function milliseconds(seconds) {
  return seconds === null || seconds === undefined ? null : Math.round(1000 * seconds);
}

function within(told, limits) {
  return Object.entries(limits).every(([key, limit]) => (told[key] ?? 0) <= limit);
}
