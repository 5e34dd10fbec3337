// Video.js with its own HLS engine (VHS), under the browser's controls as the
// other players are: a skin is a style sheet away.

import videojs from "../dist/video.js";
import { withQuery } from "./query.js";

export const hook = true;

// Without MSE it would fall back to the browser's own player, and to no hook.
export const supported = () => videojs.browser !== undefined && "MediaSource" in globalThis;

// dispose() takes the <video> out of the page, so one player serves all sources.
const players = new WeakMap();

export function start(video, source, at, report) {
  const player = players.get(video) ?? create(video);
  players.set(video, player);

  // Hooks exist only once a source is chosen, which this event tells. Without it
  // only the first playlist is signed.
  const onRequest = (options) => ({ ...options, uri: source.way === "query" ? withQuery(options.uri, source.grant) : options.uri });
  // Refused variants and segments raise no error event, only an answer.
  const onResponse = (_, error, response) => error && report({ fatal: false, status: response?.statusCode });
  const ready = () => {
    const { xhr } = player.tech(true).vhs;
    xhr.onRequest(onRequest);
    xhr.onResponse(onResponse);
  };
  const failed = () => report({ fatal: true, status: player.error()?.status });
  player.on("xhr-hooks-ready", ready);
  player.on("error", failed);

  player.src({ src: source.grant.playlist, type: "application/x-mpegURL", withCredentials: source.way === "cookies" });
  player.one("loadedmetadata", () => at && player.currentTime(at));
  player.play()?.catch(() => {}); // the element's own play() would play the source before
  return () => {
    player.off("xhr-hooks-ready", ready);
    player.off("error", failed);
    player.pause(); // reset() would put another <video> into the page
  };
}

function create(video) {
  const player = videojs(video, {
    children: ["mediaLoader"],
    preload: "auto", // with the element's "none" it waits for another press of Play
    // Without overrideNative it hands HLS to any browser that says it can play it,
    // and no hook is called.
    html5: { vhs: { overrideNative: true }, nativeAudioTracks: false, nativeVideoTracks: false },
  });
  player.ready(() => { video.controls = true; });
  return player;
}
