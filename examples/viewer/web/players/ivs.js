// The Amazon IVS player: low latency, for live channels.
//
// It takes the token in the playback URL's query, whose parameters it sorts; the
// token goes to the multivariant playlist only, and a new one is needed only where
// playback begins again. Its worker and WebAssembly are files of their own, and a
// Content-Security-Policy needs 'wasm-unsafe-eval' for it.

import { create, ErrorType, isPlayerSupported, PlayerEventType, PlayerState } from "../dist/ivs.js";

export const hook = false;

export const supported = () => isPlayerSupported;

export function start(video, source, at, report) {
  const asset = (name) => new URL(`../dist/${name}`, import.meta.url).href;
  const player = create({
    wasmWorker: asset("amazon-ivs-wasmworker.min.js"),
    wasmBinary: asset("amazon-ivs-wasmworker.min.wasm"),
  });
  player.attachHTMLVideoElement(video);
  // A token that does not open the channel is an authorization error, whose code is
  // not always the answer's 403; 404 is a channel on which nobody broadcasts. It
  // retries the rest by itself, so what arrives here is fatal.
  player.addEventListener(PlayerEventType.ERROR, ({ type, code }) =>
    report({ fatal: true, status: type === ErrorType.AUTHORIZATION ? 403 : code }));
  player.addEventListener(PlayerState.ENDED, () => report({ fatal: true, status: 404 }));
  player.load(source.grant.playlist);
  player.play();
  return () => player.delete();
}
