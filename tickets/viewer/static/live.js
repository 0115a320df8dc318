// Follows the page's one event stream and tells htmx, by events on <body>, what to fetch again.
(() => {
  "use strict";
  const address = document.body.dataset.live;
  const badge = document.getElementById("live");
  if (!address || !badge) return;

  const show = (state) => {
    badge.dataset.state = state;
    badge.querySelector("span").textContent = badge.dataset[state];
  };

  const connect = () => {
    const stream = new EventSource(address);
    stream.addEventListener("open", () => show("on"));
    stream.addEventListener("changed", (message) => {
      document.body.dispatchEvent(new CustomEvent("changed"));
      if (JSON.parse(message.data).recorded) document.body.dispatchEvent(new CustomEvent("recorded"));
    });
    stream.addEventListener("error", () => {
      show("off");
      // A browser reconnects by itself after a broken connection, but not after a refusal.
      if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
    });
    addEventListener("pagehide", () => stream.close(), { once: true });
  };
  // A page brought back from the browser's memory is old, and its stream is closed.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  connect();
})();
