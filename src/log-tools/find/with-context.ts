import type { Query } from '../../client-log/query/query.js';
import type { LogLine, RecordLine } from '../../client-log/reading/log-line.js';
import { instantOf } from '../../client-log/zone-time.js';
import type { FoundLine } from './found-line.js';

/** Records that wait for a match behind them; more than that are not kept, so that memory stays bounded. */
export const MAX_WAITING = 20_000;

export interface ContextRequest {
  readonly query: Query;
  /** How far before and behind a match a record of the same host belongs to it. */
  readonly contextMs: number;
  /** Called once when more records stood before a match than are kept. */
  readonly tooMany: () => void;
}

/** The matching records and, marked as no matches, their neighbours in time on the same host, in order of time. */
export async function* withContext(
  lines: AsyncIterable<readonly LogLine[]>,
  request: ContextRequest,
): AsyncGenerator<readonly FoundLine[]> {
  const window = new ContextWindow(request);
  for await (const batch of lines) {
    const found: FoundLine[] = [];
    for (const line of batch) if (line.kind === 'record') found.push(...window.take(line));
    yield found;
  }
}

interface Waiting {
  readonly line: RecordLine;
  readonly instantMs: number;
}

class ContextWindow {
  readonly #request: ContextRequest;
  /** Until when records of a host belong to a match before them. */
  readonly #openUntilMs = new Map<string, number>();
  #waiting: Waiting[] = [];
  #hasTold = false;

  constructor(request: ContextRequest) {
    this.#request = request;
  }

  take(line: RecordLine): readonly FoundLine[] {
    const { query, contextMs } = this.#request;
    const instantMs = instantOf(line.record.time, line.file.timeZone);
    const host = line.record.host.toLowerCase();
    if (query.matches(line.record, line.file)) {
      const before = this.#takeWaiting(host, instantMs - contextMs);
      this.#openUntilMs.set(host, instantMs + contextMs);
      return [...before.map((each) => ({ ...each, isMatch: false })), { ...line, isMatch: true }];
    }
    if (instantMs <= (this.#openUntilMs.get(host) ?? -Infinity)) return [{ ...line, isMatch: false }];
    this.#wait({ line, instantMs });
    return [];
  }

  #takeWaiting(host: string, sinceMs: number): readonly RecordLine[] {
    const isNear = ({ line, instantMs }: Waiting) =>
      instantMs >= sinceMs && line.record.host.toLowerCase() === host;
    const near = this.#waiting.filter(isNear).map(({ line }) => line);
    this.#waiting = this.#waiting.filter((each) => !isNear(each) && each.instantMs >= sinceMs);
    return near;
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#waiting.length < 2 * MAX_WAITING) return;
    const sinceMs = waiting.instantMs - this.#request.contextMs;
    const recent = this.#waiting.filter(({ instantMs }) => instantMs >= sinceMs);
    this.#waiting = recent.slice(-MAX_WAITING);
    if (recent.length <= MAX_WAITING || this.#hasTold) return;
    this.#hasTold = true;
    this.#request.tooMany();
  }
}
