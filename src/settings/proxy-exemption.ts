import { ipBytes } from '../net/ip-address.js';

/** Where a connection goes to, as the user named it. */
export interface ProxyDestination {
  readonly host: string;
  readonly port: number;
}

/**
 * True when NO_PROXY says to go directly. Its entries are parted by commas or blanks: `*`, a name (it and all below it;
 * a leading `.` or `*.` is of no account), an address, a network such as `10.0.0.0/8`; each may end with `:port`.
 */
export function isExempt(noProxy: string, destination: ProxyDestination): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, destination));
}

/** This machine itself: no proxy of the environment is meant for it. */
export function isThisMachine(host: string): boolean {
  return isExempt('localhost, 127.0.0.0/8, ::1', { host, port: 0 });
}

function matches(entry: string, { host, port }: ProxyDestination): boolean {
  if (entry === '*') return true;
  const { pattern, onlyPort } = partsOf(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const address = ipBytes(host);
  if (address !== undefined) return isWithin(address, pattern);
  const [name, suffix] = [plainName(host), plainName(pattern.replace(/^\*?\./, ''))];
  return suffix !== '' && (name === suffix || name.endsWith(`.${suffix}`));
}

function partsOf(entry: string): { readonly pattern: string; readonly onlyPort: number | undefined } {
  const [, bracketed, bracketedPort] = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { pattern: bracketed, onlyPort: numberOf(bracketedPort) };
  const [, name, namePort] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return name === undefined
    ? { pattern: entry, onlyPort: undefined }
    : { pattern: name, onlyPort: numberOf(namePort) };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function isWithin(address: Buffer, pattern: string): boolean {
  const [base = '', bits] = pattern.split('/');
  const network = ipBytes(base);
  const length = bits === undefined ? address.length * 8 : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (network?.length !== address.length || length < 0 || length > address.length * 8) return false;
  return address.every((byte, index) => {
    const mask = 0xff & ~(0xff >> Math.min(8, Math.max(0, length - index * 8)));
    return (byte & mask) === ((network[index] ?? 0) & mask);
  });
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
