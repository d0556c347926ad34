/** As much of DER (X.690) as a certificate needs: each function gives one encoded value. */
export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

export function derSet(...parts: readonly Uint8Array[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

/** A positive number from its big-endian bytes. */
export function derInteger(bytes: Uint8Array): Buffer {
  const [first = 0] = bytes;
  return der(0x02, first & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function derObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

export function derUtf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text, 'utf8'));
}

export function derBoolean(value: boolean): Buffer {
  return der(0x01, Buffer.of(value ? 0xff : 0));
}

export function derOctets(bytes: Uint8Array): Buffer {
  return der(0x04, bytes);
}

/** Whole bytes as a bit string. */
export function derBits(bytes: Uint8Array): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), bytes]));
}

/** UTCTime to the second, for times until 2049 (RFC 5280, section 4.1.2.5). */
export function derTime(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().slice(2, 19).replace(/[-:T]/g, '');
  return der(0x17, Buffer.from(`${digits}Z`, 'ascii'));
}

/** A context-specific value: `[number]`, holding other values (explicit) or bytes (implicit). */
export function derContext(number: number, content: Uint8Array, form: 'explicit' | 'implicit'): Buffer {
  return der((form === 'explicit' ? 0xa0 : 0x80) | number, content);
}

function der(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag), lengthField(content.length), content]);
}

function lengthField(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
