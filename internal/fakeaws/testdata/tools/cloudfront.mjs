// Signs what it is ordered to, with npm's signer. A job on standard input:
//
//   {"keys":{NAME:PEM},"orders":[{"key":NAME,"keyPairId":…,"hash":"SHA1"|"SHA256","url":…,
//     "resource":TEXT|"","expires":EPOCH,"from":EPOCH|0,"source":CIDR|"","policy":TEXT|"","cookies":BOOL}]}
//
// A policy is signed as it is; the resource is for a policy with "expires" alone.
//
// A list on standard output, one for each order: {"url":…}, {"cookies":{…}} or
// {"error":…}. cloudfront.py takes and gives the same.
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { readFileSync } from "node:fs";

const job = JSON.parse(readFileSync(0, "utf8"));

function make(order) {
  const by = { url: order.url, keyPairId: order.keyPairId, privateKey: job.keys[order.key] };
  if (order.hash === "SHA256") by.algorithm = "SHA256";
  if (order.policy) {
    by.policy = order.policy;
  } else if (order.resource) {
    const Condition = { DateLessThan: { "AWS:EpochTime": order.expires } };
    by.policy = JSON.stringify({ Statement: [{ Resource: order.resource, Condition }] });
  } else {
    by.dateLessThan = new Date(order.expires * 1000);
    if (order.from) by.dateGreaterThan = new Date(order.from * 1000);
    if (order.source) by.ipAddress = order.source;
  }
  if (!order.cookies) return { url: getSignedUrl(by) };
  const cookies = Object.entries(getSignedCookies(by)); // Expires is a number
  return { cookies: Object.fromEntries(cookies.map(([name, value]) => [name, String(value)])) };
}

function attempt(order) {
  try {
    return make(order);
  } catch (error) {
    return { error: String(error.message) };
  }
}

process.stdout.write(JSON.stringify(job.orders.map(attempt)));
