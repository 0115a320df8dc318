/* It rings, and says so when the tab is hidden. */

const TONE_HZ = [400, 450];
const RINGS_S = 1;
const PAUSES_S = 2;
const LONGEST_S = 120;
const LOUDNESS = 0.15;

export class Ringer {
  #context = null;
  #tones = [];
  #notice = null;

  /* To be called when the user has just done something, if he has: browsers make no sound before that. */
  prepare() {
    if (this.#context !== null) return;
    this.#context = new AudioContext();
    const resume = () => this.#context.resume();
    for (const type of ["pointerdown", "keydown"]) addEventListener(type, resume, { once: true });
    if (window.Notification?.permission === "default") Notification.requestPermission();
  }

  ring({ title, body }) {
    this.#sound();
    if (document.hidden) this.#notify(title, body);
  }

  stop() {
    for (const tone of this.#tones) tone.stop();
    this.#tones = [];
    this.#notice?.close();
    this.#notice = null;
  }

  /* All rings are planned at once: in a hidden tab timers come late, sound does not. */
  #sound() {
    const context = this.#context;
    const volume = context.createGain();
    volume.connect(context.destination);
    volume.gain.value = 0;
    const until = context.currentTime + LONGEST_S;
    for (let at = context.currentTime; at < until; at += RINGS_S + PAUSES_S) {
      volume.gain.setTargetAtTime(LOUDNESS, at, 0.02); // not at once, which would click
      volume.gain.setTargetAtTime(0, at + RINGS_S, 0.02);
    }
    this.#tones = TONE_HZ.map((frequency) => {
      const tone = new OscillatorNode(context, { frequency });
      tone.connect(volume);
      tone.start();
      tone.stop(until);
      return tone;
    });
  }

  #notify(title, body) {
    if (window.Notification?.permission !== "granted") return;
    try {
      this.#notice = new Notification(title, { body, tag: "hotline-call", requireInteraction: true });
    } catch {
      return; // telephones' browsers know it, and refuse it
    }
    this.#notice.addEventListener("click", () => window.focus());
  }
}
