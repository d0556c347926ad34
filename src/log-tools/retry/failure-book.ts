import { foldCase, wholeTextTest, type MaskPart, type TextTest } from '../../client-log/query/mask.js';
import type { Query } from '../../client-log/query/query.js';
import type { LogFileRef, LogLine, ReadRecord } from '../../client-log/reading/log-line.js';
import { TransferError } from '../../core/transfer-error.js';
import { keptLine, type Doubt, type FailureFindings } from './failed-file.js';
import { fileKey, insideKey, type FileIdentifier, type FileIdentity } from './file-identity.js';
import { ambiguousKey, OpenFailures, type OpenFailure } from './open-failures.js';
import { isSoonAfter, RecentSuccesses, type LineTime } from './recent-successes.js';

export interface FailureBookOptions {
  /** The failures that are asked for; all where undefined. */
  readonly query: Query | undefined;
  readonly identifier: FileIdentifier;
  /** Most files that failed and have not succeeded since. Default 100,000, which take about 150 MB. */
  readonly maxFiles?: number;
}

const MAX_FILES = 100_000;

/** A record and where it stands. */
interface Seen {
  readonly record: ReadRecord;
  readonly file: LogFileRef;
  readonly lineNumber: number;
  readonly isIncomplete: boolean;
}

/**
 * Goes through the lines of logs in the order of their time and knows at the end which files failed and did not
 * succeed later. It remembers failures only, so memory does not grow with what went well.
 */
export class FailureBook {
  readonly #query: Query | undefined;
  readonly #identifier: FileIdentifier;
  readonly #maxFiles: number;
  readonly #open = new OpenFailures();
  readonly #successes = new RecentSuccesses();
  #sequence = 0;
  #recovered = 0;

  constructor({ query, identifier, maxFiles = MAX_FILES }: FailureBookOptions) {
    this.#query = query;
    this.#identifier = identifier;
    this.#maxFiles = maxFiles;
  }

  /** Throws LIMIT_EXCEEDED for more files than can be remembered. */
  take(line: LogLine): void {
    if ((line.kind !== 'record' && line.kind !== 'incomplete') || line.record === undefined) return;
    const { record, file, lineNumber } = line;
    const seen = { record, file, lineNumber, isIncomplete: line.kind === 'incomplete' };
    if (record.candidates !== undefined && record.candidates.length > 1) this.#takeAmbiguous(seen);
    else if (record.result === 'failed') this.#takeFailure(seen);
    else this.#takeSuccess(seen);
  }

  findings(): FailureFindings {
    return {
      files: [...this.#open.all()].sort((one, other) => one.sequence - other.sequence),
      recovered: this.#recovered,
      hasForgottenSuccesses: this.#successes.hasForgotten,
    };
  }

  #takeSuccess(seen: Seen): void {
    const identity = this.#identifier.identify(seen.record);
    const key = fileKey(identity);
    if (seen.isIncomplete) {
      const failure = this.#open.ofFile(key);
      if (failure !== undefined) failure.doubt = { kind: 'incomplete', line: kept(seen) };
      return;
    }
    this.#successes.add(key, timeOf(seen));
    if (this.#open.size > 0) this.#settle(identity, key, seen);
  }

  #settle(identity: FileIdentity, key: string, seen: Seen): void {
    const own = this.#open.ofFile(key);
    const settled = [
      ...(own === undefined ? [] : [own]),
      ...this.#open.possiblyOfFile(key),
      ...this.#masksAbove(identity),
    ];
    for (const failure of settled) this.#open.remove(failure);
    this.#recovered += settled.length;
    for (const failure of this.#open.toTarget(identity)) {
      const line = kept(seen);
      failure.replacedFrom = { source: this.#identifier.identify(line.record).source, line };
    }
  }

  /** Failures of masks that this file is one of: an attempt that came to its files has settled them. */
  #masksAbove(identity: FileIdentity): readonly OpenFailure[] {
    const masks = this.#open.masksOf(identity);
    if (masks.length === 0) return [];
    const source = foldCase(identity.source);
    return masks.filter(({ covers }) => covers?.(source) === true);
  }

  #takeFailure(seen: Seen): void {
    const identity = this.#identifier.identify(seen.record);
    const key = fileKey(identity);
    const inside = insideKey(identity);
    const before = this.#open.ofFile(key) ?? (inside === undefined ? undefined : this.#open.withKey(inside));
    if (before === undefined && !this.#isAskedFor(seen)) return;
    const line = kept(seen);
    const isMask = hasMask(identity);
    if (!isMask) for (const mask of this.#masksAbove(identity)) this.#open.remove(mask);
    // A line that names the folder only tells less than the one before.
    const isLess = before !== undefined && before.key === inside;
    this.#enter({
      before,
      key: isLess ? before.key : key,
      identity: isLess ? before.identity : this.#identifier.identify(line.record),
      line,
      doubt: seen.isIncomplete ? { kind: 'incomplete', line } : isMask ? { kind: 'mask' } : undefined,
    });
  }

  #takeAmbiguous(seen: Seen): void {
    const identities = this.#identitiesOf(seen.record);
    const key = ambiguousKey(identities);
    const before = this.#open.withKey(key);
    if (seen.record.result === 'succeeded') {
      if (before !== undefined && !seen.isIncomplete) {
        this.#open.remove(before);
        this.#recovered += 1;
      }
      for (const candidate of identities) {
        const failure = this.#open.ofFile(fileKey(candidate));
        if (failure !== undefined) failure.doubt = { kind: 'ambiguous-success', line: kept(seen) };
      }
      return;
    }
    if (before === undefined && !this.#isAskedFor(seen)) return;
    const line = kept(seen);
    const own = this.#identitiesOf(line.record);
    const [identity] = own;
    if (identity === undefined) return;
    const doubt = { kind: 'ambiguous', candidates: line.record.candidates ?? [] } as const;
    this.#enter({ before, key, identity, line, doubt, candidateKeys: own.map(fileKey) });
  }

  #identitiesOf(record: ReadRecord): readonly FileIdentity[] {
    return (record.candidates ?? []).map((paths) => this.#identifier.identify(record, paths));
  }

  #isAskedFor({ record, file }: Seen): boolean {
    return this.#query === undefined || this.#query.matches(record, file);
  }

  #enter(entry: NewEntry): void {
    const { before, key, identity, line, doubt, candidateKeys = [] } = entry;
    if (before !== undefined) this.#open.remove(before);
    if (this.#open.size >= this.#maxFiles) throw tooMany(this.#maxFiles);
    this.#sequence += 1;
    this.#open.add({
      key,
      identity,
      last: line,
      attempts: (before?.attempts ?? 0) + 1,
      doubt,
      deliveredBefore: this.#deliveredBefore(entry),
      replacedFrom: undefined,
      candidateKeys,
      covers: doubt?.kind === 'mask' ? maskTest(identity.source) : undefined,
      sequence: this.#sequence,
    });
  }

  /** What one failure after a success says, the failures that follow it closely do not unsay. */
  #deliveredBefore({ before, key, line }: NewEntry): string | undefined {
    const now = timeOf(line);
    if (before === undefined) return this.#successes.soonBefore(key, now);
    return isSoonAfter(timeOf(before.last), now) ? before.deliveredBefore : undefined;
  }
}

interface NewEntry {
  /** What was known of the file so far. */
  readonly before: OpenFailure | undefined;
  readonly key: string;
  readonly identity: FileIdentity;
  readonly line: OpenFailure['last'];
  readonly doubt: Doubt | undefined;
  readonly candidateKeys?: readonly string[];
}

function kept({ record, file, lineNumber }: Seen): OpenFailure['last'] {
  return keptLine(record, file, lineNumber);
}

function timeOf({ record, file }: Pick<Seen, 'record' | 'file'>): LineTime {
  return { time: record.time, timeZone: file.timeZone };
}

function hasMask({ source, target }: FileIdentity): boolean {
  return /[*?]/.test(source) || /[*?]/.test(target);
}

/** Generous where DOS and others differ: `?` may stand for nothing, `.*` also for no extension. */
function maskTest(source: string): TextTest {
  const parts = source
    .replace(/\.\*$/, '*')
    .split(/[*?]+/)
    .flatMap((text): readonly MaskPart[] => ['*', ...(text === '' ? [] : [{ text }])]);
  return wholeTextTest(parts.slice(1));
}

function tooMany(maxFiles: number): TransferError {
  return new TransferError({
    code: 'LIMIT_EXCEEDED',
    lastCode: -1,
    phase: 'plan',
    side: 'us',
    message: `more than ${maxFiles.toLocaleString('en')} files failed and did not succeed since`,
    advice: 'Ask for fewer at a time: since:7d, host:acme*, code:10060; or give fewer logs.',
  });
}
