/** One thing that was said on a partner's connection. Passwords stand as `***`. */
export interface TranscriptLine {
  /** The session, counted from 1 in the order of arrival. */
  readonly session: number;
  readonly from: 'client' | 'partner';
  readonly text: string;
}

const KEPT_LINES = 20_000;

interface Watcher {
  readonly from: TranscriptLine['from'];
  readonly begin: string;
  left: number;
  readonly found: (line: TranscriptLine) => void;
}

/** What was said, the last 20,000 lines of it, and a way to wait for a line. */
export class Transcript {
  #lines: TranscriptLine[] = [];
  #watchers: Watcher[] = [];

  get lines(): readonly TranscriptLine[] {
    return this.#lines;
  }

  add(session: number, from: TranscriptLine['from'], text: string): void {
    const line = { session, from, text };
    this.#lines.push(line);
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines = this.#lines.slice(-KEPT_LINES);
    for (const watcher of this.#watchers.filter((each) => matches(each, line))) {
      watcher.left -= 1;
      if (watcher.left > 0) continue;
      this.#watchers = this.#watchers.filter((other) => other !== watcher);
      watcher.found(line);
    }
  }

  /** Resolves with the `nth` line from that side that begins so, past ones counted; never when there is none. */
  seen(from: TranscriptLine['from'], begin: string, nth = 1): Promise<TranscriptLine> {
    const past = this.#lines.filter((line) => matches({ from, begin }, line));
    const found = past[nth - 1];
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      this.#watchers.push({ from, begin, left: nth - past.length, found: resolve });
    });
  }
}

function matches(wanted: Pick<Watcher, 'from' | 'begin'>, line: TranscriptLine): boolean {
  return line.from === wanted.from && line.text.startsWith(wanted.begin);
}
