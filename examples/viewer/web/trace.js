// Why a video does not play, which no player tells: the page asks for the
// playlist, its first child and that one's first segment, as the player would.

import { Refusal, blocked, notAllowed, refusalOf } from "./grant.js";
import { withQuery } from "./players/query.js";

const unreachable = "The video cannot be reached. Are you offline?";
const offline = "The stream is offline. Try again when it has begun.";
const depth = 3; // multivariant playlist, media playlist, segment

// trace returns the Refusal that it meets, or null if all that it asked for is
// there.
export async function trace(source) {
  let url = source.grant.playlist;
  for (let step = 0; step < depth && url; step++) {
    const answer = await ask(url, source);
    const refusal = verdict(source.way, answer);
    if (refusal) {
      return refusal;
    }
    url = firstURI(answer.body, url);
  }
  return null;
}

// verdict is what an answer means: its status and body, or, of one that the page
// may not read, whether there was any.
export function verdict(way, { status, body = "", answered = true }) {
  if (!answered) {
    return new Refusal("failed", unreachable, false);
  }
  if (status >= 200 && status < 300) {
    return null;
  }
  if (status === undefined || status === 403) {
    return forbidden(way, status, body);
  }
  if (status === 404 && way === "live") {
    return new Refusal("offline", offline, false);
  }
  return refusalOf(status);
}

// forbidden: CloudFront's own refusals have no CORS headers, and neither have S3's
// answers to an origin that is not among the playerOrigins, so the page cannot tell
// one from the other. A refusal right after a grant by cookies is most likely a
// browser's that sends none across sites.
function forbidden(way, status, body) {
  if (way === "cookies" && (status === undefined || body.includes("MissingKey"))) {
    return new Refusal("blocked", blocked);
  }
  const foreign = `You are not allowed to watch this, or pages at ${location.origin} are not allowed to play it.`;
  return new Refusal("not-allowed", status ? notAllowed : foreign);
}

async function ask(url, source) {
  const address = withQuery(url, source.grant);
  const credentials = source.way === "cookies" ? "include" : "same-origin";
  // Of a segment the headers are enough; of a playlist the body leads on.
  const method = isPlaylist(url) ? "GET" : "HEAD";
  try {
    const response = await fetch(address, { method, credentials, cache: "no-store" });
    return { status: response.status, body: await response.text() };
  } catch {
    const answered = await fetch(address, { method, mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
    return { answered };
  }
}

const isPlaylist = (url) => new URL(url).pathname.endsWith(".m3u8");

// firstURI is the first line of a playlist that is neither a tag nor a comment, as
// an absolute URL.
export function firstURI(playlist, base) {
  const line = playlist.split(/\r?\n/).find((one) => one !== "" && !one.startsWith("#"));
  return line === undefined ? undefined : new URL(line, base).href;
}
