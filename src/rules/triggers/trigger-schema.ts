import * as z from 'zod';
import {
  choice,
  duration,
  longDuration,
  mustBe,
  onOff,
  strictGroup,
  text,
  timeLimit,
  timeZone,
  wholeNumber,
} from '../../settings/setting-values.js';
import { secretReference } from '../../settings/secret-reference.js';
import {
  fileSize,
  nameOf,
  oneOrMany,
  optional,
  preset,
  says,
  shortOr,
  textList,
  texts,
  VARIABLE_NAME,
} from '../rule-values.js';
import { cronProblem } from './cron-pattern.js';

const fileFilter = {
  include: preset(
    textList('a mask such as *.xml'),
    [],
    'only these files: masks on the name; with / or ** on the path below the folder (default: every file)',
  ),
  exclude: preset(
    textList('a mask such as *.bak'),
    [],
    'not these files; `*.filepart`, `*.partial`, `*.tmp` and names that begin with a dot never count',
  ),
  subfolders: preset(onOff, false, 'also the files in the folders below'),
  minSize: optional(fileSize, 'no smaller files'),
  maxSize: optional(fileSize, 'no larger files'),
  minAge: optional(longDuration, 'only files that were last changed at least so long ago'),
  maxAge: optional(longDuration, 'only files that were last changed at most so long ago'),
  settle: preset(duration, '5s', 'size and time must stay the same for so long, by our clock'),
  doneFile: optional(
    text('a name such as %FS.FILE_NAME%.done'),
    'a file counts once this one lies beside it; the done-file itself never counts',
  ),
  events: preset(
    choice(['new', 'changed'], {
      new: 'each path once',
      changed: 'again when size or time differ',
    }),
    'changed',
    'what counts as news',
  ),
};

const folder = strictGroup('folder', {
  path: says(text('a folder'), 'the folder, here or on a share'),
  ...fileFilter,
  sweep: preset(timeLimit, '1m', 'time between two scans; events of the system bring a scan forward'),
  exclusive: preset(onOff, false, 'only files that nobody has open, where the system can tell'),
  scanTimeout: preset(timeLimit, '2m', 'how long the share may give no answer before it counts as hanging'),
});

const cron = text('a cron such as "0 6 * * 1-5"').superRefine((value, context) => {
  const problem = cronProblem(value);
  if (problem !== undefined)
    context.addIssue({ code: 'custom', message: `"${value}" never comes: ${problem}` });
});

const scheduleShape = {
  cron: optional(cron, 'minute hour day month weekday; with a sixth field in front: seconds'),
  every: optional(timeLimit, 'again and again after so long'),
  at: optional(
    text('a local time such as 2026-12-01T06:00').refine(
      (value) => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?$/.test(value),
      { error: (issue) => mustBe('a local time such as 2026-12-01T06:00', issue.input) },
    ),
    'once, at this local time',
  ),
  timeZone: optional(timeZone, "zone of the times (default: the machine's)"),
  skippedHour: preset(
    choice(['runAfter', 'skip'], {
      runAfter: 'right after the gap',
      skip: 'not at all that day',
    }),
    'runAfter',
    'a time that the change to summer time leaves out',
  ),
  repeatedHour: preset(
    choice(['once', 'twice'], { once: 'at the first only', twice: 'at both' }),
    'once',
    'a time that comes twice in autumn',
  ),
  notOn: optional(nameOf('a calendar'), 'never on the days of this calendar'),
  onlyOn: optional(nameOf('a calendar'), 'only on the days of this calendar'),
  jitter: preset(duration, '0s', 'a random delay of up to so long is added'),
  misfire: preset(
    choice(['runOnce', 'skip', 'all'], {
      runOnce: 'one run for all of them',
      skip: 'none',
      all: 'one run for each',
    }),
    'runOnce',
    'what is done about times that passed while the daemon was not running',
  ),
};

const schedule = strictGroup('schedule', scheduleShape).superRefine((group, context) => {
  const given = [group.cron, group.every, group.at].filter((each) => each !== undefined);
  if (given.length === 1) return;
  context.addIssue({ code: 'custom', message: 'must hold exactly one of cron, every and at' });
});

const remote = strictGroup('remote', {
  from: says(
    text('a place such as acme:/out/'),
    'a folder of a connection, such as acme:/out/, or a mask in it, such as acme:/out/*.csv',
  ),
  every: preset(timeLimit, '5m', 'time between two listings'),
  ...fileFilter,
});

const webhook = strictGroup('webhook', {
  hook: says(
    text('a name').refine((name) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name), {
      error: 'must be letters, digits, "_" or "-", at most 100 of them',
    }),
    'last part of its address: POST /v1/hooks/NAME',
  ),
  hmac: optional(
    secretReference,
    'key of an HMAC-SHA256 over `timestamp.body`, in X-Tally-Timestamp and X-Tally-Signature: sha256=HEX',
  ),
  token: optional(secretReference, 'token that stands in Authorization: Bearer'),
  tolerance: preset(timeLimit, '5m', 'with hmac: how far the time stamp may be from our clock'),
}).superRefine((group, context) => {
  if ((group.hmac === undefined) !== (group.token === undefined)) return;
  context.addIssue({ code: 'custom', message: 'must hold exactly one of hmac and token' });
});

const manual = z
  .union(
    [
      z.null(),
      strictGroup('manual', {
        sample: preset(
          texts('a variable', VARIABLE_NAME),
          {},
          'values for a run that brings none of its own',
        ),
      }),
    ],
    { error: (issue) => mustBe('{}, or a group of keys (sample)', issue.input) },
  )
  .transform((value) => value ?? { sample: {} });

const afterRule = strictGroup('afterRule', {
  rule: says(nameOf('a rule'), 'the rule that ends before'),
  result: preset(choice(['succeeded', 'failed', 'any']), 'succeeded', 'how it must have ended'),
});

const monitorFailed = strictGroup('monitorFailed', {
  rule: optional(nameOf('a rule'), 'only the folder of this rule (default: of every rule)'),
});

const connectionFailed = strictGroup('connectionFailed', {
  connection: says(nameOf('a connection'), 'a connection of the settings'),
  times: preset(wholeNumber(1, 1000, 3), 3, 'so many failures one after another'),
});

const triggerShape = {
  folder: optional(
    shortOr(text('a folder'), folder, 'a folder'),
    'files that arrive in a folder of this machine or a share',
  ),
  schedule: optional(shortOr(cron, schedule, 'a cron'), 'by the clock'),
  every: optional(timeLimit, 'short for `schedule: { every: ... }`'),
  remote: optional(
    shortOr(text('a place such as acme:/out/'), remote, 'a place'),
    'files that appear at a partner',
  ),
  webhook: optional(webhook, 'a request to our API'),
  manual: optional(manual, '`tally rules run`, the API or a `call`; every other rule can be run so too'),
  afterRule: optional(
    shortOr(nameOf('a rule'), afterRule, 'the name of a rule'),
    'a run of another rule that ended',
  ),
  daemon: optional(
    choice(['started', 'stopped'], {
      started: 'the daemon has started',
      stopped: 'the daemon is stopping',
    }),
    'the daemon itself',
  ),
  monitorFailed: optional(
    z.union([z.null(), nameOf('a rule'), monitorFailed]).transform((value) => value ?? { rule: undefined }),
    'a folder that cannot be watched any more',
  ),
  connectionFailed: optional(
    shortOr(nameOf('a connection'), connectionFailed, 'the name of a connection'),
    'a connection that failed several times',
  ),
};

export const TRIGGER_KEYS = Object.keys(triggerShape) as readonly (keyof typeof triggerShape)[];

const trigger = strictGroup('a trigger', triggerShape).superRefine((group, context) => {
  if (TRIGGER_KEYS.filter((key) => key in group).length === 1) return;
  context.addIssue({
    code: 'custom',
    message: `must hold exactly one of ${TRIGGER_KEYS.join(', ')}; several triggers stand in a list`,
  });
});

/** `on:` */
export const triggers = oneOrMany(
  trigger.meta({ id: 'trigger' }),
  'a trigger such as manual: {}, or a list of them',
);

export type WrittenTrigger = z.output<typeof trigger>;
export type WrittenTriggers = z.output<typeof triggers>;
export type WrittenFileFilter = Pick<z.output<typeof folder>, keyof typeof fileFilter>;
export type WrittenSchedule = z.output<typeof schedule>;
