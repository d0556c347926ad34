import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLocation } from '../../core/location.js';
import { TransferError } from '../../core/transfer-error.js';
import type { TriggerEvent } from '../triggers/trigger-event.js';
import { keptForTransfer } from './known-variables.js';
import { makeScope, type ScopeFacts } from './make-scope.js';
import { failureValues, rowValues } from './step-values.js';
import type { VariableScope } from './variable-scope.js';

const OCCURRED_MS = Date.parse('2022-02-11T22:33:34.784Z');

interface SceneChanges {
  readonly event?: Partial<TriggerEvent>;
  readonly fileName?: string;
  readonly rule?: Partial<ScopeFacts['rule']>;
  readonly timeZone?: string;
  readonly os?: NodeJS.Platform;
}

function scope(changes: SceneChanges = {}): VariableScope {
  const fileName = changes.fileName ?? 'orders.xml';
  return makeScope({
    rule: {
      name: 'send-orders',
      variables: {},
      roots: ['/data'],
      source: { file: '/data/rules/tallyman.yaml', line: 1 },
      triggers: [],
      ...changes.rule,
    },
    event: {
      rule: 'send-orders',
      trigger: 'folder',
      key: 'file:local:x',
      occurredAtMs: OCCURRED_MS,
      values: {},
      file: {
        connection: '',
        path: `/data/in/north/${fileName}`,
        folder: '/data/in',
        sizeBytes: 12,
        modifiedMs: OCCURRED_MS,
      },
      ...changes.event,
    },
    run: { id: 7, createdMs: OCCURRED_MS },
    server: {
      nodeName: 'mft01',
      logFolder: '/var/log/tallyman',
      homeFolder: '/home/op',
      os: changes.os ?? 'linux',
    },
    timeZone: changes.timeZone ?? 'UTC',
  });
}

function codeOf(run: () => unknown): string {
  try {
    return `gave ${JSON.stringify(run())}`;
  } catch (error) {
    if (error instanceof TransferError) return error.code;
    throw error;
  }
}

describe('text', () => {
  it.each([
    ['%FS.PATH%', '/data/in/north/orders.xml'],
    ['%fs.file_name% %FS.FILENAME%', 'orders.xml orders.xml'],
    ['%FS.BASE_FILE_NAME%|%FS.FOLDER_NAME%', 'orders|/data/in/north'],
    ['%FS.VIRTUAL_PATH%|%FS.VIRTUAL_FOLDER_NAME%', '/north/orders.xml|/north'],
    ['%FS.FILE_CREATE_DATE% %FS.FILE_CREATE_TIME%', '2/11/2022 22:33:34'],
    ['%EVENT.TIME%', '11 Feb 22 22:33:34'],
    ['%EVENT.DATESTAMP%-%EVENT.TIMESTAMP%-%EVENT.TIMESTAMP_PRECISE%', '20220211-223334-223334784'],
    ['%EVENT.DATE_TIME_ISO8601%', '2022-02-11T22:33:34Z'],
    ['%EVENT.TIME:yyyy/MM/dd%', '2022/02/11'],
    ['%EVENT.NAME%, %EVENT.EVENTNAME%, %EVENT.REASON%.', 'Folder Monitor, send-orders, .'],
    ['%SERVER.NODE_NAME% %SERVER.LOG_LOCATION%', 'mft01 /var/log/tallyman/'],
    ['%RULE.NAME% %RUN.ID% %RUN.TIME:HHmm%', 'send-orders 7 2233'],
    ['100 % of %%FS.PATH%% %', '100 % of %FS.PATH% %'],
    ['%%%FS.FILE_NAME%%%', '%orders.xml%'],
    ['a%20b%C3%BCber', 'a%20b%C3%BCber'],
  ])('expands %s', (template, expected) => {
    expect(scope().text(template)).toBe(expected);
  });

  it('writes times in the zone of the rule, but ISO 8601 in UTC', () => {
    const berlin = scope({ timeZone: 'Europe/Berlin' });
    expect(berlin.text('%EVENT.TIME% %EVENT.DATE_TIME_ISO8601%')).toBe(
      '11 Feb 22 23:33:34 2022-02-11T22:33:34Z',
    );
  });

  it('calls the timer event as EFT does', () => {
    expect(scope({ event: { trigger: 'schedule' } }).text('%EVENT.NAME%')).toBe('Scheduler (Timer) Event');
  });

  it('gives a run the same GUID each time, and another run another', () => {
    const id = scope().text('%EVENT.TRANSACTION_ID%');
    expect(id).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    expect(scope().text('%EVENT.TRANSACTION_ID%')).toBe(id);
    expect(scope({ event: { key: 'other' } }).text('%EVENT.TRANSACTION_ID%')).not.toBe(id);
  });

  it('looks at a value once only, whatever stands in it', () => {
    expect(scope({ fileName: '%RUN.ID%%%.x' }).text('<%FS.FILE_NAME%>')).toBe('<%RUN.ID%%%.x>');
  });

  it('refuses a name that is none, and says which is meant', () => {
    expect(() => scope().text('%FS.FILE_NAM%')).toThrow(
      '%FS.FILE_NAM% is no variable (did you mean "FS.FILE_NAME"?)',
    );
    expect(codeOf(() => scope().text('%TEMP%'))).toBe('VARIABLE_UNKNOWN');
  });

  it('refuses a file where no file caused the run, in place of going on with nothing', () => {
    const timer = makeScopeWithoutFile();
    expect(codeOf(() => timer.text('%FS.PATH%'))).toBe('VARIABLE_UNKNOWN');
    expect(codeOf(() => timer.text('%FS.FILE_SIZE%'))).toBe('VARIABLE_UNKNOWN');
    expect(timer.valueOf('FS.PATH')).toBeUndefined();
  });

  it('refuses a format of what is no time', () => {
    expect(codeOf(() => scope().text('%FS.FILE_NAME:yyyy%'))).toBe('VARIABLE_UNKNOWN');
    expect(codeOf(() => scope().with({ 'ROW.MODIFIED': 'soon' }).text('%ROW.MODIFIED:yyyy%'))).toBe(
      'VARIABLE_UNKNOWN',
    );
  });

  it('knows rows and failures that were added, and does not change the scope they were added to', () => {
    const base = scope();
    const row = base.with(
      rowValues({ name: 'a.csv', path: 'acme:/out/a.csv', sizeBytes: undefined, modifiedMs: OCCURRED_MS }, 3),
    );
    expect(row.text('%ROW.NUMBER% %row.path% [%ROW.SIZE%] %ROW.MODIFIED:dd.MM.yy%')).toBe(
      '3 acme:/out/a.csv [] 11.02.22',
    );
    const error = new TransferError({ code: 'NOT_FOUND', lastCode: 2, phase: 'read', message: 'gone' });
    expect(base.with(failureValues(error)).text('%LAST.ERROR% %LAST.CODE% %EVENT.REASON%')).toBe(
      'NOT_FOUND 2 gone',
    );
    expect(base.valueOf('ROW.NUMBER')).toBeUndefined();
  });

  it('gives the base name of a new file name', () => {
    expect(scope().with({ 'FS.FILE_NAME': 'new.csv' }).text('%FS.BASE_FILE_NAME%')).toBe('new');
  });

  it('does not let an event say who we are', () => {
    const values = { 'RULE.NAME': 'x', 'server.log_location': '/etc/', 'RUN.ID': '1', 'MY.KEY': 'v' };
    expect(scope({ event: { values } }).text('%RULE.NAME% %SERVER.LOG_LOCATION% %RUN.ID% %MY.KEY%')).toBe(
      'send-orders /var/log/tallyman/ 7 v',
    );
  });

  it('tells all values for the story', () => {
    const all = scope({ rule: { variables: { region: '%SERVER.NODE_NAME%-x' } } }).all();
    expect(all).toMatchObject({
      REGION: 'mft01-x',
      'EVENT.TIME': '11 Feb 22 22:33:34',
      'FS.FILE_SIZE': '12',
    });
  });

  it('brings any text without percent signs back as it is', () => {
    fc.assert(fc.property(fc.string(), (text) => scope().text(text.replaceAll('%', '%%')) === text));
  });
});

function makeScopeWithoutFile(): VariableScope {
  return makeScope({
    rule: {
      name: 'r',
      variables: {},
      roots: ['/data'],
      source: { file: '/data/t.yaml', line: 1 },
      triggers: [],
    },
    event: { rule: 'r', trigger: 'schedule', key: 'k', occurredAtMs: OCCURRED_MS, values: {} },
    run: { id: 1, createdMs: OCCURRED_MS },
    server: { nodeName: 'n', homeFolder: '/home/op', os: 'linux' },
    timeZone: 'UTC',
  });
}

describe('own variables', () => {
  it('hold others, and need no dot', () => {
    const own = scope({
      rule: { variables: { region: 'north', 'MY.TARGET': 'acme:/%Region%/%FS.FILE_NAME%' } },
    });
    expect(own.text('%my.target%')).toBe('acme:/north/orders.xml');
    expect(own.location('%MY.TARGET%')).toBe('acme:/north/orders.xml');
  });

  it('are given another value by the event, which is text then', () => {
    const rule = { variables: { 'MY.FOLDER': 'done/new' } };
    expect(scope({ rule }).location('%MY.FOLDER%/x')).toBe('/data/rules/done/new/x');
    const given = scope({ rule, event: { values: { 'my.folder': '../../etc' } } });
    expect(given.text('%MY.FOLDER%')).toBe('../../etc');
    expect(codeOf(() => given.location('%MY.FOLDER%/x'))).toBe('PATH_REFUSED');
  });

  it('that go in a circle are an error that shows the circle', () => {
    const own = scope({ rule: { variables: { 'A.A': '%B.B%', 'B.B': 'x%A.A%' } } });
    expect(() => own.text('%A.A%')).toThrow('%A.A% -> %B.B% -> %A.A%');
  });

  it('named like the bytes of an address count when the rule has them', () => {
    expect(scope({ rule: { variables: { face: 'x' } } }).text('%face% %BCber%')).toBe('x %BCber%');
  });
});

describe('location', () => {
  it.each([
    ['%FS.PATH%', '/data/in/north/orders.xml'],
    ['%FS.PATH%.done', '/data/in/north/orders.xml.done'],
    ['%FS.FOLDER_NAME%/../done/%FS.FILE_NAME%', '/data/in/done/orders.xml'],
    ['./done/%EVENT.TIME:yyyy/MM%/%FS.FILE_NAME%', '/data/rules/done/2022/02/orders.xml'],
    ['done/', '/data/rules/done/'],
    ['acme:/in/%FS.FILE_NAME%', 'acme:/in/orders.xml'],
    ['acme:/in%FS.VIRTUAL_PATH%', 'acme:/in/north/orders.xml'],
    ['acme:%FS.FILE_NAME%', 'acme:orders.xml'],
    ['/data/in/*.xml', '/data/in/*.xml'],
    ['sftp://u@host/in/%FS.FILE_NAME%', 'sftp://u@host/in/orders.xml'],
  ])('of %s', (template, expected) => {
    expect(scope().location(template)).toBe(expected);
  });

  it('of a file at a partner begins with its connection', () => {
    const file = { connection: 'acme', path: '/out/a.csv', folder: '/out', sizeBytes: 1, modifiedMs: 1 };
    const remote = scope({ event: { file } });
    expect(remote.location('%FS.PATH%')).toBe('acme:/out/a.csv');
    expect(remote.location('%FS.FOLDER_NAME%/done/%FS.FILE_NAME%')).toBe('acme:/out/done/a.csv');
    expect(remote.location('/data/in%FS.VIRTUAL_PATH%')).toBe('/data/in/a.csv');
  });

  it.each([
    ['/etc/passwd'],
    ['../../etc/x'],
    ['%FS.FOLDER_NAME%/../../../etc/x'],
    ['/database/x'],
    ['~/x'],
    ['file:///data/x'],
    ['acme:/in/%FS.PATH%'],
    ['%FS.VIRTUAL_PATH%'],
    ['done/%FS.FILE_CREATE_DATE%'],
    ['sftp://%FS.FILE_NAME%/x'],
    [''],
  ])('refuses %s', (template) => {
    expect(codeOf(() => scope().location(template))).toBe('PATH_REFUSED');
  });

  it('keeps to the folder of its file and those of its triggers where the rule names no roots', () => {
    const folder = { kind: 'folder', path: '/srv/outbox' } as ScopeFacts['rule']['triggers'][number];
    const rule = { roots: [], triggers: [folder] };
    expect(scope({ rule }).location('/srv/outbox/x')).toBe('/srv/outbox/x');
    expect(scope({ rule }).location('x')).toBe('/data/rules/x');
    expect(codeOf(() => scope({ rule }).location('/data/x'))).toBe('PATH_REFUSED');
  });

  it('takes the home folder where the rule may touch it', () => {
    expect(scope({ rule: { roots: ['/home/op'] } }).location('~/x')).toBe('/home/op/x');
  });

  it.each([
    ['..'],
    ['.'],
    [''],
    ['a/../../x'],
    ['..\\x'],
    ['C:x'],
    ['x\0y'],
    ['x\ny'],
    ['*'],
    ['a?.csv'],
    ['%FS.PATH%'],
    ['acme:/x'],
    ['sftp://host/x'],
    ['\\\\server\\share'],
    ['/etc/passwd'],
  ])('takes no name like %j, local or remote', (name) => {
    const row = scope().with({ 'ROW.NAME': name });
    expect(codeOf(() => row.location('done/%ROW.NAME%'))).toBe('PATH_REFUSED');
    if (name !== 'C:x') expect(codeOf(() => row.location('acme:/in/%ROW.NAME%'))).toBe('PATH_REFUSED');
  });

  it('takes no name that begins an option of a server, or a connection, or the home folder', () => {
    expect(codeOf(() => scope({ fileName: '-rf' }).location('acme:%FS.FILE_NAME%'))).toBe('PATH_REFUSED');
    expect(scope({ fileName: '-rf' }).location('acme:/in/%FS.FILE_NAME%')).toBe('acme:/in/-rf');
    const row = scope().with({ 'ROW.NAME': 'acme', 'MY.HOME': '~' });
    expect(codeOf(() => row.location('%ROW.NAME%:/x'))).toBe('PATH_REFUSED');
    expect(codeOf(() => row.location('%ROW.NAME%://x/y'))).toBe('PATH_REFUSED');
    expect(row.location('%MY.HOME%/x')).toBe('/data/rules/~/x');
  });

  it('refuses names of devices and streams, and trailing dots, on Windows', () => {
    const windows = (fileName: string, template: string) =>
      makeScope({
        rule: {
          name: 'r',
          variables: {},
          roots: ['D:\\Data'],
          source: { file: 'D:\\Data\\tallyman.yaml', line: 1 },
          triggers: [],
        },
        event: {
          rule: 'r',
          trigger: 'folder',
          key: 'k',
          occurredAtMs: 0,
          values: {},
          file: {
            connection: '',
            path: `D:\\Data\\in\\${fileName}`,
            folder: 'D:\\Data\\in\\',
            sizeBytes: 1,
            modifiedMs: 1,
          },
        },
        run: { id: 1, createdMs: 0 },
        server: { nodeName: 'n', homeFolder: 'C:\\Users\\op', os: 'win32' },
        timeZone: 'UTC',
      }).location(template);
    expect(windows('a.xml', '%FS.PATH%')).toBe('D:\\Data\\in\\a.xml');
    expect(windows('a.xml', 'done/%FS.FILE_NAME%')).toBe('D:\\Data\\done\\a.xml');
    expect(windows('a.xml', 'd:/DATA/Done/')).toBe('d:\\DATA\\Done\\');
    expect(windows('a.xml', 'acme:/in%FS.VIRTUAL_PATH%')).toBe('acme:/in/a.xml');
    for (const name of ['nul.txt', 'x.', 'x ', 'a:stream']) {
      expect(codeOf(() => windows(name, 'done/%FS.FILE_NAME%'))).toBe('PATH_REFUSED');
    }
    expect(codeOf(() => windows('a', 'E:\\x'))).toBe('PATH_REFUSED');
    expect(codeOf(() => windows('a', '\\\\server\\share\\%FS.FILE_NAME%'))).toBe('PATH_REFUSED');
  });

  it('takes a whole path that came with the event only below the roots, and never as a URL', () => {
    const given = (path: string) => scope({ event: { values: { 'FS.PATH': path } } });
    expect(given('/data/x').location('%FS.PATH%')).toBe('/data/x');
    for (const path of [
      '/etc/passwd',
      '/data/../etc/x',
      'sftp://evil/x',
      'relative',
      'acme:/../x',
      '/data/x*',
    ])
      expect(codeOf(() => given(path).location('%FS.PATH%'))).toBe('PATH_REFUSED');
  });

  it('keeps the variables that the transfer fills, and no others', () => {
    const timer = makeScopeWithoutFile();
    const kept = keptForTransfer(timer);
    expect(timer.location('in/%EVENT.DATESTAMP%_%source.file_name%', kept)).toBe(
      '/data/in/20220211_%SOURCE.FILE_NAME%',
    );
    expect(timer.location('in/%FS.FILE_NAME%', kept)).toBe('/data/in/%FS.FILE_NAME%');
    expect(scope().location('acme:/in/%FS.FILE_NAME%.%SOURCE.FILE_NAME%', keptForTransfer(scope()))).toBe(
      'acme:/in/orders.xml.%SOURCE.FILE_NAME%',
    );
    const evil = scope({ fileName: '%FS' });
    expect(codeOf(() => evil.location('in/%FS.FILE_NAME%.PATH%'))).toBe('PATH_REFUSED');
  });

  it('encodes values within addresses', () => {
    expect(scope({ fileName: 'a b#c%20.xml' }).location('https://host/in/%FS.FILE_NAME%')).toBe(
      'https://host/in/a%20b%23c%2520.xml',
    );
  });

  const hostile = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom(
          '..',
          '/',
          '\\',
          'a',
          'C:',
          '-rf',
          '$(x)',
          '%FS.PATH%',
          '\0',
          '\n',
          'acme:',
          '://',
          '.',
          '*',
          ' ',
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join('')),
  );

  it('stays in its folder, or is refused, for any value', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const row = scope().with({ 'ROW.NAME': value });
        const local = codeOf(() => row.location('in/%ROW.NAME%'));
        const remote = codeOf(() => row.location('acme:/in/%ROW.NAME%'));
        if (local !== 'PATH_REFUSED') {
          expect(local).toBe(`gave ${JSON.stringify(`/data/rules/in/${value}`)}`);
          expect(value).not.toMatch(/[/\\]|^\.\.?$/);
        }
        if (remote !== 'PATH_REFUSED') {
          const location = parseLocation(row.location('acme:/in/%ROW.NAME%'));
          expect(location).toEqual({ kind: 'connection', connection: 'acme', path: `/in/${value}` });
        }
      }),
    );
  });

  it('is local and below the roots, or refused, for any value at its start', () => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const row = scope().with({ 'ROW.NAME': first, 'MY.X': second });
        for (const template of [
          '%ROW.NAME%',
          '%ROW.NAME%%MY.X%',
          '%ROW.NAME%/%MY.X%',
          '%ROW.NAME%:/%MY.X%',
        ]) {
          const end = codeOf(() => row.location(template));
          if (end === 'PATH_REFUSED') continue;
          const location = parseLocation(row.location(template));
          expect(location.kind).toBe('local');
          expect(end).toMatch(/^gave "\/data\/rules\/./);
        }
      }),
    );
  });
});

describe('argument', () => {
  it('is one argument, with whatever stands in it', () => {
    expect(scope({ fileName: '$(x); rm -rf "a b"' }).argument('--file=%FS.FILE_NAME%')).toBe(
      '--file=$(x); rm -rf "a b"',
    );
    expect(scope().argument('-v')).toBe('-v');
    expect(scope().argument('%EVENT.REASON%')).toBe('');
  });

  it('never becomes an option by a value', () => {
    expect(codeOf(() => scope({ fileName: '-rf' }).argument('%FS.FILE_NAME%'))).toBe('PATH_REFUSED');
    expect(codeOf(() => scope({ fileName: '-rf' }).argument('%EVENT.REASON%%FS.FILE_NAME%'))).toBe(
      'PATH_REFUSED',
    );
    expect(codeOf(() => scope({ event: { values: { 'MY.A': '/q' } }, os: 'win32' }).argument('%MY.A%'))).toBe(
      'PATH_REFUSED',
    );
    expect(codeOf(() => scope({ event: { values: { 'MY.A': 'a\0b' } } }).argument('%MY.A%'))).toBe(
      'PATH_REFUSED',
    );
  });
});
