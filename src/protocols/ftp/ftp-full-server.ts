/**
 * What servers say when they are full. Text is read in this one case only: RFC 959 has no code of its own for it, and
 * a refused login (never tried again, lest the account be locked) must not be taken for a full server (worth
 * waiting), nor the other way. In doubt it is the login. The sayings of each server stand in the test.
 */
const FULL = [
  /\btoo many\b/i,
  /\bmaximum (?:number|session|login|connection|client|user)/i,
  /\bmaximum (?:\w+ ){1,3}(?:sessions|connections|clients|users)\b/i,
  /\(the maximum\)/i,
  /\b(?:connection|session|login|user|client)s? limit\b/i,
  /\blimit of \d+ (?:connection|session|login|user|client)s?\b/i,
  /\b(?:accept|have|than) (?:more than |only )?\d+ (?:\w+ )?(?:connection|session|login|client)s?\b/i,
  /\bonly \d+ (?:\w+ )?(?:connection|session|login|client)(?:s|\(s\))?/i,
  /\bserver is full\b/i,
];

/** Too many tries are no full server. */
const TRIES =
  /\b(?:attempts?|tries|failures?|passwords?|(?:failed|bad|invalid|incorrect|unsuccessful) log[io]ns?)\b/i;

/** Of a reply 421 or 530. */
export function saysFull(text: string): boolean {
  return !TRIES.test(text) && FULL.some((saying) => saying.test(text));
}

/** The server has had enough of our logins: that is about the login, whatever the code. */
export function saysTooManyTries(text: string): boolean {
  return TRIES.test(text) && /\b(?:too many|maximum|exceeded|limit)\b/i.test(text);
}
