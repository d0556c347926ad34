import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { MinuteMap } from './minute-map.js';
import { partOf, type RecordPart } from './record-part.js';
import { wallSeconds } from './wall-time.js';

/** What is counted of the records of one group. */
export interface GroupCounts {
  readonly count: number;
  readonly failed: number;
  /** Those whose verdict is read from the code. */
  readonly inferred: number;
  /** Seconds since 1970 on the wall. */
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  /** Undefined where the minutes are not kept, or there was no room for them. */
  readonly minutes: MinuteMap | undefined;
}

/** Records that are counted as a whole only, because there are too many groups. */
export interface Ungrouped {
  readonly count: number;
  readonly failed: number;
}

/** Groups beyond this number are not told apart, so that memory stays bounded. */
export const MAX_GROUPS = 50_000;
/** Room for the minutes of all groups, in days on which a group was seen. */
export const MAX_GROUP_DAYS = 200_000;

/** Counts of groups, each known by the texts of some parts of its records. */
export class GroupTable {
  /** By the key as JSON: a text may hold any character that could part two. */
  readonly #groups = new Map<string, Group>();
  readonly #keepsMinutes: boolean;
  #ungrouped = { count: 0, failed: 0 };

  /** `keepsMinutes`: whether the longest silence of a group will be asked for. */
  constructor({ keepsMinutes }: { readonly keepsMinutes: boolean }) {
    this.#keepsMinutes = keepsMinutes;
  }

  get ungrouped(): Ungrouped {
    return this.#ungrouped;
  }

  /** Counts one record under the texts of these parts. */
  addRecord(record: ReadRecord, parts: readonly RecordPart[]): void {
    const seconds = wallSeconds(record.time);
    const group = this.#group(parts.map((part) => partOf(record, part)));
    const failed = record.result === 'failed' ? 1 : 0;
    if (group === undefined) return this.addUngrouped({ count: 1, failed });
    group.count += 1;
    group.failed += failed;
    if (record.isInferred) group.inferred += 1;
    group.firstSeconds = Math.min(group.firstSeconds, seconds);
    group.lastSeconds = Math.max(group.lastSeconds, seconds);
    group.minutes?.mark(seconds);
  }

  /** Adds what somebody else has counted of a group; its minutes are taken over. */
  addCounts(key: readonly string[], counts: GroupCounts): void {
    const name = JSON.stringify(key);
    const group = this.#groups.get(name)?.counts;
    if (group === undefined) {
      if (this.#groups.size >= MAX_GROUPS) this.addUngrouped(counts);
      else this.#groups.set(name, { key, counts: { ...counts } });
      return;
    }
    group.count += counts.count;
    group.failed += counts.failed;
    group.inferred += counts.inferred;
    group.firstSeconds = Math.min(group.firstSeconds, counts.firstSeconds);
    group.lastSeconds = Math.max(group.lastSeconds, counts.lastSeconds);
    if (counts.minutes === undefined) group.minutes = undefined;
    else group.minutes?.merge(counts.minutes);
  }

  /** Takes over all groups of another table. */
  addTable(other: GroupTable): void {
    for (const [key, counts] of other.entries()) this.addCounts(key, counts);
    this.addUngrouped(other.ungrouped);
  }

  addUngrouped({ count, failed }: Ungrouped): void {
    this.#ungrouped = { count: this.#ungrouped.count + count, failed: this.#ungrouped.failed + failed };
  }

  *entries(): Generator<readonly [key: readonly string[], counts: GroupCounts]> {
    for (const { key, counts } of this.#groups.values()) yield [key, counts];
  }

  #group(key: readonly string[]): MutableCounts | undefined {
    const name = JSON.stringify(key);
    const known = this.#groups.get(name)?.counts;
    if (known !== undefined || this.#groups.size >= MAX_GROUPS) return known;
    const made: MutableCounts = {
      count: 0,
      failed: 0,
      inferred: 0,
      firstSeconds: Infinity,
      lastSeconds: -Infinity,
      minutes: this.#keepsMinutes ? new MinuteMap() : undefined,
    };
    this.#groups.set(name, { key, counts: made });
    return made;
  }
}

type MutableCounts = { -readonly [Key in keyof GroupCounts]: GroupCounts[Key] };

interface Group {
  readonly key: readonly string[];
  readonly counts: MutableCounts;
}
