import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { firstURI, trace, verdict } from "../trace.js";

beforeEach(() => { globalThis.location = { origin: "https://app.example.com" }; });
afterEach(() => { mock.restoreAll(); delete globalThis.location; });

test("an answer means", () => {
  const missing = "<Error><Code>MissingKey</Code></Error>";
  const cases = [
    ["urls", { status: 200 }, undefined],
    ["urls", { status: 401 }, "expired"],
    ["urls", { status: 403, body: "Forbidden" }, "not-allowed"],
    ["urls", { status: 404 }, "failed"],
    ["urls", { answered: false }, "failed"],
    ["query", { answered: true }, "not-allowed"], // without CORS headers, as CloudFront refuses
    ["query", { status: 403, body: missing }, "not-allowed"],
    ["cookies", { answered: true }, "blocked"],
    ["cookies", { status: 403, body: missing }, "blocked"],
    ["cookies", { status: 403, body: "<Code>AccessDenied</Code>" }, "not-allowed"],
    ["live", { status: 403 }, "not-allowed"],
    ["live", { status: 404 }, "offline"],
    ["live", { status: 500 }, "failed"],
  ];
  for (const [way, answer, state] of cases) {
    assert.equal(verdict(way, answer)?.state, state, `${way} ${JSON.stringify(answer)}`);
  }
});

test("where the page may not read the answer it names its own origin", () => {
  assert.match(verdict("query", { answered: true }).message, /https:\/\/app\.example\.com/);
  assert.doesNotMatch(verdict("query", { status: 403 }).message, /https:/);
});

test("the first URI of a playlist", () => {
  const base = "https://video.example.com/a/master.m3u8";
  assert.equal(firstURI("#EXTM3U\r\n#EXTINF:2,\r\n\r\nb/1.ts?x=1\r\n2.ts", base), "https://video.example.com/a/b/1.ts?x=1");
  assert.equal(firstURI("#EXTM3U\n", base), undefined);
});

test("a trace goes as far as a segment, and stops where it is refused", async () => {
  const files = {
    "https://video.example.com/master.m3u8?q=1": ["GET", "#EXTM3U\nv/index.m3u8\n"],
    "https://video.example.com/v/index.m3u8?q=1": ["GET", "#EXTM3U\n1.ts\n"],
    "https://video.example.com/v/1.ts?q=1": ["HEAD", ""],
  };
  const asked = mock.method(globalThis, "fetch", async (url, { method }) => {
    assert.equal(method, files[url][0], url);
    return new Response(method === "HEAD" ? null : files[url][1], { status: files[url][2] ?? 200 });
  });
  const source = { way: "query", grant: { playlist: "https://video.example.com/master.m3u8", query: "q=1" } };
  assert.equal(await trace(source), null);
  assert.deepEqual(asked.mock.calls.map((call) => call.arguments[0]), Object.keys(files));

  files["https://video.example.com/v/index.m3u8?q=1"][2] = 403;
  assert.equal((await trace(source)).state, "not-allowed");
});

test("cookies go along, and an answer that may not be read is one all the same", async () => {
  const asked = mock.method(globalThis, "fetch", async (_, { mode }) => {
    if (mode !== "no-cors") {
      throw new TypeError("Failed to fetch");
    }
    return new Response();
  });
  const source = { way: "cookies", grant: { playlist: "https://video.example.com/master.m3u8", query: "" } };
  assert.equal((await trace(source)).state, "blocked");
  assert.equal(asked.mock.calls[0].arguments[1].credentials, "include");
});
