// The wallboard: the clock, and how old the figures are when nothing fresh comes.
(() => {
  "use strict";
  const body = document.body;
  const lost = document.getElementById("lost");
  const clock = document.getElementById("clock");
  let heard = new Date();
  let isOn = true;

  body.addEventListener("live:state", ({ detail: state }) => {
    if (isOn === (state === "on")) return;
    isOn = !isOn;
    heard = new Date(); // Until now it was heard of, or is again.
    show();
  });
  body.addEventListener("away", () => show());

  const show = () => {
    const away = body.dataset.awaySince;
    lost.hidden = isOn && !away;
    body.dataset.lost = lost.hidden ? "" : isOn ? "away" : "lost";
    if (lost.hidden) return;
    const [words, since] = isOn ? [lost.dataset.away, away] : [lost.dataset.lost, heard.toISOString()];
    const text = lost.querySelector("b");
    if (text.textContent !== words) text.textContent = words;
    const age = lost.querySelector("span");
    age.dataset.since = since;
    age.textContent = lasting(since);
  };

  const { lang, dataset } = document.documentElement;
  const asOfLine = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: dataset.zone || undefined };

  const tick = () => {
    const now = new Date();
    clock.dateTime = now.toISOString();
    clock.textContent = now.toLocaleTimeString(lang, asOfLine);
  };
  setInterval(tick, 1000);
  tick();
  show();
})();
