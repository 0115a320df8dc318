/* One tab of a browser holds what there can be only one of. The others wait; one may take it unless it is in use. */

const ANSWERS_WITHIN_MS = 300;

export class OneTab {
  isOurs = false;
  #name;
  #on;
  #channel;
  #release = () => {};
  #waiting = new AbortController();

  /* `on`: gained(), lost() (to another tab), waiting() (another tab has it), isBusy() (it cannot be given away now). */
  constructor(name, on) {
    this.#name = name;
    this.#on = on;
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener("message", ({ data }) => {
      if (data === "is it in use?" && this.isOurs && on.isBusy()) this.#channel.postMessage("it is");
    });
  }

  enter() {
    if (this.isOurs) return this.#on.gained();
    const take = (lock) => (lock ? this.#hold() : this.#wait());
    navigator.locks.request(this.#name, { ifAvailable: true }, take).catch(this.#robbed);
  }

  /* Whether it is ours now. */
  async takeOver() {
    if (await this.#isInUse()) return false;
    this.#waiting.abort();
    navigator.locks.request(this.#name, { steal: true }, () => this.#hold()).catch(this.#robbed);
    return true;
  }

  leave() {
    this.#waiting.abort();
    this.isOurs = false;
    this.#release();
  }

  #hold() {
    this.isOurs = true;
    this.#on.gained();
    return new Promise((release) => (this.#release = release));
  }

  #robbed = () => {
    if (!this.isOurs) return;
    this.isOurs = false;
    this.#on.lost();
    this.#wait();
  };

  #wait() {
    this.#on.waiting();
    this.#waiting.abort();
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    navigator.locks.request(this.#name, { signal }, () => this.#hold()).catch(this.#robbed);
  }

  /* A tab that does not answer is frozen, or has nothing to say against it. */
  #isInUse() {
    return new Promise((resolve) => {
      const over = AbortSignal.timeout(ANSWERS_WITHIN_MS);
      over.addEventListener("abort", () => resolve(false));
      this.#channel.addEventListener("message", ({ data }) => data === "it is" && resolve(true), { signal: over });
      this.#channel.postMessage("is it in use?");
    });
  }
}
