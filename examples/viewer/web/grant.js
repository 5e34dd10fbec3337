// A grant is what the server gives for one playback: where the playlist is, what
// opens it (URLs, cookies, a query, a token), and until when.

// Refusal is why nothing plays: a state for the style sheet and the tests, and a
// sentence for the viewer. A lasting one is not worth another attempt.
export class Refusal extends Error {
  constructor(state, message, lasting = true) {
    super(message);
    this.state = state;
    this.lasting = lasting;
  }
}

export const expired = "Your access has expired. Sign in again to go on.";
export const notAllowed = "You are not allowed to watch this.";
export const blocked =
  "Your browser did not send the cookies that open this video. " +
  "Allow cookies for this site, or choose another way to play it.";

// requestGrant asks for a grant, which it throws a Refusal instead of. Expiry is
// in milliseconds of the viewer's own clock, however wrong that one is.
export async function requestGrant(url) {
  const asked = Date.now();
  let response;
  try {
    response = await fetch(url, { method: "POST", headers: { Accept: "application/json" } });
  } catch {
    throw new Refusal("failed", "The site cannot be reached. Are you offline?", false);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok || !body.playlist) {
    throw refusalOf(response.status, body.message);
  }
  const expires = localExpiry(body.expires, response.headers.get("Date"), asked);
  if (expires <= Date.now()) {
    throw new Refusal("expired", expired); // asking on and on would not help
  }
  return { playlist: new URL(body.playlist, location.href).href, query: body.query ?? "", expires };
}

// refusalOf is what an answer of the server's own means.
export function refusalOf(status, message) {
  switch (status) {
    case 401:
      return new Refusal("expired", expired);
    case 403:
      return new Refusal("not-allowed", notAllowed);
    case 404:
      return new Refusal("failed", message ?? "This is no longer here.");
    case 409:
      return new Refusal("blocked", message ?? blocked);
  }
  return new Refusal("failed", message ?? "The site could not answer. Try again later.", false);
}

// localExpiry is when the grant expires by the clock that showed `asked` before
// the request. The Date header has no fractions, hence the second.
export function localExpiry(expires, date, asked) {
  const server = Date.parse(date);
  const skew = Number.isNaN(server) ? 0 : asked - server - 1000;
  return expires * 1000 + skew;
}

// renewalDelay is how long to wait before asking for the next grant, in
// milliseconds: until a quarter of the time is left, a minute at most.
export function renewalDelay(expires, now) {
  const left = Math.max(0, expires - now);
  return left - Math.min(left / 4, 60_000);
}
