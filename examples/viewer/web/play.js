// Plays every <video data-grant> of the page. Nothing has to be installed: players
// from npm are taken where they are, the browser's own otherwise.
// `?player=hls.js`, `video.js`, `ivs` or `native` on the page's URL chooses one.

import { Playback } from "./playback.js";

const choice = new URLSearchParams(location.search).get("player") ?? "";

for (const video of document.querySelectorAll("video[data-grant]")) {
  new Playback(video, video.parentElement.querySelector(".message"), choice);
}
