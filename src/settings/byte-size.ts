const POWERS = ['', 'k', 'm', 'g', 't'];

/**
 * Bytes of `500`, `64k`, `5M`, `1.5GiB` (powers of 1024) or `5MB` (powers of 1000), `/s` allowed after it;
 * undefined for anything else and for zero.
 */
export function parseByteSize(value: number | string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt]?)(ib|b)?)?(?:\/s)?$/.exec(String(value).trim().toLowerCase());
  if (!match) return undefined;
  const base = match[3] === 'b' && match[2] !== '' ? 1000 : 1024;
  const bytes = Math.round(Number(match[1]) * base ** POWERS.indexOf(match[2] ?? ''));
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.2 GiB`, `640 B`: for people, never parsed again. */
export function showBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1023.5 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 99.5 ? 0 : 1;
  return `${amount.toFixed(digits)} ${UNITS[unit]}`;
}
