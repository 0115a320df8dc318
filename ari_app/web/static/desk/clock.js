// Times that pass: `data-since` counts up, `data-until` down, by the clock of the line.
const { lang, dataset } = document.documentElement;
const AS_OF_LINE = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: dataset.zone || undefined };
let ahead = Date.now() - Date.parse(document.body.dataset.now);

/* As the line's clocks show it, like all times of its pages, wherever this browser is. */
export function timeOfDay(at) {
  return new Date(at).toLocaleTimeString(lang, AS_OF_LINE);
}

/* `at` is when the line said something that has just come; the least that it took is the best guess. */
export function hear(at) {
  ahead = Math.min(ahead, Date.now() - Date.parse(at));
}

export function lasting(milliseconds) {
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export function tick() {
  const now = Date.now() - ahead;
  for (const each of document.querySelectorAll("[data-since], [data-until]")) {
    const { since, until } = each.dataset;
    const text = lasting(until ? Date.parse(until) - now : now - Date.parse(since));
    if (each.textContent !== text) each.textContent = text;
  }
}

setInterval(tick, 500);
