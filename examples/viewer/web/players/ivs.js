// The Amazon IVS player: low latency, for live channels.
//
// It takes the token in the playback URL's query, whose parameters it sorts; the
// token goes to the multivariant playlist only, and a new one is needed only where
// playback begins again. Its worker and WebAssembly are files of their own, and a
// Content-Security-Policy needs 'wasm-unsafe-eval' for it.

import { create, isPlayerSupported, PlayerEventType, PlayerState } from "../dist/ivs.js";

export const hook = false;

export const supported = () => isPlayerSupported;

export function start(video, source, at, report) {
  const asset = (name) => new URL(`../dist/${name}`, import.meta.url).href;
  const player = create({
    wasmWorker: asset("amazon-ivs-wasmworker.min.js"),
    wasmBinary: asset("amazon-ivs-wasmworker.min.wasm"),
  });
  player.attachHTMLVideoElement(video);
  // 404 is a channel on which nobody broadcasts, 403 a token that does not open it.
  // It retries the rest by itself, so what arrives here is fatal.
  player.addEventListener(PlayerEventType.ERROR, ({ code }) => report({ fatal: true, status: code }));
  player.addEventListener(PlayerState.ENDED, () => report({ fatal: true, status: 404 }));
  player.load(source.grant.playlist);
  player.play();
  return () => player.delete();
}
