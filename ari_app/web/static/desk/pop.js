// Another system's page about the caller, in one window of its own. Browsers only let a page open it when the user has just
// done something; once it is open, it follows every call.
const NAME = "hotline-pop";
let page = null;
let isOurs = !navigator.locks;

// Of several tabs, one does it.
navigator.locks?.request(NAME, () => {
  isOurs = true;
  return new Promise(() => {});
});

export function openPop(address) {
  if (!isOurs) return;
  if (page && !page.closed) page.location.replace(address);
  else page = window.open(address, NAME);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(`a[target=${NAME}]`);
  if (!link) return;
  event.preventDefault();
  isOurs = true;
  openPop(link.href);
  page?.focus();
});
