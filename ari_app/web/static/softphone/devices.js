/* Microphone and speaker: which there are, which were chosen, what goes in and out during a call. */

const KEY = "hotline.telephone.devices";

export class AudioDevices {
  known = { microphones: [], speakers: [], ...chosen() };
  #tell;
  #stream = null;
  #opened = 0;
  #speaker = new Audio();

  /* `tell` is called with `known` whenever it changes. */
  constructor(tell) {
    this.#tell = tell;
    this.#speaker.autoplay = true;
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#look());
  }

  /* Whether a microphone may be used. It is not left open: browsers show that it is, for the whole shift. */
  async ask() {
    try {
      stop(await navigator.mediaDevices.getUserMedia({ audio: true }));
    } catch {
      return false;
    }
    await this.#look();
    return true;
  }

  /* The chosen microphone, or another if it is not there. `gone` is called when it is unplugged. */
  async open(gone) {
    const turn = ++this.#opened;
    const { microphone } = this.known;
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    if (microphone) audio.deviceId = { ideal: microphone };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    if (turn !== this.#opened) {
      stop(stream);
      throw new DOMException("the call was over before the microphone was open", "AbortError");
    }
    stop(this.#stream);
    this.#stream = stream;
    stream.getAudioTracks()[0].addEventListener("ended", gone);
    return stream;
  }

  play(stream) {
    this.#speaker.srcObject = stream;
    this.#speaker.play().catch(() => {}); // replaced by another before it began
  }

  close() {
    this.#opened += 1;
    stop(this.#stream);
    this.#stream = this.#speaker.srcObject = null;
  }

  async choose({ microphone = this.known.microphone, speaker = this.known.speaker }) {
    localStorage.setItem(KEY, JSON.stringify({ microphone, speaker }));
    this.known = { ...this.known, microphone, speaker };
    await this.#useSpeaker();
    this.#tell(this.known);
  }

  async #look() {
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind) =>
      all
        .filter((device) => device.kind === kind && device.deviceId !== "default")
        .map((device) => ({ id: device.deviceId, label: device.label }));
    this.known = { ...this.known, microphones: of("audioinput"), speakers: of("audiooutput") };
    await this.#useSpeaker();
    this.#tell(this.known);
  }

  /* One that is not there now is not forgotten: it may be plugged in again. */
  async #useSpeaker() {
    const { speaker, speakers } = this.known;
    const id = speakers.some((one) => one.id === speaker) ? speaker : "";
    if (this.#speaker.setSinkId) await this.#speaker.setSinkId(id).catch(() => {});
  }
}

function chosen() {
  try {
    return { microphone: "", speaker: "", ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { microphone: "", speaker: "" };
  }
}

function stop(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}
