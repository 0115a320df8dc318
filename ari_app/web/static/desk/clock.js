// Times that pass: `data-since` counts up, `data-until` down, by the clock of the line.
let ahead = Date.now() - Date.parse(document.body.dataset.now);

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
