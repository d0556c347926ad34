import { printable } from '../core/printable.js';
import type { RemotePath } from '../core/remote-path.js';
import type { FileFilter } from '../rules/triggers/trigger.js';
import { showBytes } from '../settings/byte-size.js';
import { showDuration } from '../settings/duration.js';
import { fillVariables } from '../transfers/file-variables.js';
import { isTemporaryName } from '../transfers/temporary-name.js';
import type { Objection } from './file-verdict.js';
import { pathMask } from './path-mask.js';
import { nameOf, type SeenFile } from './seen-file.js';

/** What is known of a file from the looks before this one. */
export interface Observation {
  readonly file: SeenFile;
  /** By the clock that never goes back: when it was first seen as it is now. */
  readonly sinceMs: number;
  /** What was new about it then. */
  readonly change: 'first' | 'size' | 'time';
}

export interface ReadinessOptions {
  /** Names of our own unfinished copies, where a connection has a pattern of its own. */
  readonly isOurs?: (name: string) => boolean;
  /** A mask on the name that holds besides `include`: the last part of `acme:/out/*.csv`. */
  readonly mask?: string | undefined;
}

/** The filter of a trigger, made ready to be asked for many files. Pure: same file, same times, same answer. */
export class FileReadiness {
  readonly filter: FileFilter;
  readonly #include: readonly Mask[];
  readonly #exclude: readonly Mask[];
  readonly #mask: Mask | undefined;
  readonly #isDoneFile: (name: string) => boolean;
  readonly #isOurs: (name: string) => boolean;

  constructor(filter: FileFilter, { isOurs = () => false, mask }: ReadinessOptions = {}) {
    this.filter = filter;
    this.#mask = mask === undefined ? undefined : maskOf(mask);
    this.#include = filter.include.map(maskOf);
    this.#exclude = filter.exclude.map(maskOf);
    this.#isDoneFile = doneFileMatcher(filter.doneFile);
    this.#isOurs = (name) => isTemporaryName(name) || isOurs(name);
  }

  /** Why no file of this name counts, or undefined. Asked before the file itself is looked at. */
  nameObjection(relativePath: string): Objection {
    const name = nameOf(relativePath);
    if (this.#isOurs(name)) return leftOut('a copy of ours on its way');
    if (this.#isDoneFile(name)) return leftOut('a done-file, which only speaks for another');
    if (this.#mask?.matches(name) === false) return leftOut(`not ${printable(this.#mask.text)}`);
    const excluded = this.#exclude.find(({ matches }) => matches(relativePath));
    if (excluded !== undefined) return leftOut(`excluded by ${printable(excluded.text)}`);
    if (this.#include.length === 0 || this.#include.some(({ matches }) => matches(relativePath)))
      return undefined;
    return leftOut(`not in include ${this.#include.map(({ text }) => printable(text)).join(', ')}`);
  }

  /** False for a folder below that is not gone into: its own path is excluded, or the trigger takes none. */
  entersFolder(relativePath: string): boolean {
    if (!this.filter.subfolders) return false;
    return !this.#exclude.some(
      ({ text, matches }) =>
        matches(relativePath) || (text.endsWith('/**') && matches(`${relativePath}/anything`)),
    );
  }

  isDoneFile(name: string): boolean {
    return this.#isDoneFile(name);
  }

  /** Name of the file that must lie beside this one, or undefined. */
  doneNameOf(relativePath: string): string | undefined {
    const { doneFile } = this.filter;
    if (doneFile === undefined) return undefined;
    return fillVariables(doneFile, nameOf(relativePath) as RemotePath);
  }

  /** Limits of size and age, by the wall clock. */
  factsObjection(file: SeenFile, nowMs: number): Objection {
    return this.#sizeObjection(file) ?? this.#ageObjection(file, nowMs);
  }

  /** Whether it stayed the same long enough, by the clock that never goes back. */
  settleObjection({ sinceMs, change }: Observation, monotonicMs: number): Objection {
    const { settleMs } = this.filter;
    const quietMs = monotonicMs - sinceMs;
    if (quietMs >= settleMs) return undefined;
    const what = { first: 'first seen', size: 'size changed', time: 'time of change moved' }[change];
    return {
      state: 'notYet',
      reason: `${what} ${showDuration(quietMs)} ago, and it must stay as it is for ${showDuration(settleMs)}`,
      readyInMs: settleMs - quietMs,
    };
  }

  /** Milliseconds until time alone makes it ready, 0 when it is; `Infinity` when more than time is missing. */
  waitMs(
    { file, sinceMs }: Observation,
    times: { readonly nowMs: number; readonly monotonicMs: number },
  ): number {
    if (this.#sizeObjection(file) !== undefined) return Number.POSITIVE_INFINITY;
    const ageWaitMs = this.#ageWaitMs(file, times.nowMs);
    return Math.max(0, ageWaitMs, this.filter.settleMs - (times.monotonicMs - sinceMs));
  }

  #ageWaitMs(file: SeenFile, nowMs: number): number {
    const objection = this.#ageObjection(file, nowMs);
    return objection === undefined ? 0 : (objection.readyInMs ?? Number.POSITIVE_INFINITY);
  }

  #sizeObjection({ sizeBytes }: SeenFile): Objection {
    const { minSizeBytes = 0, maxSizeBytes = Number.POSITIVE_INFINITY } = this.filter;
    if (minSizeBytes === 0 && maxSizeBytes === Number.POSITIVE_INFINITY) return undefined;
    if (sizeBytes === undefined) return leftOut('the server hides its size, which the trigger limits');
    if (sizeBytes < minSizeBytes)
      return leftOut(`${showBytes(sizeBytes)}, and minSize is ${showBytes(minSizeBytes)}`);
    if (sizeBytes > maxSizeBytes)
      return leftOut(`${showBytes(sizeBytes)}, and maxSize is ${showBytes(maxSizeBytes)}`);
    return undefined;
  }

  #ageObjection({ modifiedMs }: SeenFile, nowMs: number): Objection {
    const { minAgeMs = 0, maxAgeMs = Number.POSITIVE_INFINITY } = this.filter;
    if (minAgeMs === 0 && maxAgeMs === Number.POSITIVE_INFINITY) return undefined;
    if (modifiedMs === undefined) return leftOut('the server hides its time, which the trigger limits');
    const ageMs = nowMs - modifiedMs;
    if (ageMs > maxAgeMs)
      return leftOut(`${showDuration(ageMs)} old, and maxAge is ${showDuration(maxAgeMs)}`);
    if (ageMs >= minAgeMs) return undefined;
    const age =
      ageMs < 0
        ? `its time of change is ${showDuration(-ageMs)} in the future`
        : `changed ${showDuration(ageMs)} ago`;
    return {
      state: 'notYet',
      reason: `${age}, and minAge is ${showDuration(minAgeMs)}`,
      readyInMs: minAgeMs - ageMs,
    };
  }
}

interface Mask {
  readonly text: string;
  readonly matches: (relativePath: string) => boolean;
}

function maskOf(text: string): Mask {
  return { text, matches: pathMask(text) };
}

function leftOut(reason: string): Objection {
  return { state: 'leftOut', reason };
}

/** Also a done-file whose file has not come yet never counts itself: its name alone tells. */
function doneFileMatcher(doneFile: string | undefined): (name: string) => boolean {
  if (doneFile === undefined) return () => false;
  const parts = doneFile.split(/%[A-Za-z][A-Za-z_]*\.[A-Za-z_.]+%/);
  const source = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('[^]+');
  const expression = new RegExp(`^${source}$`, 'u');
  return (name) => expression.test(name);
}
