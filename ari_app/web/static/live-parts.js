// Parts of a page that the line renders and tells live (`ari_app/web/board.py`): they are put in place with the focus kept,
// and what lasts is counted on. For the monitor and the wallboard.
(() => {
  "use strict";
  const body = document.body;
  let seen = Number(body.dataset.n);

  // How far this computer's clock is ahead of the line's: the least that a message seems to have been on its way.
  let ahead = Infinity;
  const now = () => Date.now() - (ahead === Infinity ? 0 : ahead);

  const lasting = (since) => {
    const whole = Math.max(0, Math.floor((now() - Date.parse(since)) / 1000));
    const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  };

  const count = (root = document) => {
    for (const each of root.querySelectorAll("[data-since]")) {
      const text = lasting(each.dataset.since);
      if (each.textContent === text) continue;
      each.textContent = text;
      each.toggleAttribute("data-long", text.length > 5);
    }
  };

  const put = (id, html) => {
    const old = document.getElementById(id);
    if (!old) return false;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
    const made = document.createElement("template");
    made.innerHTML = html;
    const fresh = made.content.firstElementChild;
    count(fresh);
    for (const unfolded of old.querySelectorAll("details[id][open]")) {
      fresh.querySelector(`#${CSS.escape(unfolded.id)}`)?.setAttribute("open", "");
    }
    old.replaceWith(fresh);
    if (focused) (document.getElementById(focused) || fresh).focus({ preventScroll: true });
    return true;
  };

  const away = (since) => {
    body.dataset.awaySince = since || "";
    body.dispatchEvent(new CustomEvent("away"));
  };

  // Something was missed: the page as a whole, as it is now.
  const catchUp = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
    seen = Number(whole.body.dataset.n);
    for (const part of whole.querySelectorAll("[data-part]")) put(part.id, part.outerHTML);
    away(whole.body.dataset.awaySince);
    body.dispatchEvent(new CustomEvent("parts"));
  };

  // A group that was not there when the page was made.
  const chosen = (body.dataset.groups || "").split(",").filter(Boolean);
  const isMissing = (id) => {
    const group = id.match(/^(group|wall)-(.+)$/)?.[2];
    return group && id !== "wall-outages" && (!chosen.length || chosen.includes(group));
  };

  const event = body.dataset.liveEvents;
  body.addEventListener(`live:${event}`, ({ detail }) => {
    ahead = Math.min(ahead, Date.now() - Date.parse(detail.at));
    if (detail.n < seen || (detail.n === seen && !detail.is_whole)) return;
    if (detail.n > seen + 1 && !detail.is_whole) return catchUp();
    seen = detail.n;
    for (const [id, html] of Object.entries(detail.parts)) {
      if (!put(id, html) && isMissing(id)) return location.reload();
    }
    away(detail.away_since);
    body.dispatchEvent(new CustomEvent("parts"));
  });

  window.lasting = lasting;
  setInterval(() => count(), 1000);
  count();
  if (body.dataset.awaySince) away(body.dataset.awaySince);
})();
