// The telephone in this browser, on the page: its state, answering, muting, keys. Everything else about a call is asked of
// the controller, and works alike with a telephone on the desk.
import { send } from "./line.js";
import { standing, tell } from "./standing.js";
import { knows, say } from "./words.js";

const WANTED = "hotline-telephone";
const element = (id) => document.getElementById(id);
let phone = null;

export async function begin() {
  element("telephone-start").addEventListener("click", start);
  element("telephone-take").addEventListener("click", () => phone?.takeOver());
  element("telephone-stop").addEventListener("click", stop);
  element("answer").addEventListener("click", () => phone?.answer());
  element("hang-up").addEventListener("click", hangUp);
  element("mute").addEventListener("click", () => phone?.mute(!phone.call?.muted));
  element("keypad").addEventListener("click", ({ target }) => press(target.dataset.tone));
  element("keypad").addEventListener("keydown", ({ key }) => /^[0-9*#]$/.test(key) && press(key));
  for (const id of ["microphone", "speaker"]) element(id).addEventListener("change", chooseDevices);
  show("stopped");
  if (localStorage.getItem(WANTED) === "on") await start();
}

async function start() {
  localStorage.setItem(WANTED, "on");
  try {
    phone ??= await made();
    await phone.start();
  } catch {
    show("unavailable");
  }
}

function stop() {
  localStorage.removeItem(WANTED);
  phone?.stop();
}

async function made() {
  const { Softphone } = await import("../softphone.js");
  const notice = ({ number, name }) => ({ title: say("rings", { who: name || number }), body: number });
  const telephone = new Softphone({ account: "/desk/telephone", notice });
  telephone.addEventListener("state", ({ detail: { state, reason } }) => show(state, reason));
  for (const event of ["ringing", "answered", "ended"]) telephone.addEventListener(event, showCall);
  telephone.addEventListener("muted", ({ detail }) => element("mute").setAttribute("aria-pressed", detail.on));
  telephone.addEventListener("quality", ({ detail }) => showQuality(detail.level));
  telephone.addEventListener("devices", ({ detail }) => showDevices(detail));
  return telephone;
}

function show(state, reason) {
  const kind = knows(`telephone.${reason}`) ? reason : state;
  element("telephone").dataset.state = state;
  element("telephone-state").textContent = say(`telephone.${kind}`);
  element("telephone-start").hidden = ["ready", "connecting", "elsewhere"].includes(state);
  element("telephone-take").hidden = state !== "elsewhere";
  element("devices").hidden = !["ready", "connecting"].includes(state);
  tell({ telephone: { state, call: phone?.call ?? null } });
}

function showCall() {
  element("mute").setAttribute("aria-pressed", String(Boolean(phone.call?.muted)));
  element("quality").hidden ||= !phone.call;
  tell({ telephone: { ...standing.telephone, call: phone.call } });
}

function showQuality(level) {
  const quality = element("quality");
  quality.hidden = !level;
  quality.dataset.level = level ?? "";
  quality.textContent = level ? say(`quality.${level}`) : "";
}

function showDevices({ microphones, speakers, microphone, speaker }) {
  const fill = (select, devices, chosen) => {
    const known = [{ id: "", label: say("default_device") }, ...devices.filter(({ id }) => id)];
    select.replaceChildren(...known.map(({ id, label }) => new Option(label, id, false, id === chosen)));
    select.disabled = known.length < 2;
  };
  fill(element("microphone"), microphones, microphone);
  fill(element("speaker"), speakers, speaker);
}

function chooseDevices() {
  phone?.setDevices({ microphone: element("microphone").value, speaker: element("speaker").value });
}

async function hangUp() {
  const has_caller = ["talking", "hold"].includes(standing.agent?.state);
  const isReached = standing.stream === "on" && standing.awaySince === null;
  // While the controller cannot be asked, the telephone itself still can.
  if (has_caller && (isReached || !phone?.call)) await send("/desk/line/call.hang_up").catch(() => phone?.hangUp());
  else phone?.hangUp();
}

function press(key) {
  if (!key || !phone) return;
  phone.keys(key);
  element("keypad-sent").textContent += key;
}
