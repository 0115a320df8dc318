/* Who the telephone is: asked of the line each time, kept nowhere. */

/* {account}, or {reason: "login"|"account", text}, or {} if nobody answers just now. */
export async function fetchAccount(path) {
  const answer = await fetch(path, { redirect: "manual", headers: { Accept: "application/json" } }).catch(() => null);
  if (answer === null || answer.status >= 500) return {};
  if (answer.ok) return { account: await answer.json() };
  if (answer.status === 404) return { reason: "account", text: (await answer.json()).detail };
  if (answer.status === 403) return { reason: "account", text: null };
  return { reason: "login", text: null }; // the redirect to the login too, which is not followed
}
