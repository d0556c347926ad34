/**
 * The scan kernel, in AssemblyScript (a strict subset of TypeScript that compiles to WebAssembly): what is done with
 * every byte of a log. `src/engine/log-files/scan-kernel.ts` is the only caller.
 */
import { allocate } from './memory';
import { countLine, groupCount, lacksPages, ungrouped, ungroupedFailed } from './groups';
import { MAX_SEMICOLONS, readShape, semicolonPlaces } from './line-shape';
import { findText } from './find-text';
import { isUtf8 } from './utf8';

export { addKeyPart, entryAddress, groupBytes, prepareGroups } from './groups';
export { prepareText, textBuffer } from './find-text';

/** Lines that are handed back, as pairs of their start and their end behind the line feed. */
const MAX_HANDED_BACK: u32 = 4096;
export const handedBack: usize = allocate((<usize>MAX_HANDED_BACK) << 3);
export let handedBackCount: u32 = 0;

/** Lines since the start, and those of them that the kernel has counted itself. */
export let lineCount: u32 = 0;
export let recordCount: u32 = 0;

const PADDING: usize = 1024;
/** `MAX_LINE_BYTES` of src/client-log/reading/log-line.ts: a longer line is no record. */
const MAX_LINE_BYTES: usize = 1024 * 1024;

/** Memory for `bytes` of a log, with room behind it for reads that look too far. */
export function makeInput(bytes: usize): usize {
  return allocate(bytes + PADDING);
}

export function groupTotal(): u32 {
  return groupCount;
}

export function ungroupedTotal(): u32 {
  return ungrouped;
}

export function ungroupedFailedTotal(): u32 {
  return ungroupedFailed;
}

export function isLackingPages(): bool {
  return lacksPages;
}

/**
 * Reads the whole lines between `from` and `end`, counts those of the kernel's shape by their group, and hands the
 * others back. Returns where it stopped: behind the last whole line, or earlier when no more could be handed back.
 */
export function scanLines(from: usize, end: usize): usize {
  handedBackCount = 0;
  let lineStart = from;
  let semicolons: i32 = 0;
  /** Whether bytes beyond ASCII have passed in blocks before the one at hand. */
  let hasForeignBytes = false;
  for (let block = from; block < end; block += 64) {
    let places = marksIn(block);
    const foreign = foreignIn(block);
    while (places != 0) {
      const at = block + <usize>ctz(places);
      places &= places - 1;
      if (load<u8>(at) == SEMICOLON) {
        // Of a line with more than there is room for, nobody asks where they stand.
        store<u32>(semicolonPlaces + ((<usize>(semicolons & MAX_SEMICOLONS)) << 2), <u32>at);
        semicolons++;
        continue;
      }
      if (at >= end) return lineStart;
      const isForeign = hasForeignBytes || (foreign != 0 && isInLine(foreign, block, lineStart, at));
      if (!endLine(lineStart, at, semicolons, isForeign)) return lineStart;
      lineStart = at + 1;
      semicolons = 0;
      hasForeignBytes = false;
    }
    if (foreign != 0 && isInLine(foreign, block, lineStart, block + 64)) hasForeignBytes = true;
  }
  return lineStart;
}

const SEMICOLON: u8 = 0x3b;

/** A bit for each semicolon and line feed of 64 bytes. */
@inline
function marksIn(block: usize): u64 {
  return (
    <u64>marks16(block) |
    (<u64>marks16(block + 16) << 16) |
    (<u64>marks16(block + 32) << 32) |
    (<u64>marks16(block + 48) << 48)
  );
}

@inline
function marks16(at: usize): u32 {
  const v = v128.load(at);
  return <u32>i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(0x0a)), i8x16.eq(v, i8x16.splat(0x3b))));
}

/** A bit for each of 64 bytes that is beyond ASCII. */
@inline
function foreignIn(block: usize): u64 {
  const low = v128.or(v128.load(block), v128.load(block, 16));
  const high = v128.or(v128.load(block, 32), v128.load(block, 48));
  if (i8x16.bitmask(v128.or(low, high)) == 0) return 0;
  return (
    <u64>(<u32>i8x16.bitmask(v128.load(block))) |
    (<u64>(<u32>i8x16.bitmask(v128.load(block, 16))) << 16) |
    (<u64>(<u32>i8x16.bitmask(v128.load(block, 32))) << 32) |
    (<u64>(<u32>i8x16.bitmask(v128.load(block, 48))) << 48)
  );
}

/** Whether one of the bits belongs to a byte of the line between `start` and `end`. */
function isInLine(bits: u64, block: usize, start: usize, end: usize): bool {
  let inLine = bits;
  if (start > block) inLine &= ~<u64>0 << <u64>(start - block);
  if (end < block + 64) inLine &= ((<u64>1) << <u64>(end - block)) - 1;
  return start < block + 64 && inLine != 0;
}

function endLine(start: usize, lineFeed: usize, semicolons: i32, isForeign: bool): bool {
  const end = lineFeed > start && load<u8>(lineFeed - 1) == 0x0d ? lineFeed - 1 : lineFeed;
  const isRecord = end - start <= MAX_LINE_BYTES && readShape(start, end, semicolons);
  if (!isRecord) return handBack(start, lineFeed + 1);
  if (!countLine(isForeign) && !(isForeign && isUtf8(start, end) && countLine(false))) {
    return handBack(start, lineFeed + 1);
  }
  recordCount++;
  lineCount++;
  return true;
}

function handBack(start: usize, end: usize): bool {
  if (handedBackCount == MAX_HANDED_BACK) return false;
  store<u32>(handedBack + ((<usize>handedBackCount) << 3), <u32>start);
  store<u32>(handedBack + ((<usize>handedBackCount) << 3), <u32>end, 4);
  handedBackCount++;
  lineCount++;
  return true;
}

/**
 * Hands back the whole lines between `from` and `end` that hold the text; `end` must stand behind a line feed. Returns
 * where it stopped, as `scanLines` does.
 */
export function findLines(from: usize, end: usize): usize {
  handedBackCount = 0;
  let at = from;
  while (at < end) {
    const place = findText(at, end);
    if (place >= end) return end;
    let start = place;
    while (start > at && load<u8>(start - 1) != 0x0a) start--;
    let lineEnd = place;
    while (lineEnd < end && load<u8>(lineEnd) != 0x0a) lineEnd++;
    if (!handBack(start, lineEnd + 1)) return start;
    at = lineEnd + 1;
  }
  return end;
}

/** Line feeds between `from` and `end`. */
export function countLineFeeds(from: usize, end: usize): u32 {
  const lineFeed = i8x16.splat(0x0a);
  let count: u32 = 0;
  let at = from;
  for (; at + 16 <= end; at += 16) count += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), lineFeed)));
  for (; at < end; at++) count += load<u8>(at) == 0x0a ? 1 : 0;
  return count;
}

/** The place behind the last line feed between `from` and `end`; `from` where there is none. */
export function behindLastLineFeed(from: usize, end: usize): usize {
  for (let at = end; at > from; at--) if (load<u8>(at - 1) == 0x0a) return at;
  return from;
}
