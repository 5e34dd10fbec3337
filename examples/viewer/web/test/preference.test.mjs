import assert from "node:assert/strict";
import test from "node:test";

import { Refusal } from "../grant.js";
import { choosePlayer } from "../players/preference.js";

// The name is from the page's URL: whatever it is, the page says which there are.
test("a player that there is not is refused by name", async () => {
  for (const name of ["none", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
    await assert.rejects(choosePlayer("urls", name), (reason) =>
      reason instanceof Refusal && reason.message.includes(name) && reason.message.includes("hls.js"));
  }
});
