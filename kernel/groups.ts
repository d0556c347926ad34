/**
 * Counts by group. A group is the text of some columns; its entry holds counts, the first and the last time, and a
 * bitmap of the minutes in which it was seen, one page for each day, so that its longest silence is known whatever
 * the order in which lines and files come.
 */
import { allocate, allocatedBytes } from './memory';
import { columnEnd, columnStart, hasFailed, isInferred, minuteOfDay, wallDay, wallSeconds } from './line-shape';

/** What a part of the key is made of: a column of the line, or one of these. */
export const PART_DAY: i32 = 16;
export const PART_HOUR: i32 = 17;
export const PART_FOLDER: i32 = 18;
export const PART_EXTENSION: i32 = 19;
export const PART_RESULT: i32 = 20;

const verdicts: usize = memory.data<u8>([0x30, 0x31]);

export const ENTRY_BYTES: usize = 48;
const PAGE_BYTES: usize = 192;
const MAX_KEY_BYTES: usize = 4096;
const MAX_PARTS: i32 = 8;

const parts: usize = memory.data(32);
let partCount: i32 = 0;
const keyBuffer: usize = allocate(MAX_KEY_BYTES + 32);

let slots: usize = 0;
let slotMask: u32 = 0;
let entries: usize = 0;
let entryLimit: u32 = 0;
let pageBytesLeft: usize = 0;
/** Entries found lately, by a few bits of short keys: 16 bytes of the key, its length, the entry. */
const RECENT_BYTES: usize = 32;
const recent: usize = allocate(256 * RECENT_BYTES);

export let groupCount: u32 = 0;
/** Records of groups for which there was no room any more. */
export let ungrouped: u32 = 0;
export let ungroupedFailed: u32 = 0;
/** Whether some page of minutes is missing, so that silences are not known. */
export let lacksPages: bool = false;

/** Before the first line: how many groups, and how many bytes of pages, there may be. */
export function prepareGroups(maxGroups: u32, maxPageBytes: usize): void {
  let size: u32 = 1024;
  while (size < maxGroups * 2) size <<= 1;
  slots = allocate((<usize>size) << 2);
  slotMask = size - 1;
  entries = allocate(<usize>maxGroups * ENTRY_BYTES);
  entryLimit = maxGroups;
  pageBytesLeft = maxPageBytes;
}

export function addKeyPart(part: i32): void {
  if (partCount == MAX_PARTS) unreachable();
  store<i32>(parts + ((<usize>partCount) << 2), part);
  partCount++;
}

export function entryAddress(index: u32): usize {
  return entries + <usize>index * ENTRY_BYTES;
}

/**
 * Counts the line at hand. False when the kernel cannot tell its key: it is too long, or holds bytes beyond ASCII
 * whose encoding must be found out from the whole line.
 */
export function countLine(mayBeForeign: bool): bool {
  const length = writeKey();
  if (length > MAX_KEY_BYTES || (mayBeForeign && !isKeyAscii(length))) return false;
  const entry = findEntry(length);
  if (entry == 0) {
    ungrouped++;
    ungroupedFailed += <u32>hasFailed;
    return true;
  }
  store<u32>(entry, load<u32>(entry, 12) + 1, 12);
  store<u32>(entry, load<u32>(entry, 16) + <u32>hasFailed, 16);
  store<u32>(entry, load<u32>(entry, 20) + <u32>isInferred, 20);
  if (wallSeconds < load<u32>(entry, 24)) store<u32>(entry, wallSeconds, 24);
  if (wallSeconds > load<u32>(entry, 28)) store<u32>(entry, wallSeconds, 28);
  markMinute(entry);
  return true;
}

/** The parts of the key, a line feed between them, which no column can hold. */
function writeKey(): usize {
  let length: usize = 0;
  for (let index = 0; index < partCount; index++) {
    if (index > 0) store<u8>(keyBuffer + length++, 0x0a);
    const part = load<i32>(parts + ((<usize>index) << 2));
    const start = partStart(part);
    const size = partEnd(part) - start;
    if (length + size > MAX_KEY_BYTES) return MAX_KEY_BYTES + 1;
    v128.store(keyBuffer + length, v128.load(start));
    for (let at: usize = 16; at < size; at += 16) v128.store(keyBuffer + length + at, v128.load(start + at));
    length += size;
  }
  v128.store(keyBuffer + length, i32x4.splat(0));
  return length;
}

function isKeyAscii(length: usize): bool {
  let at: usize = 0;
  for (; at + 16 <= length; at += 16) if (v128.any_true(v128.and(v128.load(keyBuffer + at), i8x16.splat(-128)))) return false;
  for (; at < length; at++) if (load<u8>(keyBuffer + at) >= 0x80) return false;
  return true;
}

function partStart(part: i32): usize {
  if (part < 10) return columnStart(part);
  if (part == PART_DAY || part == PART_HOUR) return columnStart(0);
  if (part == PART_FOLDER) return columnStart(6);
  if (part == PART_RESULT) return verdicts + <usize>hasFailed;
  return extensionStart(columnStart(6), columnEnd(6));
}

function partEnd(part: i32): usize {
  if (part < 10) return columnEnd(part);
  if (part == PART_DAY) return columnStart(0) + 10;
  if (part == PART_HOUR) return columnStart(0) + 13;
  if (part == PART_FOLDER) return folderEnd(columnStart(6), columnEnd(6));
  if (part == PART_RESULT) return verdicts + <usize>hasFailed + 1;
  return columnEnd(6);
}

/** Behind the last slash of either kind; the start where there is none. */
function folderEnd(start: usize, end: usize): usize {
  for (let at = end; at > start; at--) {
    const byte = load<u8>(at - 1);
    if (byte == 0x2f || byte == 0x5c) return at;
  }
  return start;
}

/** Behind the last dot of the last name, if it is not the name's first character; else the end. */
function extensionStart(start: usize, end: usize): usize {
  for (let at = end; at > start; at--) {
    const byte = load<u8>(at - 1);
    if (byte == 0x2f || byte == 0x5c) return end;
    if (byte == 0x2e) {
      if (at - 1 == start) return end;
      const before = load<u8>(at - 2);
      return before == 0x2f || before == 0x5c ? end : at;
    }
  }
  return end;
}

/** Zero when there is no room for a new one. Most records are of few groups, whose keys are short. */
function findEntry(length: usize): usize {
  if (length > 16) return lookUp(length);
  const low = load<u64>(keyBuffer);
  const high = load<u64>(keyBuffer, 8);
  const mixed = (low ^ (high * 0x9e3779b97f4a7c15)) * 0xff51afd7ed558ccd;
  const place = recent + ((<usize>(mixed >> 56)) << 5);
  const known = load<u32>(place, 20);
  const isSame = load<u64>(place) == low && load<u64>(place, 8) == high && load<u32>(place, 16) == <u32>length;
  if (known != 0 && isSame) return known;
  const entry = lookUp(length);
  if (entry != 0) {
    store<u64>(place, low);
    store<u64>(place, high, 8);
    store<u32>(place, <u32>length, 16);
    store<u32>(place, <u32>entry, 20);
  }
  return entry;
}

function lookUp(length: usize): usize {
  const hash = hashKey(length);
  let slot = hash & slotMask;
  while (true) {
    const number = load<u32>(slots + ((<usize>slot) << 2));
    if (number == 0) break;
    const entry = entryAddress(number - 1);
    if (load<u32>(entry) == hash && hasKey(entry, length)) return entry;
    slot = (slot + 1) & slotMask;
  }
  if (groupCount == entryLimit) return 0;
  const entry = makeEntry(hash, length);
  store<u32>(slots + ((<usize>slot) << 2), groupCount);
  return entry;
}

function makeEntry(hash: u32, length: usize): usize {
  const entry = entryAddress(groupCount);
  groupCount++;
  const key = allocate(length + 16);
  memory.copy(key, keyBuffer, length);
  store<u32>(entry, hash);
  store<u32>(entry, <u32>key, 4);
  store<u32>(entry, <u32>length, 8);
  store<u32>(entry, u32.MAX_VALUE, 24);
  return entry;
}

function hasKey(entry: usize, length: usize): bool {
  if (load<u32>(entry, 8) != <u32>length) return false;
  const key = <usize>load<u32>(entry, 4);
  let at: usize = 0;
  for (; at + 8 <= length; at += 8) {
    if (load<u64>(key + at) != load<u64>(keyBuffer + at)) return false;
  }
  for (; at < length; at++) {
    if (load<u8>(key + at) != load<u8>(keyBuffer + at)) return false;
  }
  return true;
}

/** Eight bytes at a time; the bytes behind the key are zero. */
function hashKey(length: usize): u32 {
  let hash: u64 = 0x9e3779b97f4a7c15 ^ <u64>length;
  for (let at: usize = 0; at < length; at += 8) {
    hash = (hash ^ load<u64>(keyBuffer + at)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  hash *= 0xc4ceb9fe1a85ec53;
  return <u32>(hash ^ (hash >> 29));
}

/** Entry: 32 the day at hand + 1, 36 its page, 40 the newest page. Page: 0 the day, 4 the next page, 8 a bit for each minute. */
function markMinute(entry: usize): void {
  if (load<u32>(entry, 32) != wallDay + 1 && !turnToPage(entry)) return;
  const page = <usize>load<u32>(entry, 36);
  const at = page + 8 + (minuteOfDay >> 3);
  store<u8>(at, load<u8>(at) | <u8>(<u32>1 << (minuteOfDay & 7)));
}

function turnToPage(entry: usize): bool {
  let page = <usize>load<u32>(entry, 40);
  while (page != 0 && load<u32>(page) != wallDay) page = <usize>load<u32>(page, 4);
  if (page == 0) {
    if (pageBytesLeft < PAGE_BYTES) {
      lacksPages = true;
      return false;
    }
    pageBytesLeft -= PAGE_BYTES;
    page = allocate(PAGE_BYTES);
    store<u32>(page, wallDay);
    store<u32>(page, load<u32>(entry, 40), 4);
    store<u32>(entry, <u32>page, 40);
  }
  store<u32>(entry, wallDay + 1, 32);
  store<u32>(entry, <u32>page, 36);
  return true;
}

/** How much memory the groups have taken. */
export function groupBytes(): usize {
  return allocatedBytes();
}
