import type { Query } from '../../client-log/query/query.js';
import type { AttemptRecord } from '../transfer-store.js';
import { readRecordOf, STORE_LOG, type AttemptRow } from './attempt-row.js';
import { planOf, type AttemptPlan } from './attempt-plan.js';
import {
  candidateSets,
  newestOf,
  rangeOfTime,
  wordStream,
  type Candidates,
  type IdRange,
} from './attempt-streams.js';
import type { prepareAttempts } from './attempt-statements.js';
import type { Endpoints } from './endpoints.js';
import type { RuleNames } from './rule-names.js';
import { PathSample } from './path-sample.js';
import { nextTurn } from './present.js';
import type { StoreFile } from './store-file.js';
import { prepareStreams } from './stream-statements.js';

/** So many ids are looked at before others have their turn; the first time fewer, which are often enough. */
const PIECE = 512;
const FIRST_PIECE = 64;
/** So many ids of a set say how dense it lies; one with fewer is read to its end. */
const SAMPLE = 2048;
/** Of words, which cost more to ask. */
const WORD_SAMPLE = 64;
/** An index is worth its jumps where it leaves out at least so many of its neighbours. */
const SPARSE = 8;

/** A second set that is larger than this is not asked. */
const MOST_WITHIN = 20_000;

export interface SearchParts {
  readonly store: StoreFile;
  readonly endpoints: Endpoints;
  readonly rules: RuleNames;
  readonly attempts: ReturnType<typeof prepareAttempts>;
  readonly recordOf: (row: AttemptRow) => AttemptRecord;
}

/** Where candidates come from; undefined: all attempts in their order. */
type Source = { readonly streams: Candidates; readonly within?: Candidates | undefined } | undefined;

/** Finds attempts by the query language: an index names candidates, the query decides on each. */
export class AttemptSearch {
  readonly #parts: SearchParts;
  readonly #sql: ReturnType<typeof prepareStreams>;
  readonly #sample: PathSample;

  constructor(parts: SearchParts) {
    this.#parts = parts;
    this.#sql = prepareStreams(parts.store);
    this.#sample = new PathSample(parts.attempts);
  }

  async find(query: Query | undefined, before: number, limit: number): Promise<readonly AttemptRecord[]> {
    const { store } = this.#parts;
    const plan = planOf(query);
    const found: AttemptRecord[] = [];
    const pieces = await store.read(() => this.#pieces(plan, before));
    const isMeant = rowTest(plan, this.#parts.endpoints);
    for (const { range, source } of pieces) {
      let rest = range;
      let limitOfPiece = FIRST_PIECE;
      while (found.length < limit && rest.from < rest.before) {
        const { rows, lowest } = await store.read(() => this.#rows(source, rest, limitOfPiece));
        for (const row of rows) {
          if (found.length === limit || !isMeant(row)) continue;
          const record = this.#parts.recordOf(row);
          if (query?.matches(readRecordOf(record), STORE_LOG) ?? true) found.push(record);
        }
        rest = { from: rest.from, before: lowest };
        limitOfPiece = Math.min(PIECE, limitOfPiece * 2);
        if (found.length < limit) await nextTurn();
      }
    }
    return found;
  }

  /** Newest first; what is not indexed by words yet is a piece of its own. */
  #pieces(
    plan: AttemptPlan,
    before: number,
  ): readonly { readonly range: IdRange; readonly source: Source }[] {
    if (plan.isEmpty) return [];
    const range = rangeOfTime(plan, before, this.#sql);
    const looks = candidateSets(plan, this.#parts, this.#sql).map((source) => look(source, range, SAMPLE));
    const [best, next] = looks
      .filter(({ share }) => share < 1 / SPARSE)
      .sort((one, other) => one.share - other.share);
    const source = best && { streams: best.streams, within: best.isFew ? undefined : next?.streams };
    if (plan.words.length === 0 || best?.isFew === true) return [{ range, source }];
    return this.#wordPieces(plan, range, { source, share: best?.share ?? 1 });
  }

  /** By words, where they leave out more than the other source does. */
  #wordPieces(
    plan: AttemptPlan,
    range: IdRange,
    other: { readonly source: Source; readonly share: number },
  ): readonly { readonly range: IdRange; readonly source: Source }[] {
    const split = Math.max(range.from, (this.#sql.indexedUpTo.get({})?.id ?? 0) + 1);
    const indexed = { from: range.from, before: Math.min(split, range.before) };
    const rarest = plan.words.map((values) => values.map((value) => this.#sample.rarest(value, range)));
    const words = look([wordStream(rarest, this.#sql)], indexed, WORD_SAMPLE);
    if (words.share >= Math.min(other.share, 1 / SPARSE)) return [{ range, source: other.source }];
    const source = { streams: words.streams, within: words.isFew ? undefined : other.source?.streams };
    return [
      { range: { from: split, before: range.before }, source: other.source },
      { range: indexed, source },
    ];
  }

  /** The next attempts of a source, and the id below which the ones after them lie. */
  #rows(
    source: Source,
    range: IdRange,
    limit: number,
  ): { readonly rows: readonly AttemptRow[]; readonly lowest: number } {
    const { attempts } = this.#parts;
    if (source === undefined) {
      const rows = attempts.page.all({ ...range, limit });
      return { rows, lowest: rows.at(-1)?.id ?? range.from };
    }
    const ids = newestOf(source.streams, range, limit);
    const lowest = ids.at(-1) ?? range.from;
    const meant = idsWithin(ids, source.within, { from: lowest, before: range.before });
    return { rows: meant.flatMap((id) => attempts.get.get({ id }) ?? []), lowest };
  }
}

/** Those that a second set of candidates has too: cheaper than to look at each attempt. */
function idsWithin(
  ids: readonly number[],
  within: Candidates | undefined,
  range: IdRange,
): readonly number[] {
  if (within === undefined) return ids;
  const others = new Set(within.flatMap((stream) => stream(range, MOST_WITHIN)));
  // Cut short it would leave out what it should have.
  return others.size >= MOST_WITHIN ? ids : ids.filter((id) => others.has(id));
}

/** How large a part of the range a set of candidates is, by its newest ids. */
function look(
  streams: Candidates,
  range: IdRange,
  sample: number,
): { readonly streams: Candidates; readonly share: number; readonly isFew: boolean } {
  const each = Math.ceil(sample / Math.max(1, streams.length));
  const ids = newestOf(streams, range, each);
  const isFew = ids.length < each;
  const lowest = isFew ? range.from : (ids.at(-1) ?? range.from);
  return { streams, share: ids.length / Math.max(1, range.before - lowest), isFew };
}

/** Leaves out at little cost most of what does not match. */
function rowTest(plan: AttemptPlan, endpoints: Endpoints): (row: AttemptRow) => boolean {
  const { sinceMs, untilMs, succeeded, codes } = plan;
  const meant = new Map<number, boolean>();
  const isEndpointMeant = (id: number) => {
    const answer = meant.get(id) ?? plan.isEndpointMeant(endpoints.get(id));
    meant.set(id, answer);
    return answer;
  };
  return (row) =>
    row.ended_ms >= sinceMs &&
    row.ended_ms < untilMs &&
    (succeeded === undefined || (row.succeeded === 1) === succeeded) &&
    codes.every((ranges) => ranges.some(({ from, to }) => row.last_code >= from && row.last_code <= to)) &&
    isEndpointMeant(row.endpoint_id);
}
