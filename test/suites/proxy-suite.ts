import { protocolClientSuite } from './protocol-client-suite.js';
import type { Case } from './protocol-case.js';

/**
 * What a proxy could spoil: the way of the bytes in both directions, several connections at once, their end by either
 * side, and the codes. The rest of the contract is a matter between client and server, whatever carries their bytes.
 */
const NAMES = [
  'session: four sessions at once do not get into each other’s way',
  'session: a server that hangs up during a read loses the session',
  'list: kinds and sizes are right, and hidden files are there too',
  'read: reading from an offset gives the rest, or is UNSUPPORTED where `resumeRead` says so',
  'read: a slow sink keeps memory flat',
  'write: a shorter file replaces a longer one, and a longer a shorter',
  'write: a source that fails midway ends the write, and its very error is passed on',
  'cancel: connect() that is cancelled is CANCELLED and leaves nothing open',
  'cancel: a read is cancelled at once in full flow',
  'cancel: a write is cancelled at once in full flow, and its source is let go',
] as const;

export const proxySuite: readonly Case[] = NAMES.map((name) => {
  const found = protocolClientSuite.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case of the suite is called "${name}"`);
  return found;
});
