// What a request hook does in any player.

// withQuery appends the grant's query to a URL, byte for byte: a signature that is
// parsed and printed again is another one. A URL of another origin than the
// playlist's stays as it is, or its server could play the video.
export function withQuery(url, grant) {
  if (!grant.query || new URL(url, grant.playlist).origin !== new URL(grant.playlist).origin) {
    return url;
  }
  const [address, fragment] = url.split("#", 2);
  const joined = address + (address.includes("?") ? "&" : "?") + grant.query;
  return fragment === undefined ? joined : joined + "#" + fragment;
}
