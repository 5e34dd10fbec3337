// Which player plays what, best first. A player that is not installed is passed
// over: its module imports what `npm ci` would have put into dist.

import { Refusal } from "../grant.js";

const modules = {
  "hls.js": () => import("./hls.js"),
  "video.js": () => import("./video.js"),
  ivs: () => import("./ivs.js"),
  native: () => import("./native.js"),
};

const preferred = { live: ["ivs", "hls.js", "native"], query: ["hls.js", "video.js"] };
const otherwise = ["hls.js", "native"];

// choosePlayer returns the module of the player for a way, the chosen one if a name
// is given, and throws a Refusal where there is none.
export async function choosePlayer(way, name) {
  if (name && !Object.hasOwn(modules, name)) {
    throw new Refusal("failed", `There is no player ${name}; choose one of ${Object.keys(modules).join(", ")}.`);
  }
  for (const candidate of name ? [name] : preferred[way] ?? otherwise) {
    const player = await modules[candidate]().catch(() => null);
    if (player?.supported() && (way !== "query" || player.hook)) {
      return player;
    }
  }
  throw new Refusal("failed", missing(way, name));
}

function missing(way, name) {
  if (way === "query") {
    return "This way needs a player that lets the page change each request. Choose another way, or install one: npm ci --prefix examples/viewer/web";
  }
  return name
    ? `The player ${name} is not installed (npm ci --prefix examples/viewer/web) or not for this browser.`
    : "This browser cannot play HLS by itself, and no player is installed: npm ci --prefix examples/viewer/web";
}
