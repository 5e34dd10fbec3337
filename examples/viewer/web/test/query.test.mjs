import assert from "node:assert/strict";
import { test } from "node:test";

import { withQuery } from "../players/query.js";

const grant = { playlist: "https://video.example.com/a/master.m3u8", query: "Policy=a~b_&Signature=c-d&Key-Pair-Id=K" };

test("the query is appended byte for byte, where the playlist is", () => {
  const cases = [
    ["https://video.example.com/a/1.ts", "https://video.example.com/a/1.ts?" + grant.query],
    ["https://video.example.com/a/1.ts?v=%7E", "https://video.example.com/a/1.ts?v=%7E&" + grant.query],
    ["https://video.example.com/a/1.ts#t=1", "https://video.example.com/a/1.ts?" + grant.query + "#t=1"],
    ["https://ads.example.net/1.ts", "https://ads.example.net/1.ts"],
    ["http://video.example.com/a/1.ts", "http://video.example.com/a/1.ts"],
    ["https://video.example.com.example.net/1.ts", "https://video.example.com.example.net/1.ts"],
    ["data:text/plain,key", "data:text/plain,key"],
  ];
  for (const [url, want] of cases) {
    assert.equal(withQuery(url, grant), want);
  }
});

test("the other ways have no query", () => {
  assert.equal(withQuery("https://video.example.com/1.ts", { ...grant, query: "" }), "https://video.example.com/1.ts");
});
