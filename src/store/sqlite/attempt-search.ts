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

export interface SearchParts {
  readonly store: StoreFile;
  readonly endpoints: Endpoints;
  readonly attempts: ReturnType<typeof prepareAttempts>;
  readonly recordOf: (row: AttemptRow) => AttemptRecord;
}

/** Where candidates come from: ids below `before`, newest first; undefined: all attempts in their order. */
type Source = Candidates | undefined;

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
    const looks = candidateSets(plan, this.#parts.endpoints, this.#sql).map((source) =>
      look(source, range, SAMPLE),
    );
    const [best] = looks.sort((one, other) => one.share - other.share);
    const source = best !== undefined && best.share < 1 / SPARSE ? best.source : undefined;
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
    return [
      { range: { from: split, before: range.before }, source: other.source },
      { range: indexed, source: words.source },
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
    const ids = newestOf(source, range, limit);
    const rows = ids.flatMap((id) => attempts.get.get({ id }) ?? []);
    return { rows, lowest: ids.at(-1) ?? range.from };
  }
}

/** How large a part of the range a set of candidates is, by its newest ids. */
function look(
  source: Candidates,
  range: IdRange,
  sample: number,
): { readonly source: Candidates; readonly share: number; readonly isFew: boolean } {
  const each = Math.ceil(sample / Math.max(1, source.length));
  const ids = newestOf(source, range, each);
  const isFew = ids.length < each;
  const lowest = isFew ? range.from : (ids.at(-1) ?? range.from);
  return { source, share: ids.length / Math.max(1, range.before - lowest), isFew };
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
