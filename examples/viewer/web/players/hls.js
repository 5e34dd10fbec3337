// hls.js: Media Source Extensions, on iPhones too since iOS 17.1.
//
// Ask for it before canPlayType: Chrome answers "maybe" for HLS since 142, and the
// browser's own player has no hooks.

import Hls from "../dist/hls.js";
import { withQuery } from "./query.js";

export const hook = true;

export const supported = () => Hls.isSupported();

export function start(video, source, at, report) {
  const hls = new Hls({
    startPosition: at ?? -1,
    // By default it buffers ten minutes of a small rendition: as much would play
    // on after the viewer's right to it ended.
    maxMaxBufferLength: 60,
    xhrSetup: (xhr, url) => {
      // Without this only the first playlist is signed, and its variants are 403.
      // The hook runs for every request, so a renewed query needs nothing else.
      if (source.way === "query") {
        xhr.open("GET", withQuery(url, source.grant), true);
      }
      // Without this no cookie is sent to another host, of the same domain even:
      // 403 MissingKey.
      xhr.withCredentials = source.way === "cookies";
    },
  });
  // CloudFront's own refusals have no CORS headers: their code is 0 here.
  hls.on(Hls.Events.ERROR, (_, data) => report({ fatal: data.fatal, status: data.response?.code }));
  hls.loadSource(source.grant.playlist);
  hls.attachMedia(video);
  return () => hls.destroy();
}
