import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * One line of an OpenSSH known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 */
export interface KnownHost {
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  readonly hosts: HostPattern;
  readonly keyType: string;
  /** The key as it goes over the wire. */
  readonly key: Buffer;
}

export type HostPattern =
  | { readonly kind: 'patterns'; readonly patterns: readonly string[] }
  | { readonly kind: 'hashed'; readonly salt: Buffer; readonly hash: Buffer };

export interface KnownHostsProblem {
  readonly line: number;
  readonly reason: string;
}

export interface KnownHosts {
  readonly entries: readonly KnownHost[];
  /** Lines that could not be understood. They trust nothing, but they may have been meant to. */
  readonly problems: readonly KnownHostsProblem[];
}

const SHA1_BYTES = 20;

/** Reads a known_hosts text; never throws. Empty lines and comments are left out. */
export function parseKnownHosts(text: string): KnownHosts {
  const entries: KnownHost[] = [];
  const problems: KnownHostsProblem[] = [];
  text.split('\n').forEach((raw, index) => {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) return;
    const parsed = parseLine(content, index + 1);
    if (typeof parsed === 'string') problems.push({ line: index + 1, reason: parsed });
    else entries.push(parsed);
  });
  return { entries, problems };
}

function parseLine(content: string, line: number): KnownHost | string {
  const fields = content.split(/[ \t]+/);
  const marker = markerOf(fields[0] ?? '');
  if (marker === undefined) return `unknown marker ${fields[0]}`;
  if (marker !== 'none') fields.shift();
  const [names, keyType, base64] = fields;
  if (names === undefined || keyType === undefined || base64 === undefined) return 'too few fields';
  if (/^\d+$/.test(keyType)) return 'a key of SSH version 1';
  const key = decodeBase64(base64);
  if (key === undefined || keyTypeOfBlob(key) !== keyType) return `the key is not a valid ${keyType} key`;
  const hosts = parseHosts(names);
  if (typeof hosts === 'string') return hosts;
  return { line, marker, hosts, keyType, key };
}

function markerOf(field: string): KnownHost['marker'] | undefined {
  if (!field.startsWith('@')) return 'none';
  if (field === '@revoked') return 'revoked';
  return field === '@cert-authority' ? 'cert-authority' : undefined;
}

function parseHosts(names: string): HostPattern | string {
  if (!names.startsWith('|')) return { kind: 'patterns', patterns: names.split(',') };
  const [, version, salt64, hash64, ...rest] = names.split('|');
  const salt = decodeBase64(salt64 ?? '');
  const hash = decodeBase64(hash64 ?? '');
  if (version !== '1' || rest.length > 0) return 'a host hash of an unknown form';
  if (salt === undefined || hash === undefined || hash.length !== SHA1_BYTES) return 'a damaged host hash';
  return { kind: 'hashed', salt, hash };
}

function decodeBase64(text: string): Buffer | undefined {
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** The type that a key blob names in its first field (RFC 4253 section 6.6), or undefined when it is damaged. */
export function keyTypeOfBlob(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length < 4 + length) return undefined;
  return key.toString('latin1', 4, 4 + length);
}

/** The name under which known_hosts keeps a host: `[host]:port` when the port is not 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Does this line speak of the host? A negated pattern that matches excludes it, whatever else matches. */
export function matchesHost(hosts: HostPattern, hostName: string): boolean {
  if (hosts.kind === 'hashed') {
    const digest = createHmac('sha1', hosts.salt).update(hostName).digest();
    return timingSafeEqual(digest, hosts.hash);
  }
  let found = false;
  for (const pattern of hosts.patterns) {
    const negated = pattern.startsWith('!');
    if (!matchesWildcard(negated ? pattern.slice(1) : pattern, hostName)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/** `*` stands for any characters, `?` for one; case does not matter. Takes linear time for each star. */
function matchesWildcard(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  let at = 0;
  let star = -1;
  let starAt = 0;
  let i = 0;
  while (at < name.length) {
    if (wanted[i] === '*') {
      star = i;
      starAt = at;
      i += 1;
    } else if (i < wanted.length && (wanted[i] === '?' || wanted[i] === name[at])) {
      i += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      i = star + 1;
    } else return false;
  }
  while (wanted[i] === '*') i += 1;
  return i === wanted.length;
}
