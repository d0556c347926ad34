import type { TextTest } from '../../client-log/query/mask.js';
import type { FailedFile } from './failed-file.js';
import { fileKey, insideKey, routeKey, targetKey, type FileIdentity } from './file-identity.js';

/** A failure that nothing has settled so far; what was learnt of it since may still change. */
export interface OpenFailure extends FailedFile {
  readonly key: string;
  /** Of an ambiguous line: the files that it may be about. */
  readonly candidateKeys: readonly string[];
  /** Of a mask: whether a source, its case folded, is one of its files. */
  readonly covers: TextTest | undefined;
  /** Grows with every attempt of any file. */
  readonly sequence: number;
  doubt: FailedFile['doubt'];
  replacedFrom: FailedFile['replacedFrom'];
}

/** All open failures, found by whatever a later line tells. */
export class OpenFailures {
  readonly #byKey = new Map<string, OpenFailure>();
  /** Of failures whose target may turn out to be a folder: the file in it. */
  readonly #inside = new Index();
  readonly #candidates = new Index();
  readonly #targets = new Index();
  readonly #masks = new Index();

  get size(): number {
    return this.#byKey.size;
  }

  all(): Iterable<OpenFailure> {
    return this.#byKey.values();
  }

  add(failure: OpenFailure): void {
    this.#byKey.set(failure.key, failure);
    for (const [index, key] of this.#placesOf(failure)) index.add(key, failure);
  }

  remove(failure: OpenFailure): void {
    this.#byKey.delete(failure.key);
    for (const [index, key] of this.#placesOf(failure)) index.remove(key, failure);
  }

  withKey(key: string): OpenFailure | undefined {
    return this.#byKey.get(key);
  }

  /** The failure of this very file, also where its line named the folder only. */
  ofFile(key: string): OpenFailure | undefined {
    return this.#byKey.get(key) ?? this.#inside.of(key)[0];
  }

  /** Ambiguous failures that may be of this file. */
  possiblyOfFile(key: string): readonly OpenFailure[] {
    return this.#candidates.of(key);
  }

  /** Failures of other files with the same target. */
  toTarget(identity: FileIdentity): readonly OpenFailure[] {
    return this.#targets.of(targetKey(identity));
  }

  masksOf(identity: FileIdentity): readonly OpenFailure[] {
    return this.#masks.size === 0 ? [] : this.#masks.of(routeKey(identity));
  }

  #placesOf({ identity, candidateKeys, covers }: OpenFailure): readonly (readonly [Index, string])[] {
    if (candidateKeys.length > 0) return candidateKeys.map((key) => [this.#candidates, key] as const);
    if (covers !== undefined) return [[this.#masks, routeKey(identity)]];
    const inside = insideKey(identity);
    const target = [this.#targets, targetKey(identity)] as const;
    return inside === undefined ? [target] : [target, [this.#inside, inside]];
  }
}

/** Failures by something that several may share. */
class Index {
  readonly #failures = new Map<string, readonly OpenFailure[]>();

  get size(): number {
    return this.#failures.size;
  }

  of(key: string): readonly OpenFailure[] {
    return this.#failures.get(key) ?? [];
  }

  add(key: string, failure: OpenFailure): void {
    this.#failures.set(key, [...this.of(key), failure]);
  }

  remove(key: string, failure: OpenFailure): void {
    const others = this.of(key).filter((each) => each !== failure);
    if (others.length > 0) this.#failures.set(key, others);
    else this.#failures.delete(key);
  }
}

/** The key of what an ambiguous line is about. */
export function ambiguousKey(identities: readonly FileIdentity[]): string {
  return `?${identities.map(fileKey).join('')}`;
}
