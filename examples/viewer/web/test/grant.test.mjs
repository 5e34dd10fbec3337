import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { localExpiry, refusalOf, renewalDelay, requestGrant } from "../grant.js";

const second = 1000;

test("expiry is by the viewer's clock, and never later than the server's", () => {
  const server = Date.UTC(2026, 0, 1, 12, 0, 0); // what Date says, up to a second late
  for (const skew of [0, 3_600 * second, -3_600 * second]) {
    const asked = server + skew;
    const expiry = localExpiry(server / 1000 + 60, new Date(server).toUTCString(), asked);
    assert.equal(expiry - asked, 59 * second);
  }
  assert.equal(localExpiry(60, null, 0), 60 * second);
});

test("renewal leaves a quarter of the time, a minute at most", () => {
  assert.equal(renewalDelay(8 * second, 0), 6 * second);
  assert.equal(renewalDelay(600 * second, 0), 540 * second);
  assert.equal(renewalDelay(0, second), 0);
});

test("an answer of the server is a state, and lasts unless another attempt may help", () => {
  const cases = [
    [401, "expired", true],
    [403, "not-allowed", true],
    [404, "failed", true],
    [409, "blocked", true],
    [429, "failed", false],
    [502, "failed", false],
  ];
  for (const [status, state, lasting] of cases) {
    const refusal = refusalOf(status);
    assert.deepEqual([refusal.state, refusal.lasting], [state, lasting], `status ${status}`);
    assert.match(refusal.message, /\.$|\?$/, `status ${status}`);
  }
  assert.equal(refusalOf(429, "Wait a moment.").message, "Wait a moment.");
});

beforeEach(() => { globalThis.location = { href: "https://app.example.com/videos/1" }; });
afterEach(() => { mock.restoreAll(); delete globalThis.location; });

test("a grant is asked for by POST, and its playlist is absolute", async () => {
  const asked = mock.method(globalThis, "fetch", async () => Response.json({ playlist: "/videos/1/playlist/a.m3u8", expires: 4e9 }));
  const grant = await requestGrant("/videos/1/urls");
  assert.deepEqual(grant, { playlist: "https://app.example.com/videos/1/playlist/a.m3u8", query: "", expires: 4e9 * second });
  assert.equal(asked.mock.calls[0].arguments[1].method, "POST");
});

test("what is no grant is thrown", async () => {
  mock.method(globalThis, "fetch", async () => Response.json({}));
  await assert.rejects(requestGrant("/videos/1/urls"), { state: "failed", lasting: false });
  mock.method(globalThis, "fetch", async () => Response.json({ playlist: "/a.m3u8", expires: 1 }));
  await assert.rejects(requestGrant("/videos/1/urls"), { state: "expired" });
  mock.method(globalThis, "fetch", async () => new Response("<html>", { status: 502 }));
  await assert.rejects(requestGrant("/videos/1/urls"), { state: "failed", lasting: false });
  mock.method(globalThis, "fetch", async () => { throw new TypeError("Failed to fetch"); });
  await assert.rejects(requestGrant("/videos/1/urls"), { state: "failed", lasting: false });
});
