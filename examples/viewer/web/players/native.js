// The browser's own player: Safari everywhere, Chrome since 142.
//
// It has no request hook, so the query way cannot work. Its error says nothing of
// the cause (Chrome: DEMUXER_ERROR_COULD_NOT_PARSE for a 403), so the page asks
// again by fetch, see trace.js.

export const hook = false;

const type = "application/vnd.apple.mpegurl";

export const supported = () => document.createElement("video").canPlayType(type) !== "";

export function start(video, source, at, report) {
  // Without use-credentials Safari sends no cookies to another host. Without
  // anonymous no Origin is sent, which a strict token needs, and Chrome takes no
  // AES-128 key from another host.
  video.crossOrigin = source.way === "cookies" ? "use-credentials" : "anonymous";

  const listening = new AbortController();
  const { signal } = listening;
  video.addEventListener("error", () => report({ fatal: true }), { signal });
  // Setting currentTime before there is any metadata is ignored by Safari.
  video.addEventListener("loadedmetadata", () => at && (video.currentTime = at), { signal, once: true });
  video.src = source.grant.playlist;

  return () => {
    listening.abort();
    video.removeAttribute("src");
    video.load();
  };
}
