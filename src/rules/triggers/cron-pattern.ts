import { Cron } from 'croner';

/** A cron text, read: five fields, or six with seconds in front. It knows no zone: its times are wall times. */
export interface CronPattern {
  /**
   * The first wall time after this one that fits, both as if they were UTC, in milliseconds; undefined when there is
   * none any more (30 February).
   */
  nextWallMs(afterWallMs: number): number | undefined;
  /** The hour field is `*`: it means each hour that passes, and not a time on the clock's face. */
  readonly isEveryHour: boolean;
}

/** Why a text is no cron pattern, as one sentence without a full stop; undefined when it is one. */
export function cronProblem(text: string): string | undefined {
  const fields = fieldsOf(text);
  if (fields.length !== 5 && fields.length !== 6) {
    return `a cron has five fields (minute hour day month weekday), or six with seconds in front; this has ${fields.length}`;
  }
  if (text.includes('?')) return '? is not known here: write *';
  try {
    const pattern = new Cron(fields.join(' '), CRONER);
    return pattern.nextRun(new Date(ANY_DAY_MS)) === null ? 'there is no such day' : undefined;
  } catch (thrown) {
    return thrown instanceof Error ? plainWords(thrown.message) : String(thrown);
  }
}

/** Reads a pattern that `cronProblem` has nothing against; throws what croner throws at another. */
export function readCron(text: string): CronPattern {
  const known = readPatterns.get(text);
  if (known !== undefined) return known;
  const fields = fieldsOf(text);
  const cron = new Cron(fields.join(' '), CRONER);
  const hour = fields[fields.length - 4] ?? '';
  const pattern = {
    nextWallMs: (afterWallMs: number) => cron.nextRun(new Date(afterWallMs))?.getTime(),
    isEveryHour: EVERY_HOUR.has(hour),
  };
  if (readPatterns.size >= MAX_KEPT_PATTERNS) readPatterns.clear();
  readPatterns.set(text, pattern);
  return pattern;
}

/** croner is asked for times only; it never starts a timer of its own. */
const CRONER = { utcOffset: 0, paused: true, mode: '5-or-6-parts' } as const;

const EVERY_HOUR: ReadonlySet<string> = new Set(['*', '*/1', '0-23']);

/** 2000-01-01; every pattern that can be met at all is met after it. */
const ANY_DAY_MS = 946_684_800_000;

/** Many rules share a few patterns, and a read one is large. */
const MAX_KEPT_PATTERNS = 500;
const readPatterns = new Map<string, CronPattern>();

function fieldsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((field) => field !== '');
}

function plainWords(message: string): string {
  return message.replace(/^CronPattern: /, '').replace(/\.$/, '');
}
