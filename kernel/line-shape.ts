/**
 * The shape of the lines that the kernel reads by itself: nine or ten columns parted by `;`, with or without a space
 * behind each and a `;` at the end, the words and numbers as Tallyman and EFT write them. Any other line, however
 * readable, is left to the tolerant reader.
 */
/** Where the semicolons of the line at hand stand, in a ring of sixteen; no record has more than ten. */
export const semicolonPlaces: usize = memory.data(64);
export const MAX_SEMICOLONS: i32 = 15;

let lineStart: usize = 0;

/** Of the line at hand. */
export let columnCount: i32 = 0;
export let hasFailed: bool = false;
export let isInferred: bool = false;
/** Seconds since 1970 as the clocks on the wall show them, without a zone. */
export let wallSeconds: u32 = 0;
export let wallDay: u32 = 0;

/** `YYYY-MM-DD HH:MM` of the line before, and what it means. */
let lastMinuteText: v128 = i32x4.splat(0);
let lastMinuteSeconds: u32 = 0;
/** Of the day. */
export let minuteOfDay: u32 = 0;

const SPACE: u8 = 0x20;
const DASH: u8 = 0x2d;
const COLON: u8 = 0x3a;

@inline
function semicolonAt(index: i32): usize {
  return load<u32>(semicolonPlaces + ((<usize>index) << 2));
}

/** The first byte of a column; a space behind its semicolon does not belong to it. */
@inline
export function columnStart(index: i32): usize {
  if (index == 0) return lineStart;
  const at = semicolonAt(index - 1) + 1;
  return at + <usize>(load<u8>(at) == SPACE);
}

@inline
export function columnEnd(index: i32): usize {
  return semicolonAt(index);
}

/**
 * Whether the line from `start` to `end` (without its line end), which has `count` semicolons, has the shape. Settles
 * its columns and its verdict.
 */
export function readShape(start: usize, end: usize, count: i32): bool {
  if (count < 8 || count > 10) return false;
  columnCount = count;
  if (semicolonAt(count - 1) + 1 != end) {
    store<u32>(semicolonPlaces + ((<usize>count) << 2), <u32>end);
    columnCount++;
  }
  if (columnCount != 9 && columnCount != 10) return false;
  lineStart = start;
  return readTime() && isPort() && isOperation() && readVerdict();
}

/** Lines come in order of time, so the minute is mostly that of the line before. */
function readTime(): bool {
  const at = lineStart;
  if (columnEnd(0) - at != 19) return false;
  const second = twoDigits(at + 17);
  if (second > 59 || load<u8>(at, 16) != COLON) return false;
  const minuteText = v128.load(at);
  if (!i8x16.all_true(i8x16.eq(minuteText, lastMinuteText))) {
    if (!readMinute(at)) return false;
    lastMinuteText = minuteText;
  }
  wallSeconds = lastMinuteSeconds + second;
  return true;
}

/** `YYYY-MM-DD HH:MM` has digits at 0-3, 5, 6, 8, 9, 11, 12, 14, 15. */
const DIGIT_PLACES: i32 = 0xdb6f;

function readMinute(at: usize): bool {
  const digits = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  const isDigit = i8x16.bitmask(i8x16.le_u(digits, i8x16.splat(9)));
  if ((isDigit & DIGIT_PLACES) != DIGIT_PLACES) return false;
  if (load<u8>(at, 4) != DASH || load<u8>(at, 7) != DASH || load<u8>(at, 10) != SPACE) return false;
  if (load<u8>(at, 13) != COLON) return false;
  const minute = twoDigits(at + 14);
  const hour = twoDigits(at + 11);
  const year = twoDigits(at) * 100 + twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const day = twoDigits(at + 8);
  if (minute > 59 || hour > 23 || year < 1970 || year > 2099 || month < 1 || month > 12) return false;
  if (day < 1 || day > daysInMonth(year, month)) return false;
  wallDay = daysSince1970(year, month, day);
  minuteOfDay = hour * 60 + minute;
  lastMinuteSeconds = wallDay * 86400 + minuteOfDay * 60;
  return true;
}

/** 255 and more where one of the two is no digit. */
function twoDigits(at: usize): u32 {
  const high = <u32>load<u8>(at) - 0x30;
  const low = <u32>load<u8>(at, 1) - 0x30;
  return high > 9 || low > 9 ? 255 : high * 10 + low;
}

function daysInMonth(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil. */
function daysSince1970(year: u32, month: u32, day: u32): u32 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

function isPort(): bool {
  const start = columnStart(3);
  const end = columnEnd(3);
  const length = end - start;
  if (length < 1 || length > 5) return false;
  if (load<u8>(start) == 0x30 && length > 1) return false;
  let value: u32 = 0;
  for (let at = start; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  return value <= 65535;
}

/** `upload` or `download`. */
function isOperation(): bool {
  const at = columnStart(7);
  const length = columnEnd(7) - at;
  if (length == 6) return load<u32>(at) == 0x6f6c7075 && load<u16>(at, 4) == 0x6461;
  if (length == 8) return load<u64>(at) == 0x64616f6c6e776f64;
  return false;
}

/** The kinds of protocol by how success looks: 0 none of ours, 1 a reply of 2xx or 0, 2 only 0. */
function protocolKind(): i32 {
  const at = columnStart(1);
  const length = columnEnd(1) - at;
  if (length == 3) return (load<u32>(at) & 0xffffff) == 0x707466 ? 1 : 0;
  if (length == 4) {
    const word = load<u32>(at);
    if (word == 0x70746673) return 2;
    return word == 0x73707466 || word == 0x70747468 ? 1 : 0;
  }
  if (length == 5) {
    const word = load<u32>(at);
    const last = load<u8>(at, 4);
    if (word == 0x70747468 && last == 0x73) return 1;
    return word == 0x61636f6c && last == 0x6c ? 2 : 0;
  }
  return length == 2 && load<u16>(at) == 0x3373 ? 1 : 0;
}

function readVerdict(): bool {
  const kind = protocolKind();
  if (kind == 0) return false;
  const start = columnStart(8);
  const end = columnEnd(8);
  let at = start;
  const isNegative = at < end && load<u8>(at) == 0x2d;
  if (isNegative) at++;
  const length = end - at;
  if (length < 1 || length > 9) return false;
  if (load<u8>(at) == 0x30 && (length > 1 || isNegative)) return false;
  let value: u32 = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  if (columnCount == 9) {
    isInferred = true;
    hasFailed = isNegative || !(value == 0 || (kind == 1 && value >= 200 && value <= 299));
    return true;
  }
  const verdict = columnStart(9);
  if (columnEnd(9) - verdict != 1) return false;
  const digit = load<u8>(verdict);
  isInferred = false;
  hasFailed = digit == 0x31;
  return digit == 0x30 || digit == 0x31;
}
