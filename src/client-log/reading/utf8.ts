/** One kind of UTF-8 sequence (Unicode, table 3-7): its first bytes, its second bytes, and its length. */
interface Sequence {
  readonly first: readonly [number, number];
  readonly second: readonly [number, number];
  readonly length: number;
}

/** Without overlong forms, surrogates, and anything beyond U+10FFFF. */
const SEQUENCES: readonly Sequence[] = [
  { first: [0xc2, 0xdf], second: [0x80, 0xbf], length: 2 },
  { first: [0xe0, 0xe0], second: [0xa0, 0xbf], length: 3 },
  { first: [0xe1, 0xec], second: [0x80, 0xbf], length: 3 },
  { first: [0xed, 0xed], second: [0x80, 0x9f], length: 3 },
  { first: [0xee, 0xef], second: [0x80, 0xbf], length: 3 },
  { first: [0xf0, 0xf0], second: [0x90, 0xbf], length: 4 },
  { first: [0xf1, 0xf3], second: [0x80, 0xbf], length: 4 },
  { first: [0xf4, 0xf4], second: [0x80, 0x8f], length: 4 },
];

const SEQUENCE_OF_FIRST: readonly (Sequence | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  SEQUENCES.find(({ first: [low, high] }) => byte >= low && byte <= high),
);

/**
 * Whether the bytes are valid UTF-8. By hand, because the runtime's decoder says it by an exception, which is slow
 * where thousands of lines are none.
 */
export function isUtf8(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      at += 1;
      continue;
    }
    const sequence = SEQUENCE_OF_FIRST[byte];
    if (sequence === undefined || !continues(bytes, at, sequence)) return false;
    at += sequence.length;
  }
  return true;
}

function continues(bytes: Uint8Array, at: number, { second: [low, high], length }: Sequence): boolean {
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) return false;
  for (let next = at + 2; next < at + length; next += 1) {
    const byte = bytes[next] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return false;
  }
  return true;
}
