/* The telephone in the browser: sound, keys, ringing. What is more than a telephone (hold, transfer, conference,
   hanging up on behalf of any telephone) the page asks of the controller: so it works alike for those on the desk.

   import { Softphone } from "/more/web/softphone.js";
   const phone = new Softphone({ account: "/desk/telephone", notice: ({ number, name }) => ({ title, body }) });
   phone.addEventListener("ringing", (event) => show(event.detail));
   await phone.start();

   Methods (none throws for what a network, a caller or another tab does; that comes as an event)
     start()          asks for the microphone and for leave to notify, registers; again after `replaced` or `offline`
     stop()           gives the registration back; a call that is up ends
     takeOver()       in state `elsewhere`: the telephone comes to this tab; false: the other tab is in a call
     answer()         the call that rings; the microphone is open already
     hangUp()         the call, or declines it; where possible ask the controller instead (call.hang_up)
     mute(on)         the microphone of the call
     keys("12#")      RFC 4733 tones into the call
     setDevices({microphone, speaker})   ids from `devices`; kept in this browser; takes effect in the call too

   Properties
     state            as of the event `state`: {state, reason}
     call             null, or {state: "ringing"|"talking", number, name, since (Date), muted}
     devices          as of the event `devices`

   Events (CustomEvent, see `detail`)
     state     {state, reason}
                 connecting  it is about to register
                 ready       calls come here
                 offline     no calls come here; reason: network (it tries again by itself), login (nobody is
                             logged in), account (the user has none; `text` says so), microphone (not allowed, or
                             there is none), insecure (neither https nor localhost), stopped
                 elsewhere   another tab of this browser is the telephone; reason: busy when that would not give it up.
                             When that tab closes, this one becomes it by itself
                 replaced    another browser has registered as this agent; start() takes it back, nothing else does.
                             A call that is up goes on
     ringing   {number, name}
     answered  {number, name}
     ended     {number, name, was_answered, cause}   cause: JsSIP's, as "Canceled", "Terminated", "RTP Timeout"
     muted     {on}
     quality   {rtt_ms, loss_percent, jitter_ms, level: "good"|"fair"|"bad"}   every two seconds; null: not known
     devices   {microphones: [{id, label}], speakers: [{id, label}], microphone, speaker}   "" is the system's choice */

import JsSIP from "./jssip.min.js";
import { fetchAccount } from "./softphone/account.js";
import { AudioDevices } from "./softphone/devices.js";
import { OneTab } from "./softphone/one_tab.js";
import { watchQuality } from "./softphone/quality.js";
import { Ringer } from "./softphone/ringer.js";

const REPLACED = 4409; // ari_app/web/sip_socket.py
const REGISTERED_S = 300;
const RETRY_S = { min: 1, max: 20 };

export class Softphone extends EventTarget {
  #options;
  #tab;
  #ringer = new Ringer();
  #devices = new AudioDevices((devices) => this.#emit("devices", devices));
  #state = { state: "offline", reason: "stopped" };
  #ua = null;
  #session = null;
  #call = null;
  #microphone = null; // a promise of the stream of the call
  #stopWatching = () => {};
  #again = 0;
  #failures = 0;

  constructor({ account, notice = ({ number, name }) => ({ title: name || number, body: number }) }) {
    super();
    this.#options = { account, notice };
    this.#tab = new OneTab("hotline-telephone", {
      gained: () => this.#register(),
      lost: () => this.#leave("elsewhere"),
      waiting: () => this.#become("elsewhere"),
      isBusy: () => this.#session !== null,
    });
    addEventListener("pagehide", () => this.#vanish());
    addEventListener("beforeunload", (event) => this.#call?.state === "talking" && event.preventDefault());
  }

  get state() {
    return this.#state;
  }

  get call() {
    return this.#call;
  }

  get devices() {
    return this.#devices.known;
  }

  async start() {
    if (!window.isSecureContext) return this.#become("offline", "insecure");
    this.#become("connecting");
    // Before anything else: without leave to use the microphone browsers hide their addresses, and Asterisk would take
    // what they offer then for a caller on hold.
    if (!(await this.#devices.ask())) return this.#become("offline", "microphone");
    this.#ringer.prepare();
    this.#tab.enter();
  }

  stop() {
    this.#tab.leave();
    this.#leave("offline", "stopped");
  }

  async takeOver() {
    const is_ours = await this.#tab.takeOver();
    if (!is_ours) this.#become("elsewhere", "busy");
    return is_ours;
  }

  async answer() {
    const session = this.#session;
    if (this.#call?.state !== "ringing") return;
    const stream = await this.#microphone.catch(() => null);
    if (session !== this.#session || !session.isInProgress()) return; // over meanwhile
    if (stream === null) {
      session.terminate({ status_code: 480 });
      this.#leave("offline", "microphone");
      return;
    }
    session.answer({ mediaStream: stream, pcConfig: { iceServers: [] } });
  }

  hangUp() {
    if (this.#session && !this.#session.isEnded()) this.#session.terminate();
  }

  mute(on) {
    if (this.#call?.state !== "talking") return;
    if (on) this.#session.mute({ audio: true });
    else this.#session.unmute({ audio: true });
    this.#call = { ...this.#call, muted: on };
    this.#emit("muted", { on });
  }

  keys(keys) {
    if (this.#call?.state === "talking") this.#session.sendDTMF(keys, { transportType: "RFC2833" });
  }

  async setDevices(chosen) {
    await this.#devices.choose(chosen);
    if (this.#call?.state === "talking") await this.#changeMicrophone();
  }

  async #register() {
    clearTimeout(this.#again);
    if (this.#ua !== null) return this.#registerAgain();
    const { account, reason, text } = await fetchAccount(this.#options.account);
    if (!this.#tab.isOurs || this.#ua !== null) return; // meanwhile
    if (reason) return this.#leave("offline", reason, text);
    if (!account) return this.#startAnew();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(`${scheme}://${location.host}${account.socket}`)],
      uri: account.uri,
      password: account.password,
      display_name: account.name,
      register_expires: REGISTERED_S,
      session_timers: false,
      connection_recovery_min_interval: RETRY_S.min,
      connection_recovery_max_interval: RETRY_S.max,
      user_agent: "Hotline",
    });
    // One that is being stopped says things too.
    const on = (event, act) => ua.on(event, (data) => ua === this.#ua && act(data));
    on("registered", () => this.#registered());
    on("registrationFailed", () => this.#startAnew());
    on("disconnected", ({ code }) => this.#disconnected(code));
    on("newRTCSession", ({ originator, session }) => originator === "remote" && this.#ring(session));
    this.#ua = ua;
    ua.start();
  }

  /* For the sake of a call that is up the old one is kept. */
  #registerAgain() {
    if (this.#ua.isConnected()) this.#ua.register();
    else this.#ua.transport.connect();
  }

  #registered() {
    this.#failures = 0;
    this.#become("ready");
    // If the caller hung up while we were cut off, nobody could tell us: asked about the call, Asterisk knows none.
    if (this.#call?.state === "talking") this.#session.renegotiate({ useUpdate: false });
  }

  #disconnected(code) {
    if (this.#call?.state === "ringing") this.#session.terminate();
    if (code === REPLACED) {
      this.#tab.leave();
      this.#leave("replaced");
      return;
    }
    this.#become("offline", "network");
    this.#checkLogin();
  }

  /* JsSIP connects again by itself; where that must fail for ever it ends. */
  async #checkLogin() {
    const { reason, text } = await fetchAccount(this.#options.account);
    if (reason && this.#session === null) this.#leave("offline", reason, text);
  }

  /* Registering has failed: the password may be another by now. */
  #startAnew() {
    this.#become("offline", "network");
    if (this.#session === null) this.#drop();
    clearTimeout(this.#again);
    // Not all browsers at once after an outage, and less often the longer it lasts.
    const delay_s = Math.min(RETRY_S.max, RETRY_S.min * 2 ** this.#failures++) * (0.5 + Math.random());
    this.#again = setTimeout(() => this.#tab.isOurs && this.#register(), 1000 * delay_s);
  }

  /* No further call comes here. One that is up goes on if it is replaced: only the way to tell of it is gone. */
  #leave(state, reason, text) {
    clearTimeout(this.#again);
    if (state === "replaced" && this.#call?.state === "talking") this.#ua.transport.disconnect();
    else this.#drop();
    this.#become(state, reason, text);
  }

  #drop() {
    const ua = this.#ua;
    this.#ua = null;
    if (ua === null) return;
    // While it gives the registration back the line may close the connection: JsSIP would open another, and keep it.
    ua.once("disconnected", () => ua.transport.disconnect());
    ua.stop();
  }

  /* The page goes: with its connection Asterisk forgets the registration. Of a call nothing is said, or its caller
     would be hung up on: so the line notices that nothing is heard any more, and looks after him. */
  #vanish() {
    this.#ua?.transport.disconnect();
    this.#ringer.stop();
  }

  #ring(session) {
    if (this.#session !== null) {
      session.terminate({ status_code: 486 });
      return;
    }
    const { uri, display_name } = session.remote_identity;
    const who = { number: uri.user ?? "", name: display_name && display_name !== uri.user ? display_name : "" };
    this.#session = session;
    this.#call = { ...who, state: "ringing", since: new Date(), muted: false };
    this.#microphone = this.#devices.open(() => this.#changeMicrophone());
    this.#microphone.catch(() => {}); // `answer` looks at it
    session.on("icecandidate", ({ ready }) => ready()); // addresses of our own are all there are: the first will do
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ track }) => this.#devices.play(new MediaStream([track])));
    });
    session.on("accepted", () => this.#answered());
    session.on("ended", ({ cause }) => this.#ended(cause));
    session.on("failed", ({ cause }) => this.#ended(cause));
    this.#ringer.ring(this.#options.notice(who));
    this.#emit("ringing", who);
  }

  #answered() {
    this.#ringer.stop();
    this.#call = { ...this.#call, state: "talking", since: new Date() };
    this.#stopWatching = watchQuality(this.#session.connection, (quality) => this.#emit("quality", quality));
    this.#emit("answered", this.#who());
  }

  #ended(cause) {
    const was_answered = this.#call.state === "talking";
    const who = this.#who();
    this.#ringer.stop();
    this.#stopWatching();
    this.#devices.close();
    this.#session = this.#call = this.#microphone = null;
    if (this.#state.state === "replaced") this.#drop();
    this.#emit("ended", { ...who, was_answered, cause });
  }

  async #changeMicrophone() {
    const sender = this.#session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    if (!sender) return;
    this.#microphone = this.#devices.open(() => this.#changeMicrophone());
    const stream = await this.#microphone.catch(() => null);
    if (stream === null) return;
    const [track] = stream.getAudioTracks();
    track.enabled = !this.#call?.muted;
    await sender.replaceTrack(track);
  }

  #who() {
    return { number: this.#call.number, name: this.#call.name };
  }

  #become(state, reason = null, text = null) {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason, text };
    this.#emit("state", this.#state);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
