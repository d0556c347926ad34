/** Lines that hold a text, letters of either case. */
import { allocate } from './memory';

const MAX_TEXT_BYTES: usize = 512;

/** Where the text is written, in lower case, before `prepareText`. */
export const textBuffer: usize = allocate(MAX_TEXT_BYTES);
let textLength: usize = 0;
let middle: usize = 0;

export function prepareText(length: usize): void {
  if (length == 0 || length > MAX_TEXT_BYTES) unreachable();
  textLength = length;
  middle = length >> 1;
}

function isLetter(byte: u8): bool {
  return byte >= 0x61 && byte <= 0x7a;
}

/** What is or-ed to a byte before it is compared: the bit that makes a letter small. */
function foldOf(byte: u8): u8 {
  return isLetter(byte) ? 0x20 : 0;
}

/**
 * The first place from `from` on at which the text stands before `end`; `end` where there is none. Three bytes of the
 * text are compared for sixteen places at once (Wojciech Mula, "SIMD-friendly algorithms for substring searching").
 * Up to 16 bytes and the text's length behind `end` are read, not looked at.
 */
export function findText(from: usize, end: usize): usize {
  if (end - from < textLength) return end;
  const last = textLength - 1;
  const a = load<u8>(textBuffer);
  const b = load<u8>(textBuffer + middle);
  const c = load<u8>(textBuffer + last);
  const first = i8x16.splat(a);
  const firstFold = i8x16.splat(foldOf(a));
  const second = i8x16.splat(b);
  const secondFold = i8x16.splat(foldOf(b));
  const third = i8x16.splat(c);
  const thirdFold = i8x16.splat(foldOf(c));
  const stop = end - last;
  for (let at = from; at < stop; at += 16) {
    let mask = i8x16.bitmask(
      v128.and(
        v128.and(
          i8x16.eq(v128.or(v128.load(at), firstFold), first),
          i8x16.eq(v128.or(v128.load(at + last), thirdFold), third),
        ),
        i8x16.eq(v128.or(v128.load(at + middle), secondFold), second),
      ),
    );
    while (mask != 0) {
      const place = at + <usize>ctz(mask);
      if (place >= stop) return end;
      if (isTextAt(place)) return place;
      mask &= mask - 1;
    }
  }
  return end;
}

function isTextAt(place: usize): bool {
  for (let index: usize = 0; index < textLength; index++) {
    const wanted = load<u8>(textBuffer + index);
    if ((load<u8>(place + index) | foldOf(wanted)) != wanted) return false;
  }
  return true;
}
