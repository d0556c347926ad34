/**
 * The scan kernel, in AssemblyScript (a strict subset of TypeScript that compiles to WebAssembly): what is done with
 * every byte of a log. `src/engine/log-files/scan-kernel.ts` is the only caller.
 */
import { allocate } from './memory';
import { countLine, groupCount, lacksPages, ungrouped, ungroupedFailed } from './groups';
import { readShape, semicolonPlaces, wallSeconds } from './line-shape';
import { findText } from './find-text';
import { isUtf8 } from './utf8';

export { addKeyPart, entryAddress, groupBytes, prepareGroups } from './groups';
export { prepareText, textBuffer } from './find-text';

/** Lines that are handed back, as pairs of their start and their end behind the line feed. */
const MAX_HANDED_BACK: u32 = 4096;
export const handedBack: usize = allocate((<usize>MAX_HANDED_BACK) << 3);
export let handedBackCount: u32 = 0;

/** Lines and records of the kernel's shape since the start, and those of them outside the span. */
export let lineCount: u32 = 0;
export let recordCount: u32 = 0;

let spanStart: u32 = 0;
let spanEnd: u32 = u32.MAX_VALUE;

const PADDING: usize = 1024;
/** `MAX_LINE_BYTES` of src/client-log/reading/log-line.ts: a longer line is no record. */
const MAX_LINE_BYTES: usize = 1024 * 1024;

/** Memory for `bytes` of a log, with room behind it for reads that look too far. */
export function makeInput(bytes: usize): usize {
  return allocate(bytes + PADDING);
}

/** Only records from `start` on and before `end` are counted; seconds since 1970 on the wall. */
export function setSpan(start: u32, end: u32): void {
  spanStart = start;
  spanEnd = end;
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
  const lineFeed = i8x16.splat(0x0a);
  const semicolon = i8x16.splat(0x3b);
  let start = from;
  let count: i32 = 0;
  let isAscii = true;
  let at = from;
  while (at < end) {
    const v = v128.load(at);
    const beyondAscii = i8x16.bitmask(v);
    let feeds = i8x16.bitmask(i8x16.eq(v, lineFeed));
    let semicolons = i8x16.bitmask(i8x16.eq(v, semicolon));
    if (feeds == 0) {
      if (beyondAscii != 0) isAscii = false;
      while (semicolons != 0) {
        if (count < 11) store<u32>(semicolonPlaces + ((<usize>count) << 2), <u32>(at + <usize>ctz(semicolons)));
        count++;
        semicolons &= semicolons - 1;
      }
      at += 16;
      continue;
    }
    const lineEnd = at + <usize>ctz(feeds);
    if (lineEnd >= end) break;
    const inLine = (feeds & -feeds) - 1;
    if ((beyondAscii & inLine) != 0) isAscii = false;
    semicolons &= inLine;
    while (semicolons != 0) {
      if (count < 11) store<u32>(semicolonPlaces + ((<usize>count) << 2), <u32>(at + <usize>ctz(semicolons)));
      count++;
      semicolons &= semicolons - 1;
    }
    const isReadable = isAscii || isUtf8(start, lineEnd);
    if (!(isReadable ? endLine(start, lineEnd, count) : handBack(start, lineEnd + 1))) return start;
    isAscii = true;
    start = lineEnd + 1;
    at = start;
    count = 0;
  }
  return start;
}

function endLine(start: usize, lineFeed: usize, semicolons: i32): bool {
  const end = lineFeed > start && load<u8>(lineFeed - 1) == 0x0d ? lineFeed - 1 : lineFeed;
  if (end - start <= MAX_LINE_BYTES && readShape(start, end, semicolonPlaces, semicolons)) {
    if (wallSeconds >= spanStart && wallSeconds < spanEnd) {
      if (!countLine()) return handBack(start, lineFeed + 1);
    }
    recordCount++;
    lineCount++;
    return true;
  }
  return handBack(start, lineFeed + 1);
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
