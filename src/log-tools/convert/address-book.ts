/** Blocks set aside for documentation (RFC 5737) and for tests (RFC 2544): never somebody's host. */
const RANGES = [
  { prefix: [192, 0, 2], hosts: 254 },
  { prefix: [198, 51, 100], hosts: 254 },
  { prefix: [203, 0, 113], hosts: 254 },
] as const;
const TEST_RANGE_HOSTS = 2 * 65_536;
const MAX_ADDRESSES = RANGES.reduce((sum, { hosts }) => sum + hosts, TEST_RANGE_HOSTS);

/** They name nobody. */
const KEPT = new Set(['127.0.0.1', '0.0.0.0', '::1', '::']);

/** Digits and dots only, or two colons and more: what is no name. */
export function isAddress(host: string): boolean {
  return /^[0-9.]+$/.test(host) || host.split(':').length > 2;
}

/** Replaces addresses by ones of the documentation ranges, in the order in which they come. */
export class AddressBook {
  readonly #replacements = new Map<string, string>();
  #lastV4 = 0;
  #lastV6 = 0;

  /** Undefined when there are more different addresses than the ranges hold: then no two may become one. */
  replace(address: string): string | undefined {
    const plain = address.toLowerCase().replace(/^\[(.*)\]$/, '$1');
    if (KEPT.has(plain)) return address;
    const text = this.#replacements.get(plain) ?? this.#next(plain);
    return text !== undefined && address.startsWith('[') ? `[${text}]` : text;
  }

  #next(plain: string): string | undefined {
    if (this.#replacements.size >= MAX_ADDRESSES) return undefined;
    const text = plain.includes(':')
      ? `2001:db8::${(this.#lastV6 += 1).toString(16)}`
      : v4Address((this.#lastV4 += 1));
    this.#replacements.set(plain, text);
    return text;
  }
}

/** The n-th, from 1. */
function v4Address(number: number): string {
  let host = number;
  for (const { prefix, hosts } of RANGES) {
    if (host <= hosts) return `${prefix.join('.')}.${host}`;
    host -= hosts;
  }
  const rest = host - 1;
  return `198.${18 + (rest >> 16)}.${(rest >> 8) & 0xff}.${rest & 0xff}`;
}
