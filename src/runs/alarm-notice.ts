import { DateTime } from 'luxon';
import { counted } from '../core/counted.js';
import { printable } from '../core/printable.js';
import type { Side } from '../core/error-codes.js';
import type { Alarm } from '../store/alarm-store.js';

/** One thing that people are told of an alarm. Plain data: it waits in the store until it was told. */
export interface AlarmNotice {
  /** `again`: it was told before, and what it waits for did not come once more. */
  readonly what: 'opened' | 'again' | 'closed';
  readonly cause: string;
  readonly side: Side;
  readonly text: string;
  readonly openedMs: number;
  readonly atMs: number;
  /** So many times so far; files that fail for one cause are one alarm. */
  readonly count: number;
}

export function alarmNotice(what: AlarmNotice['what'], alarm: Alarm, atMs: number): AlarmNotice {
  const { cause, side, text, openedMs, count } = alarm;
  return { what, cause, side, text, openedMs, atMs, count };
}

/** One e-mail for all of them: the worst first, and what is over at the end. Times in the zone of the machine. */
export function noticeMail(
  notices: readonly AlarmNotice[],
  house: { readonly hostName: string; readonly timeZone: string },
): { readonly subject: string; readonly text: string } {
  const sorted = [...notices.filter(({ what }) => what !== 'closed'), ...notices.filter(isClosed)];
  const told = sorted.slice(0, MAX_TOLD);
  const more = sorted.length - told.length;
  const parts = told.map((notice) => noticeText(notice, house.timeZone));
  if (more > 0) parts.push(`... and ${more} more: tally alarms`);
  return { subject: subjectOf(sorted, house.hostName), text: `${parts.join('\n\n')}\n` };
}

/** More in one mail nobody reads. */
const MAX_TOLD = 50;

function isClosed({ what }: AlarmNotice): boolean {
  return what === 'closed';
}

function subjectOf(sorted: readonly AlarmNotice[], hostName: string): string {
  const [first] = sorted;
  const head = `[tally ${printable(hostName, 60)}]`;
  if (first === undefined) return head;
  if (sorted.length === 1) return `${head} ${WORDS[first.what]}: ${printable(first.text, 120)}`;
  const over = sorted.filter(isClosed).length;
  const open = sorted.length - over;
  const counts = [open === 0 ? '' : counted(open, 'alarm'), over === 0 ? '' : `${over} over`];
  return `${head} ${counts.filter((each) => each !== '').join(', ')}: ${printable(first.text, 100)}`;
}

const WORDS = { opened: 'ALARM', again: 'ALARM AGAIN', closed: 'over' } as const;

const SIDES: Readonly<Record<Side, string>> = {
  us: 'we must act',
  partner: 'the partner must act',
  network: 'the network between us and the partner',
  proxy: 'whoever runs the proxy must act',
};

function noticeText({ what, cause, side, text, openedMs, atMs, count }: AlarmNotice, zone: string): string {
  const lines = [`${WORDS[what]}: ${printable(text, 2_000)}`];
  if (what === 'closed') lines.push(`  over since: ${timeText(atMs, zone)}`);
  else lines.push(`  side: ${SIDES[side]}`);
  lines.push(`  since: ${timeText(openedMs, zone)}`);
  if (count > 1) lines.push(`  times: ${count}`);
  lines.push(`  cause: ${printable(cause, 200)}`);
  return lines.join('\n');
}

function timeText(atMs: number, zone: string): string {
  return DateTime.fromMillis(atMs, { zone }).toFormat('yyyy-MM-dd HH:mm:ss ZZ');
}
