import type { FtpReply } from './ftp-replies.js';

/**
 * What the server says it can do (FEAT, RFC 2389). Servers are known to leave features out, so absence is a
 * hint only.
 */
export interface FtpFeatures {
  /** False when the server does not know FEAT: then nothing is known, and everything is tried. */
  readonly isKnown: boolean;
  /** Upper-case names, such as `MLST`, `REST STREAM` (without its parameter: `REST`). */
  readonly names: ReadonlySet<string>;
  /** Facts of MLST lines in lower case, and whether the server gives them unasked. */
  readonly facts: ReadonlyMap<string, boolean>;
  /** The algorithms of HASH by their names there, such as `SHA-256`. */
  readonly hashes: ReadonlySet<string>;
  /** MDTM takes a time in front of the name, to set it: `MDTM YYYYMMDDHHMMSS[+-TZ];filename` (Serv-U). */
  readonly setsTimeByMdtm: boolean;
}

export const UNKNOWN_FEATURES: FtpFeatures = {
  isKnown: false,
  names: new Set(),
  facts: new Map(),
  hashes: new Set(),
  setsTimeByMdtm: false,
};

/** Reads the reply to FEAT. Lines should begin with one space; servers exist that leave it out. */
export function parseFeatures(reply: FtpReply): FtpFeatures {
  if (reply.code !== 211) return UNKNOWN_FEATURES;
  const names = new Set<string>();
  let facts: ReadonlyMap<string, boolean> = new Map();
  let hashes: ReadonlySet<string> = new Set();
  let setsTimeByMdtm = false;
  for (const line of reply.lines.slice(1, -1)) {
    const [name = '', parameters = ''] = splitOnce(line.trim());
    const upper = name.toUpperCase();
    if (upper === '') continue;
    names.add(upper);
    if (upper === 'MLST') facts = parseFacts(parameters);
    if (upper === 'HASH') hashes = new Set(parameters.toUpperCase().replaceAll('*', '').split(';'));
    if (upper === 'MDTM') setsTimeByMdtm = /^YYYYMMDDHHMMSS/i.test(parameters);
  }
  return { isKnown: true, names, facts, hashes, setsTimeByMdtm };
}

/** True where the server lists the feature, or lists none at all. */
export function mayHave(features: FtpFeatures, name: string): boolean {
  return !features.isKnown || features.names.has(name);
}

/** The mode betrays a link whose own facts a server gives as those of a file (ftp-look-up.ts). */
const WANTED_FACTS = ['type', 'size', 'modify', 'unix.mode'];

/**
 * The argument of OPTS that switches the wanted facts on (RFC 3659, section 7.9); undefined when there is no
 * need.
 */
export function wantedFactsOption(features: FtpFeatures): string | undefined {
  const offered = WANTED_FACTS.filter((fact) => features.facts.has(fact));
  const isNeeded = offered.some((fact) => features.facts.get(fact) === false);
  return isNeeded ? `MLST ${offered.map((fact) => `${fact};`).join('')}` : undefined;
}

function parseFacts(text: string): ReadonlyMap<string, boolean> {
  const facts = new Map<string, boolean>();
  for (const fact of text.toLowerCase().split(';')) {
    if (fact !== '') facts.set(fact.replace(/\*$/, ''), fact.endsWith('*'));
  }
  return facts;
}

function splitOnce(text: string): [string, string] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)];
}
