import { getCiphers } from 'node:crypto';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { SshAlgorithms } from './sftp-options.js';

/**
 * Host key algorithms that we accept, in the order in which we ask for them. SHA-1 signatures (`ssh-rsa`)
 * only when the connection allows them by `legacyAlgorithms`.
 */
const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

const KEY_EXCHANGES = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group15-sha512',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group17-sha512',
  'diffie-hellman-group18-sha512',
];

/**
 * AES-GCM first: the fastest on every machine with AES instructions. ChaCha20-Poly1305 last, because a server
 * without strict key exchange is open to the Terrapin attack with it (CVE-2023-48795).
 */
const CIPHERS = [
  { name: 'aes128-gcm@openssh.com', openssl: 'aes-128-gcm' },
  { name: 'aes256-gcm@openssh.com', openssl: 'aes-256-gcm' },
  { name: 'aes128-ctr', openssl: 'aes-128-ctr' },
  { name: 'aes192-ctr', openssl: 'aes-192-ctr' },
  { name: 'aes256-ctr', openssl: 'aes-256-ctr' },
  { name: 'chacha20-poly1305@openssh.com', openssl: 'chacha20' },
];

const MACS = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1-etm@openssh.com',
  'hmac-sha1',
];

type Category = 'kex' | 'serverHostKey' | 'cipher' | 'hmac';

/** Names of algorithms by kind, best first. */
export type AlgorithmOffer = Readonly<Record<Category, readonly string[]>>;

/** What a connection may choose from by `algorithms`, in our order. */
export const SAFE_ALGORITHMS: Required<SshAlgorithms> = {
  kex: KEY_EXCHANGES,
  hostKey: HOST_KEY_ALGORITHMS,
  cipher: CIPHERS.map(({ name }) => name),
  mac: MACS,
};

/** What ssh2 can speak beyond its safe defaults, and a partner's old server may need. */
const LEGACY: AlgorithmOffer = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
};

/** What a connection may allow by `legacyAlgorithms`. */
export const LEGACY_ALGORITHMS: readonly string[] = Object.values(LEGACY).flat();

/** The type of a key blob (`ssh-rsa`) and the algorithm that signs with it (`rsa-sha2-512`) differ for RSA. */
export function keyTypeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

export interface AlgorithmWishes {
  /** In place of the usual ones, by kind. */
  readonly chosen?: SshAlgorithms;
  readonly legacy: readonly string[];
  /** Types of the host keys that we know, asked for first. */
  readonly knownKeyTypes: readonly string[];
  /** Types that were shown already and did not match a pin. */
  readonly shownKeyTypes: readonly string[];
}

/** What we offer: safe algorithms, known key types first, legacy ones last. SETTINGS_INVALID for an unknown name. */
export function algorithmOffer(wishes: AlgorithmWishes): AlgorithmOffer {
  const chosen = chosenOrUsual(wishes.chosen ?? {});
  const legacy = sortLegacy(wishes.legacy);
  return {
    kex: [...chosen.kex, ...legacy.kex],
    serverHostKey: hostKeyAlgorithms(chosen.hostKey, wishes, legacy.serverHostKey),
    cipher: [...chosen.cipher.filter(isInThisMachine), ...legacy.cipher],
    hmac: [...chosen.mac, ...legacy.hmac],
  };
}

function chosenOrUsual(chosen: SshAlgorithms): {
  readonly [Kind in keyof SshAlgorithms]-?: readonly string[];
} {
  const named = (kind: keyof SshAlgorithms) => {
    const known = SAFE_ALGORITHMS[kind] ?? [];
    const unknown = chosen[kind]?.find((name) => !known.includes(name));
    if (unknown !== undefined) throw unknownAlgorithm(`algorithms.${kind}`, unknown, known);
    return chosen[kind] ?? known;
  };
  return { kex: named('kex'), hostKey: named('hostKey'), cipher: named('cipher'), mac: named('mac') };
}

function isInThisMachine(cipher: string): boolean {
  const openssl = CIPHERS.find(({ name }) => name === cipher)?.openssl;
  return openssl !== undefined && getCiphers().includes(openssl);
}

/** Host key algorithms left to ask for, best first; empty when every type was shown already. */
function hostKeyAlgorithms(
  chosen: readonly string[],
  wishes: AlgorithmWishes,
  legacy: readonly string[],
): readonly string[] {
  const all = [...chosen, ...legacy].filter(
    (algorithm) => !wishes.shownKeyTypes.includes(keyTypeOf(algorithm)),
  );
  const isKnown = (algorithm: string) => wishes.knownKeyTypes.includes(keyTypeOf(algorithm));
  return [...all.filter(isKnown), ...all.filter((algorithm) => !isKnown(algorithm))];
}

function sortLegacy(names: readonly string[]): Record<Category, string[]> {
  const sorted: Record<Category, string[]> = { kex: [], serverHostKey: [], cipher: [], hmac: [] };
  for (const name of names) {
    const category = (Object.keys(LEGACY) as Category[]).find((key) => LEGACY[key].includes(name));
    if (category === undefined) throw unknownAlgorithm('legacyAlgorithms', name, LEGACY_ALGORITHMS);
    sorted[category].push(name);
  }
  return sorted;
}

function unknownAlgorithm(key: string, name: string, known: readonly string[]): TransferError {
  return new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `${key}: "${printable(name, 80)}" is not one of ${known.join(', ')}`,
  });
}
