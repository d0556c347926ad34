import type { ReadRecord } from '../../client-log/reading/log-line.js';
import type { CodeReading } from '../../client-log/result-codes/explain-code.js';
import type { DoubtedReading, Finding, Neighbour, Neighbourhood } from './explanation.js';
import { isSameFile, shortTime } from './file-history.js';
import { readingOf } from './record-reading.js';

const MINUTE_MS = 60_000;
const MOST_LINES = 5;
const MOST_NAMES = 4;

/** What the records within five minutes of a failed one say about it. */
export function neighbourFindings(around: Neighbourhood): readonly Finding[] {
  if (around.target.record.result !== 'failed') return [];
  return [...sameHostFindings(around), ...otherHostFindings(around)];
}

/** Readings that do not fit to a host that worked within the same minute. */
export function doubtReadings(
  readings: readonly CodeReading[],
  { target, neighbours }: Neighbourhood,
): readonly DoubtedReading[] {
  const day = target.record.time.slice(0, 10);
  const worked = nearest(neighbours, target).find(
    ({ record, epochMs }) =>
      record.result === 'succeeded' &&
      isSameHost(record, target.record) &&
      Math.abs(epochMs - target.epochMs) <= MINUTE_MS,
  );
  if (worked === undefined) return readings;
  const doubt = `less likely: the same host worked at ${shortTime(worked.record.time, day)}`;
  return readings.map((reading) => (isOfConnection(reading) ? { ...reading, doubt } : reading));
}

function sameHostFindings({ target, neighbours }: Neighbourhood): readonly Finding[] {
  const others = neighbours.filter(
    ({ record }) => isSameHost(record, target.record) && !isSameFile(record, target.record),
  );
  if (others.length === 0) return [{ text: 'No other file of this host within five minutes.', lines: [] }];
  const worked = others.filter(({ record }) => record.result === 'succeeded');
  if (worked.length === 0) return [onlyFailures(others, target)];
  const day = target.record.time.slice(0, 10);
  const before = worked.findLast(({ lineNumber }) => lineNumber < target.lineNumber);
  const after = worked.find(({ lineNumber }) => lineNumber > target.lineNumber);
  const lines = linesOf([before, after].filter((each) => each !== undefined));
  const count = filesOf(worked.length);
  if (before !== undefined && after !== undefined) {
    return [
      {
        text: `The same host took ${count} within five minutes, before (${shortTime(before.record.time, day)}) and after (${shortTime(after.record.time, day)}): the line, the host and the login were fine, so look at this file, its name and the rights on its folder.`,
        pointsTo: fileSide(target.record),
        lines,
      },
    ];
  }
  const text =
    before === undefined
      ? `The same host took ${count} afterwards, from ${shortTime(after?.record.time ?? '', day)} on: it worked again.`
      : `The same host took ${count} before, the last at ${shortTime(before.record.time, day)}, and none in the five minutes after: it began about then.`;
  return [{ text, lines }];
}

/** Whose a failure is that is not the line's: what the dictionary says, unless that is the line. */
function fileSide(record: ReadRecord): 'us' | 'partner' {
  return readingOf(record).readings[0].side === 'us' ? 'us' : 'partner';
}

function onlyFailures(others: readonly Neighbour[], target: Neighbour): Finding {
  const codes = new Set(others.map(({ record }) => record.code));
  const isSame = codes.size === 1 && codes.has(target.record.code);
  const which = isSame ? 'with the same code' : `with ${[...codes].slice(0, MOST_NAMES).join(', ')}`;
  return {
    text: `No file of this host arrived within five minutes: ${filesOf(others.length)} failed too, ${which}, so it is not this file alone.`,
    lines: linesOf(nearest(others, target)),
  };
}

function otherHostFindings({ target, neighbours }: Neighbourhood): readonly Finding[] {
  const inMinute = nearest(neighbours, target).filter(
    ({ record, epochMs }) =>
      !isSameHost(record, target.record) && Math.abs(epochMs - target.epochMs) <= MINUTE_MS,
  );
  const worked = inMinute.filter(({ record }) => record.result === 'succeeded');
  const failed = inMinute.filter(
    ({ record }) => record.result === 'failed' && isOfConnection(readingOf(record).readings[0]),
  );
  if (!isOfConnection(readingOf(target.record).readings[0])) return [];
  if (failed.length > 0 && worked.length === 0) {
    return [
      {
        text: `In the same minute no connection to ${hostNames(failed)} came about either, and nothing else worked: look at our own network, firewall or proxy first.`,
        pointsTo: 'us',
        lines: linesOf(failed),
      },
    ];
  }
  if (worked.length > 0 && failed.length === 0) {
    return [
      {
        text: `In the same minute ${hostNames(worked)} worked: our own network was up, so look at this partner and the way to it.`,
        pointsTo: 'partner',
        lines: linesOf(worked),
      },
    ];
  }
  if (worked.length > 0) {
    return [
      {
        text: `In the same minute connections to ${hostNames(failed)} failed too, while ${hostNames(worked)} worked: look at what the failing ones share, such as a proxy, a route or a firewall rule.`,
        pointsTo: 'network',
        lines: linesOf([...failed, ...worked]),
      },
    ];
  }
  return [];
}

/** Whether a reading says that the host was not reached or lost, rather than what the host said about a file. */
function isOfConnection({ table, code }: CodeReading): boolean {
  switch (table) {
    case 'winsock':
      return true;
    case 'eft':
      return code !== 0;
    case 'sftp':
      return code === 6 || code === 7 || code === 8;
    case 'ftp':
      return code === 421 || code === 425 || code === 426;
    case 'http':
    case 'win32':
    case 'tallyman':
      return false;
  }
}

function isSameHost(left: ReadRecord, right: ReadRecord): boolean {
  return left.port === right.port && left.host.toLowerCase() === right.host.toLowerCase();
}

function nearest(neighbours: readonly Neighbour[], target: Neighbour): readonly Neighbour[] {
  return neighbours.toSorted(
    (left, right) => Math.abs(left.epochMs - target.epochMs) - Math.abs(right.epochMs - target.epochMs),
  );
}

function linesOf(neighbours: readonly Neighbour[]): readonly number[] {
  return neighbours.slice(0, MOST_LINES).map(({ lineNumber }) => lineNumber);
}

function hostNames(neighbours: readonly Neighbour[]): string {
  const names = [...new Set(neighbours.map(({ record }) => record.host.toLowerCase()))];
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function filesOf(count: number): string {
  return count === 1 ? 'one other file' : `${count} other files`;
}
