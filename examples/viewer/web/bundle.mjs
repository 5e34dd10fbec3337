// Bundles the players that are installed into dist, one ES module each, so that
// the browser loads a player in one request and none without it.

import { copyFile, mkdir, rm } from "node:fs/promises";
import { build } from "esbuild";

// The Amazon IVS player is published for bundlers only: it imports bowser and
// lodash by name. The other two are bundled for a single way of importing them.
const players = {
  "hls.js": 'export { default } from "hls.js";',
  "video.js": 'export { default } from "video.js";',
  "ivs.js": 'export { create, ErrorType, isPlayerSupported, PlayerEventType, PlayerState } from "amazon-ivs-player";',
};

// Video.js would put style elements into the page, which a strict style-src forbids.
const first = { "video.js": "globalThis.VIDEOJS_NO_DYNAMIC_STYLE = true;" };

// The IVS player starts its worker by URL, and the worker the WebAssembly.
const assets = ["amazon-ivs-wasmworker.min.js", "amazon-ivs-wasmworker.min.wasm"];

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
for (const [name, contents] of Object.entries(players)) {
  await build({
    stdin: { contents, resolveDir: "." },
    outfile: `dist/${name}`,
    bundle: true,
    format: "esm",
    minify: true,
    legalComments: "linked",
    banner: { js: first[name] ?? "" },
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    logLevel: "warning",
  });
}
for (const name of assets) {
  await copyFile(`node_modules/amazon-ivs-player/dist/assets/${name}`, `dist/${name}`);
}
