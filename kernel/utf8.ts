/** Whether the bytes from `start` to `end` are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF. */
export function isUtf8(start: usize, end: usize): bool {
  let at = start;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length = sequenceLength(byte);
    if (length == 0 || at + length > end) return false;
    const second = load<u8>(at, 1);
    if (second < lowestSecond(byte) || second > highestSecond(byte)) return false;
    for (let index: usize = 2; index < length; index++) {
      if ((load<u8>(at + index) & 0xc0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

function sequenceLength(byte: u8): usize {
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  return byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;
}

function lowestSecond(byte: u8): u8 {
  if (byte == 0xe0) return 0xa0;
  return byte == 0xf0 ? 0x90 : 0x80;
}

function highestSecond(byte: u8): u8 {
  if (byte == 0xed) return 0x9f;
  return byte == 0xf4 ? 0x8f : 0xbf;
}
