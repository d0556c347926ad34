/** How a value may stand in a path: a word is one name; a path is a whole one; a lower path lies below a folder. */
export type VariableKind = 'word' | 'time' | 'path' | 'lowerPath';

/** When a variable has a value. */
export type VariableWhen =
  'always' | 'fileEvent' | 'hook' | 'afterRule' | 'connectionFailed' | 'monitorFailed' | 'loop' | 'failure';

export interface VariableFacts {
  readonly kind: VariableKind;
  readonly when: VariableWhen;
  /** EFT has it under this name too. */
  readonly isEft: boolean;
  /** What it is: one sentence without a full stop. */
  readonly text: string;
  readonly example: string;
  /** It stands for nothing where it has no value: a reason that nobody gave, a size that the server does not say. */
  readonly mayBeEmpty?: true;
}

const eft = (kind: VariableKind, when: VariableWhen, text: string, example: string): VariableFacts => ({
  kind,
  when,
  isEft: true,
  text,
  example,
});

const ours = (kind: VariableKind, when: VariableWhen, text: string, example: string): VariableFacts => ({
  kind,
  when,
  isEft: false,
  text,
  example,
});

const EXAMPLE_TIME = '2022-02-11T22:33:34.784Z';

/** Every variable that Tallyman gives; `HOOK.*` stands for a group whose names come with the request. */
export const VARIABLES = {
  'FS.PATH': eft('path', 'fileEvent', "The event's file with its folder", '/data/outbox/orders.xml'),
  'FS.FILE_NAME': eft('word', 'fileEvent', 'Its name', 'orders.xml'),
  'FS.BASE_FILE_NAME': eft('word', 'fileEvent', 'Its name without the extension', 'orders'),
  'FS.FOLDER_NAME': eft('path', 'fileEvent', 'Its folder', '/data/outbox'),
  'FS.VIRTUAL_PATH': eft(
    'lowerPath',
    'fileEvent',
    'Its path below the folder that is watched',
    '/north/orders.xml',
  ),
  'FS.VIRTUAL_FOLDER_NAME': eft(
    'lowerPath',
    'fileEvent',
    'Its folder below the folder that is watched; empty directly in it',
    '/north',
  ),
  'FS.MONITOR_OPERATION': eft('word', 'fileEvent', 'What befell the file', 'added'),
  'FS.FILE_CREATE_DATE': {
    ...eft(
      'word',
      'fileEvent',
      'Day of its last change (not every system knows when a file was made); holds slashes',
      '2/11/2022',
    ),
    mayBeEmpty: true,
  },
  'FS.FILE_CREATE_TIME': {
    ...eft('word', 'fileEvent', 'Time of day of its last change; holds colons', '22:33:34'),
    mayBeEmpty: true,
  },
  'FS.FILE_MODIFIED': {
    ...ours('time', 'fileEvent', 'Time of its last change', EXAMPLE_TIME),
    mayBeEmpty: true,
  },
  'FS.FILE_SIZE': { ...ours('word', 'fileEvent', 'Its size in bytes', '48213'), mayBeEmpty: true },
  'FS.CONNECTION': ours(
    'word',
    'fileEvent',
    'The connection that it lies at; empty for a local file',
    'acme',
  ),
  'SOURCE.FILE_NAME': eft(
    'word',
    'fileEvent',
    "The name of the file that is moved; in a transfer's `to` also where no file caused the run",
    'orders.xml',
  ),
  'SOURCE.BASE_FILE_NAME': eft('word', 'fileEvent', 'The same without the extension', 'orders'),
  'EVENT.TIME': eft('time', 'always', 'When it happened; holds colons', '11 Feb 22 22:33:34'),
  'EVENT.DATESTAMP': eft('word', 'always', 'Its day', '20220211'),
  'EVENT.TIMESTAMP': eft('word', 'always', 'Its time of day', '223334'),
  'EVENT.TIMESTAMP_PRECISE': eft('word', 'always', 'Its time of day with milliseconds', '223334784'),
  'EVENT.DATE_TIME_ISO8601': eft('word', 'always', 'When it happened, in UTC', '2022-02-11T22:33:34Z'),
  'EVENT.NAME': eft('word', 'always', 'The kind of event', 'Scheduler (Timer) Event'),
  'EVENT.EVENTNAME': eft('word', 'always', 'The name of the rule', 'send-orders'),
  'EVENT.REASON': {
    ...eft('word', 'always', 'Why, where there is a why; in `ifFailed` the failure', 'connection refused'),
    mayBeEmpty: true,
  },
  'EVENT.TRANSACTION_ID': eft(
    'word',
    'always',
    'A GUID of the run, the same each time it is asked for',
    '4F0C1B6E-8D1A-4B7C-9C55-0A3E5D2F7A10',
  ),
  'EVENT.KEY': ours('word', 'always', 'What names the event within its rule', 'schedule:1644618814000'),
  'SERVER.NODE_NAME': eft('word', 'always', "The machine's name", 'mft01'),
  'SERVER.LOG_LOCATION': eft(
    'path',
    'always',
    'The folder of the client log, with a separator at its end',
    '/var/log/tallyman/',
  ),
  'SERVER.STATUS': eft('word', 'always', 'Whether it runs: always `Yes`', 'Yes'),
  'RULE.NAME': ours('word', 'always', 'The name of the rule', 'send-orders'),
  'RUN.ID': ours('word', 'always', 'The number of the run: tally runs show NUMBER', '4711'),
  'RUN.TIME': ours('time', 'always', 'When the run was made', EXAMPLE_TIME),
  'ROW.NAME': ours('word', 'loop', "Name of the loop's file", 'prices.csv'),
  'ROW.PATH': ours('path', 'loop', 'Where it lies', 'acme:/out/prices.csv'),
  'ROW.SIZE': { ...ours('word', 'loop', 'Its size in bytes', '48213'), mayBeEmpty: true },
  'ROW.MODIFIED': { ...ours('time', 'loop', 'Time of its last change', EXAMPLE_TIME), mayBeEmpty: true },
  'ROW.NUMBER': ours('word', 'loop', 'Its number in the loop, from 1', '3'),
  'HOOK.*': ours(
    'word',
    'hook',
    'What the caller of a webhook sent: `HOOK.BODY` all of it, `HOOK.JSON.ORDER.ID` a value of a JSON body, `HOOK.QUERY.NAME` one of the address',
    '4711',
  ),
  'AFTER.RULE': ours('word', 'afterRule', 'The rule that ran before', 'fetch-prices'),
  'AFTER.RUN': ours('word', 'afterRule', 'Number of its run', '4710'),
  'AFTER.RESULT': ours('word', 'afterRule', 'How it ended', 'succeeded'),
  'CONNECTION.NAME': ours('word', 'connectionFailed', 'The connection that failed', 'acme'),
  'CONNECTION.FAILURES': ours('word', 'connectionFailed', 'How often, one after another', '5'),
  'MONITOR.RULE': ours('word', 'monitorFailed', 'The rule whose folder cannot be watched', 'send-orders'),
  'MONITOR.FOLDER': ours('path', 'monitorFailed', 'The folder', '/data/outbox'),
  'LAST.TEXT': {
    ...ours('word', 'failure', 'What the failed action said', 'local /data/x: ENOENT'),
    mayBeEmpty: true,
  },
  'LAST.CODE': { ...ours('word', 'failure', 'Its number in the client log', '10060'), mayBeEmpty: true },
  'LAST.ERROR': { ...ours('word', 'failure', 'Its code of ours', 'CONNECT_TIMEOUT'), mayBeEmpty: true },
} as const satisfies Readonly<Record<string, VariableFacts>>;

/** Other spellings: the vendor's help has these. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'FS.FILENAME': 'FS.FILE_NAME',
  'FS.BASE_FILENAME': 'FS.BASE_FILE_NAME',
  'SOURCE.FILENAME': 'SOURCE.FILE_NAME',
  'SOURCE.BASE_FILENAME': 'SOURCE.BASE_FILE_NAME',
};

/** A name as the catalogue spells it: names count in any case. */
export function canonicalName(name: string): string {
  const upper = name.toUpperCase();
  return OTHER_NAMES[upper] ?? upper;
}

/** Facts of a variable of ours by its canonical name; undefined for one of the rule's own. */
export function variableFacts(name: string): VariableFacts | undefined {
  const table: Readonly<Record<string, VariableFacts>> = VARIABLES;
  if (Object.hasOwn(table, name)) return table[name];
  const group = `${name.slice(0, name.indexOf('.'))}.*`;
  return Object.hasOwn(table, group) ? table[group] : undefined;
}
