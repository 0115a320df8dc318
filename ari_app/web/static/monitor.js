// The queue monitor: what a supervisor does, the sound of an alarm, and the controller that may be away.
(() => {
  "use strict";
  const body = document.body;
  const csrf = document.querySelector('meta[name="csrf"]').content;

  const post = async (path, fields) => {
    const sent = new URLSearchParams(fields);
    const answer = await fetch(path, { method: "POST", body: sent, headers: { "X-CSRF-Token": csrf } }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    return { ok: Boolean(answer?.ok), text: told?.text || body.dataset.failed, supervision: told?.supervision };
  };

  const tell = (outcome, { ok, text }) => {
    outcome.textContent = text;
    outcome.dataset.ok = ok;
  };

  // Dialogs: each is filled by the button that opens it.
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-dialog]");
    if (opener) return open(opener);
    const switched = target.closest("[data-announcement]");
    if (switched) return announce(switched);
    const mode = target.closest("[data-mode]");
    if (mode) return supervise(mode);
    target.closest("[data-close]")?.closest("dialog").close();
  });

  const open = (opener) => {
    const dialog = document.getElementById(opener.dataset.dialog);
    const form = dialog.querySelector("form");
    dialog.dataset.opener = opener.id;
    dialog.querySelector(".dialog-title").textContent = opener.dataset.title;
    tell(dialog.querySelector(".outcome"), { ok: true, text: "" });
    if (form.elements.agent) form.elements.agent.value = opener.dataset.agent;
    if (form.elements.call_id) form.elements.call_id.value = opener.dataset.call;
    if (form.elements.group) form.elements.group.value = opener.dataset.group;
    const isTalking = ["talking", "hold"].includes(opener.dataset.state);
    for (const part of dialog.querySelectorAll(".only-talking")) part.hidden = !isTalking;
    dialog.showModal();
  };

  for (const dialog of document.querySelectorAll("dialog")) {
    // The button may have been put in place anew meanwhile.
    dialog.addEventListener("close", () => document.getElementById(dialog.dataset.opener)?.focus());
    const form = dialog.querySelector("form");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = event.submitter;
      button.disabled = true;
      const outcome = dialog.querySelector(".outcome");
      if (button.formAction.match(/(listen|whisper|barge)$/)) tell(outcome, { ok: true, text: body.dataset.rings });
      const done = await post(button.formAction, new FormData(form));
      button.disabled = false;
      tell(outcome, done);
      if (done.supervision) stand(done.supervision);
      if (done.ok) dialog.close();
    });
  }

  const message = document.getElementById("message");
  message?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const done = await post(message.dataset.post, new FormData(message));
    tell(message.querySelector(".outcome"), done);
    if (done.ok) message.reset();
  });

  const announce = async (button) => {
    const on = button.getAttribute("aria-checked") !== "true";
    const done = await post("/monitor/announcements", { name: button.dataset.announcement, on });
    if (!done.ok) notice(done.text);
  };

  // Hearing a talk
  const bar = document.getElementById("supervising");
  const stand = (supervision) => {
    bar.hidden = !supervision;
    if (!supervision) return;
    const title = bar.querySelector("h2");
    title.textContent = title.dataset[supervision.mode].replace("{agent}", supervision.name);
    for (const button of bar.querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-pressed", button.dataset.mode === supervision.mode);
    }
  };
  const supervise = async (button) => {
    const { mode } = button.dataset;
    const done = await post(mode === "stop" ? "/monitor/stop" : `/monitor/${mode}/mode`, {});
    tell(bar.querySelector(".outcome"), done);
    if (done.ok) stand(mode === "stop" ? null : done.supervision);
  };
  if (bar.dataset.mode) stand(bar.dataset);
  body.addEventListener("live:changed", async ({ detail }) => {
    if (bar.hidden || !(detail.kinds?.some((kind) => kind.startsWith("supervision_")) ?? true)) return;
    const answer = await fetch("/monitor/supervision").catch(() => null);
    if (answer?.ok) stand((await answer.json()).supervision);
  });

  const notice = (text) => {
    const box = document.getElementById("notice");
    box.textContent = text;
    box.hidden = false;
    setTimeout(() => { box.hidden = true; }, 10000);
  };

  // The controller is away
  const away = document.getElementById("away");
  body.addEventListener("away", () => {
    const since = body.dataset.awaySince;
    if (away.hidden === !since) return;
    away.hidden = !since;
    document.getElementById("away-since").dataset.since = since;
  });

  // The sound of an alarm, where it was switched on in this browser.
  const sound = document.getElementById("sound");
  const KEY = "hotline-monitor-sound";
  let audio = null;
  const isOn = () => sound.getAttribute("aria-pressed") === "true";
  const switchSound = (on) => {
    sound.setAttribute("aria-pressed", on);
    localStorage.setItem(KEY, on);
    if (on) (audio ??= new AudioContext()).resume();
  };
  sound.addEventListener("click", () => {
    switchSound(!isOn());
    if (isOn()) beep();
  });

  const beep = () => {
    for (const [at, hz] of [[0, 660], [0.18, 880]]) {
      const [tone, gain] = [audio.createOscillator(), audio.createGain()];
      tone.frequency.value = hz;
      gain.gain.setValueAtTime(0.12, audio.currentTime + at);
      gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.16);
      tone.connect(gain).connect(audio.destination);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + at + 0.17);
    }
    body.dataset.beeps = Number(body.dataset.beeps || 0) + 1;
  };

  const badGroups = () => new Map(
    [...document.querySelectorAll('.group[data-level="bad"]')].map((group) => [group.id, group.dataset.name]),
  );
  let bad = badGroups();
  body.addEventListener("parts", () => {
    const now = badGroups();
    const fresh = [...now].filter(([id]) => !bad.has(id)).map(([, name]) => name);
    bad = now;
    if (!fresh.length) return;
    const says = document.getElementById("alarms");
    says.textContent = `${says.dataset.bad} ${fresh.join(", ")}`;
    if (isOn()) beep();
  });
  if (localStorage.getItem(KEY) === "true") switchSound(true);
})();
