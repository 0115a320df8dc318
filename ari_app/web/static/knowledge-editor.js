// The editor of an article: what was typed outlives a reload, a lost login, a lost network; it is not left by mistake.
(() => {
  "use strict";
  const form = document.getElementById("editor");
  const kept = `knowledge:${form.dataset.kept}`;
  const fields = () => [...form.elements].filter((one) => one.name && !["csrf", "rev"].includes(one.name));
  const read = () => JSON.stringify(fields().map((one) => (one.type === "checkbox" ? one.checked : one.value)));
  const served = read();
  let isSent = false;

  const put = (values) => {
    fields().forEach((one, index) => {
      if (one.type === "checkbox") one.checked = values[index];
      else one.value = values[index];
    });
  };

  const found = sessionStorage.getItem(kept);
  const { served: before, typed } = found ? JSON.parse(found) : {};
  // Only onto the same article as it was then: what somebody has saved meanwhile is not to be undone unseen.
  if (typed && before === served && typed !== served) {
    put(JSON.parse(typed));
    const note = document.getElementById("restored");
    note.textContent = form.dataset.restored;
    note.hidden = false;
    form.dispatchEvent(new Event("change"));
  }

  form.addEventListener("input", () => sessionStorage.setItem(kept, JSON.stringify({ served, typed: read() })));
  form.addEventListener("submit", () => { isSent = true; });
  addEventListener("beforeunload", (event) => { if (!isSent && read() !== served) event.preventDefault(); });
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    form.requestSubmit();
  });
})();
