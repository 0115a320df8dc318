/* A telephone beside the page; the test asks `phone` and `seen`, the events so far as [type, detail]. */
(async () => {
  const { Softphone } = await import("/more/web/softphone.js");
  window.seen = [];
  window.phone = new Softphone({ account: "/desk/telephone" });
  for (const type of ["state", "ringing", "answered", "ended", "muted", "quality", "devices"]) {
    phone.addEventListener(type, ({ detail }) => seen.push([type, detail]));
  }
})()
