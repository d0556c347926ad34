import { absolutePath, SECRET_IN_URL, type PathBase } from '../read-location.js';
import type { RuleCursor } from '../rule-findings.js';
import { withoutUndefined } from '../without-undefined.js';
import type {
  WrittenFileFilter,
  WrittenSchedule,
  WrittenTrigger,
  WrittenTriggers,
} from './trigger-schema.js';
import type {
  FileFilter,
  FolderTrigger,
  RemoteTrigger,
  ScheduleTrigger,
  Trigger,
  WebhookTrigger,
} from './trigger.js';
import { momentOfWall, zoneTime } from './zone-time.js';

export type TriggerDefaults = Omit<PathBase, 'hasRemoteEvents' | 'hasFileEvents'> & {
  /** IANA name, where the settings name none. */
  readonly timeZone: string;
};

/** Triggers in their order. `at`: what stands behind `on:`. */
export function readTriggers(
  written: WrittenTriggers,
  at: RuleCursor,
  defaults: TriggerDefaults,
): readonly Trigger[] {
  return at.each(written).flatMap(([trigger, place]) => {
    const read = readTrigger(trigger, place, defaults);
    return read === undefined ? [] : [read];
  });
}

function readTrigger(
  written: WrittenTrigger,
  at: RuleCursor,
  defaults: TriggerDefaults,
): Trigger | undefined {
  const { folder, schedule, every, remote, webhook, daemon } = written;
  if (folder !== undefined) return readFolder(folder, at.at('folder'), defaults);
  if (schedule !== undefined) return readSchedule(schedule, at.at('schedule'), defaults);
  if (every !== undefined) return readSchedule({ ...SCHEDULE_DEFAULTS, every }, at.at('every'), defaults);
  if (remote !== undefined) return readRemote(remote, at.at('remote'));
  if (webhook !== undefined) return readWebhook(webhook, at.at('webhook'));
  if (daemon !== undefined) return { kind: 'daemon', when: daemon };
  return readRuleTrigger(written, at);
}

/** Triggers that other rules and connections bring about, and none at all. */
function readRuleTrigger(written: WrittenTrigger, at: RuleCursor): Trigger | undefined {
  const { manual, afterRule, monitorFailed, connectionFailed } = written;
  if (manual !== undefined) return { kind: 'manual', sample: manual.sample };
  if (afterRule !== undefined) {
    const { rule, result } =
      typeof afterRule === 'string' ? ({ rule: afterRule, result: 'succeeded' } as const) : afterRule;
    at.at('afterRule').mention('rule', rule);
    return { kind: 'afterRule', rule, result };
  }
  if (monitorFailed !== undefined) {
    const rule = typeof monitorFailed === 'string' ? monitorFailed : monitorFailed.rule;
    if (rule !== undefined) at.at('monitorFailed').mention('rule', rule);
    return withoutUndefined({ kind: 'monitorFailed' as const, rule });
  }
  if (connectionFailed === undefined) return undefined;
  const { connection, times } =
    typeof connectionFailed === 'string' ? { connection: connectionFailed, times: 3 } : connectionFailed;
  at.at('connectionFailed').mention('connection', connection);
  return { kind: 'connectionFailed', connection, times };
}

const FILTER_DEFAULTS: WrittenFileFilter = {
  include: [],
  exclude: [],
  subfolders: false,
  settle: 5000,
  events: 'changed',
};

/** What never counts: files that somebody is still writing, by the names that programs give them. */
export const UNFINISHED_MASKS = ['*.filepart', '*.partial', '*.tmp', '.*'] as const;

function readFilter(written: WrittenFileFilter, at: RuleCursor): FileFilter {
  const { include, exclude, subfolders, doneFile, events, settle } = written;
  if (doneFile !== undefined) {
    at.at('doneFile').text(doneFile);
    if (/[/\\]/.test(doneFile))
      at.at('doneFile').problem('must be a name: the done-file lies beside the file');
  }
  refuseEmptyRange(written.minSize, written.maxSize, at.at('minSize'), '"minSize" is more than "maxSize"');
  refuseEmptyRange(written.minAge, written.maxAge, at.at('minAge'), '"minAge" is more than "maxAge"');
  return withoutUndefined({
    include,
    exclude: [...new Set([...exclude, ...UNFINISHED_MASKS])],
    subfolders,
    minSizeBytes: written.minSize,
    maxSizeBytes: written.maxSize,
    minAgeMs: written.minAge,
    maxAgeMs: written.maxAge,
    settleMs: settle,
    doneFile,
    events,
  });
}

function refuseEmptyRange(
  min: number | undefined,
  max: number | undefined,
  at: RuleCursor,
  problem: string,
): void {
  if (min !== undefined && max !== undefined && min > max) at.problem(`${problem}: no file counts`);
}

/** Longer than any file takes to be written in one go; a file must be there for so long to be taken at all. */
const LONGEST_SETTLE_MS = 86_400_000;

const FOLDER_DEFAULTS = { ...FILTER_DEFAULTS, sweep: 60_000, exclusive: false, scanTimeout: 120_000 };

function readFolder(
  written: NonNullable<WrittenTrigger['folder']>,
  at: RuleCursor,
  defaults: TriggerDefaults,
): FolderTrigger {
  const isShort = typeof written === 'string';
  const group = isShort ? { ...FOLDER_DEFAULTS, path: written } : written;
  const place = isShort ? at : at.at('path');
  const path = withoutEndSlash(absolutePath(group.path, defaults));
  if (/[*?]/.test(path)) place.problem('must be a folder: masks stand in "include"');
  if (path.includes('%')) place.problem('may hold no variable: there is no event yet');
  if (/^([A-Za-z0-9_][A-Za-z0-9_.-]+):/.test(group.path)) {
    place.problem('must be a folder of this machine; a folder of a connection is watched by "remote"');
  }
  refuseSlowSettle(group.settle, isShort ? at : at.at('settle'));
  const { sweep: sweepMs, exclusive, scanTimeout: scanTimeoutMs } = group;
  return { kind: 'folder', path, ...readFilter(group, at), sweepMs, exclusive, scanTimeoutMs };
}

function withoutEndSlash(path: string): string {
  return path.length > 1 && !/^[A-Za-z]:\/$/.test(path) ? path.replace(/\/$/, '') : path;
}

function refuseSlowSettle(settleMs: number, at: RuleCursor): void {
  if (settleMs > LONGEST_SETTLE_MS)
    at.problem('"settle" is longer than a day: no file would be taken before that');
}

function readRemote(written: NonNullable<WrittenTrigger['remote']>, at: RuleCursor): RemoteTrigger {
  const isShort = typeof written === 'string';
  const group = isShort ? { ...FILTER_DEFAULTS, every: 300_000, from: written } : written;
  const { from, every: everyMs } = group;
  const place = isShort ? at : at.at('from');
  const connection = /^([A-Za-z0-9_][A-Za-z0-9_.-]+):(?!\/\/)/.exec(from)?.[1];
  if (/:\/\/[^/]*:[^/]*@/.test(from)) place.problem(SECRET_IN_URL);
  if (connection === undefined) place.problem('must be a place of a connection, such as acme:/out/');
  else place.mention('connection', connection);
  if (from.includes('%')) place.problem('may hold no variable: there is no event yet');
  refuseSlowSettle(group.settle, isShort ? at : at.at('settle'));
  return { kind: 'remote', from, ...readFilter(group, at), everyMs };
}

function readWebhook(written: NonNullable<WrittenTrigger['webhook']>, at: RuleCursor): WebhookTrigger {
  const { hook, hmac, token, tolerance: toleranceMs } = written;
  at.at('hook').mention('hook', hook);
  if (hmac !== undefined)
    return { kind: 'webhook', hook, check: { kind: 'hmac', secret: hmac, toleranceMs } };
  return { kind: 'webhook', hook, check: { kind: 'token', secret: token ?? { env: '' } } };
}

const SCHEDULE_DEFAULTS = {
  skippedHour: 'runAfter',
  repeatedHour: 'once',
  jitter: 0,
  misfire: 'runOnce',
} as const satisfies Partial<WrittenSchedule>;

function readSchedule(
  written: string | WrittenSchedule,
  at: RuleCursor,
  defaults: TriggerDefaults,
): ScheduleTrigger {
  const isShort = typeof written === 'string';
  const group: WrittenSchedule = isShort ? { ...SCHEDULE_DEFAULTS, cron: written } : written;
  const { cron, every: everyMs, at: localTime, skippedHour, repeatedHour, notOn, onlyOn, misfire } = group;
  const timeZone = group.timeZone ?? defaults.timeZone;
  for (const [key, calendar] of [
    ['notOn', notOn],
    ['onlyOn', onlyOn],
  ] as const) {
    if (calendar !== undefined) at.at(key).mention('calendar', calendar);
  }
  if (notOn !== undefined && notOn === onlyOn)
    at.at('onlyOn').problem('is the calendar of notOn: no day is left');
  return withoutUndefined({
    kind: 'schedule' as const,
    cron,
    everyMs,
    onceAtMs: localTime === undefined ? undefined : momentOf(localTime, timeZone, at.at('at')),
    timeZone,
    skippedHour,
    repeatedHour,
    notOn,
    onlyOn,
    jitterMs: group.jitter,
    misfire,
  });
}

function momentOf(localTime: string, timeZone: string, at: RuleCursor): number {
  const wallMs = Date.parse(`${localTime.replace(' ', 'T')}Z`);
  if (!Number.isNaN(wallMs)) return momentOfWall(zoneTime(timeZone), wallMs);
  at.problem(`"${localTime}" is no time that a clock shows`);
  return 0;
}
