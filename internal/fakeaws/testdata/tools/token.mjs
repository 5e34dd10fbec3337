// Makes playback tokens with jose. A job on standard input:
//
//   {"keys":{NAME:PEM},"orders":[{"key":NAME,"header":{…},"claims":{…}}]}
//
// A list of tokens on standard output, one for each order.
import { importPKCS8, SignJWT } from "jose";
import { readFileSync } from "node:fs";

const job = JSON.parse(readFileSync(0, "utf8"));
const keys = {};
for (const [name, pem] of Object.entries(job.keys)) keys[name] = await importPKCS8(pem, "ES384");

const tokens = job.orders.map(({ key, header, claims }) => new SignJWT(claims).setProtectedHeader(header).sign(keys[key]));
process.stdout.write(JSON.stringify(await Promise.all(tokens)));
