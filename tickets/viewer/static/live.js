// Follows the browser's one stream, and tells the page of it by events on <body>: `live:<event>`, and for htmx `changed`
// and `recorded` where the ticket of this page is meant (`data-ticket`), or any ticket when it names none.
// A page asks for further events by naming them in `data-live-events`.
(() => {
  "use strict";
  const body = document.body;
  const badge = document.getElementById("live");
  // On a telephone the navigation scrolls: where one is stands in sight, also when the telephone is turned.
  const current = document.querySelector(".top nav [aria-current]");
  if (current) {
    const nav = current.parentElement;
    new ResizeObserver(() => {
      const [part, all] = [current.getBoundingClientRect(), nav.getBoundingClientRect()];
      nav.scrollLeft += Math.floor(Math.min(0, part.left - all.left)) + Math.ceil(Math.max(0, part.right - all.right));
    }).observe(nav);
  }
  if (body.dataset.seen === undefined) return;

  const events = (body.dataset.liveEvents || "").split(" ").filter(Boolean);
  const receivers = {
    state(state) {
      if (!badge) return;
      badge.dataset.state = state;
      badge.querySelector("span").textContent = badge.dataset[state];
    },
    changed(change) {
      const { ticket } = body.dataset;
      const mine = (tickets) => tickets === null || (ticket ? tickets.includes(ticket) : tickets.length > 0);
      if (mine(change.tickets)) body.dispatchEvent(new CustomEvent("changed"));
      if (mine(change.recorded)) body.dispatchEvent(new CustomEvent("recorded"));
    },
  };

  const receive = ({ data: { event, data } }) => {
    receivers[event]?.(data);
    body.dispatchEvent(new CustomEvent(`live:${event}`, { detail: data }));
  };

  // Another user, language or release has a worker of its own.
  const { worker, workerName: name } = body.dataset;
  const port = window.SharedWorker ? new SharedWorker(worker, { name }).port : new Worker(worker, { name });
  port.onmessage = receive;
  // Not before the page's other scripts listen: how things stand is told at once.
  addEventListener("DOMContentLoaded", () => port.postMessage({ after: Number(body.dataset.seen), events }));
  addEventListener("pagehide", () => port.postMessage({ gone: true }));
  for (const event of ["online", "offline"]) {
    addEventListener(event, () => port.postMessage({ network: event === "online" }));
  }
  // A page brought back from the browser's memory is old.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
