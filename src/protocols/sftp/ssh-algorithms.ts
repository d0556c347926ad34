import { getCiphers } from 'node:crypto';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';

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

/** What ssh2 can speak beyond its safe defaults, and a partner's old server may need. */
const LEGACY: AlgorithmOffer = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
};

/** The type of a key blob (`ssh-rsa`) and the algorithm that signs with it (`rsa-sha2-512`) differ for RSA. */
export function keyTypeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

export interface AlgorithmWishes {
  readonly legacy: readonly string[];
  /** Types of the host keys that we know, asked for first. */
  readonly knownKeyTypes: readonly string[];
  /** Types that were shown already and did not match a pin. */
  readonly shownKeyTypes: readonly string[];
}

/** What we offer: safe algorithms, known key types first, legacy ones last. SETTINGS_INVALID for an unknown name. */
export function algorithmOffer(wishes: AlgorithmWishes): AlgorithmOffer {
  const legacy = sortLegacy(wishes.legacy);
  const machine = getCiphers();
  const ciphers = CIPHERS.filter(({ openssl }) => machine.includes(openssl)).map(({ name }) => name);
  return {
    kex: [...KEY_EXCHANGES, ...legacy.kex],
    serverHostKey: hostKeyAlgorithms(wishes, legacy.serverHostKey),
    cipher: [...ciphers, ...legacy.cipher],
    hmac: [...MACS, ...legacy.hmac],
  };
}

/** Host key algorithms left to ask for, best first; empty when every type was shown already. */
function hostKeyAlgorithms(wishes: AlgorithmWishes, legacy: readonly string[]): readonly string[] {
  const all = [...HOST_KEY_ALGORITHMS, ...legacy].filter(
    (algorithm) => !wishes.shownKeyTypes.includes(keyTypeOf(algorithm)),
  );
  const isKnown = (algorithm: string) => wishes.knownKeyTypes.includes(keyTypeOf(algorithm));
  return [...all.filter(isKnown), ...all.filter((algorithm) => !isKnown(algorithm))];
}

function sortLegacy(names: readonly string[]): Record<Category, string[]> {
  const sorted: Record<Category, string[]> = { kex: [], serverHostKey: [], cipher: [], hmac: [] };
  for (const name of names) {
    const category = (Object.keys(LEGACY) as Category[]).find((key) => LEGACY[key].includes(name));
    if (category === undefined) throw unknownAlgorithm(name);
    sorted[category].push(name);
  }
  return sorted;
}

function unknownAlgorithm(name: string): TransferError {
  return new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `legacyAlgorithms: "${printable(name, 80)}" is not one of ${Object.values(LEGACY).flat().join(', ')}`,
  });
}
