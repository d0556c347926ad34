import { describe, expect, it } from 'vitest';
import { bookProblemsOf, readTestBook, TEST_FOLDER, testRule } from './rule-book.testing.js';

const EXAMPLE = `
clientLog: { folder: ./logs, tenthColumn: true }
connections:
  acme:
    url: sftp://orders@sftp.acme.example
    password: { env: ACME_PASSWORD }
    maxConnections: 4
commands: { allow: [./alert.sh] }
rules:
  send-orders:
    on: { folder: { path: ./outbox, include: ["*.xml"], settle: 5s, sweep: 1m } }
    do:
      - move: { from: "%FS.PATH%", to: "acme:/in/%FS.FILE_NAME%", overwrite: fail, verify: size, retries: 3, retryDelay: 30s }
        ifFailed:
          - run: { command: ["./alert.sh", "%FS.FILE_NAME%", "%EVENT.REASON%"] }
          - stop: thisRule
  fetch-prices:
    on: { manual: {} }
    do:
      - download: { from: "acme:/out/*.csv", to: ./inbox/ }
`;

describe('the example of the design', () => {
  const { book, problems } = readTestBook(EXAMPLE);
  const [send, fetch] = book.rules;

  it('has no problem', () => {
    expect(problems).toEqual([]);
    expect(book.commands).toEqual({ allow: ['/srv/tally/alert.sh'] });
    expect(book.files).toEqual(['/srv/tally/tallyman.yaml']);
  });

  it('is read with defaults and absolute paths', () => {
    expect(send).toMatchObject({
      name: 'send-orders',
      enabled: true,
      overlap: 'parallel',
      roots: ['/srv/tally/outbox'],
      source: { file: '/srv/tally/tallyman.yaml', line: 10 },
      triggers: [
        {
          kind: 'folder',
          path: '/srv/tally/outbox',
          include: ['*.xml'],
          exclude: ['*.filepart', '*.partial', '*.tmp', '.*'],
          settleMs: 5000,
          sweepMs: 60_000,
          events: 'changed',
        },
      ],
      steps: [
        {
          kind: 'action',
          action: {
            kind: 'move',
            from: '%FS.PATH%',
            to: 'acme:/in/%FS.FILE_NAME%',
            removeSource: false,
            options: { overwrite: 'fail', verify: 'size', retries: 3, retryDelay: 30_000 },
          },
          ifFailed: [
            { action: { kind: 'run', command: ['/srv/tally/alert.sh', '%FS.FILE_NAME%', '%EVENT.REASON%'] } },
            { action: { kind: 'stop', what: 'thisRule' } },
          ],
        },
      ],
    });
    expect(send?.revision).toMatch(/^[0-9a-f]{16}$/);
  });

  it('stops a rule whose transfer failed unless the rule says otherwise, as EFT does', () => {
    expect(fetch?.steps[0]).toMatchObject({
      action: { kind: 'download', to: '/srv/tally/inbox/' },
      ifFailed: [{ kind: 'action', action: { kind: 'stop', what: 'thisRule' } }],
    });
    const goesOn = testRule(
      'rules: { a: { on: { manual: {} }, do: { copy: { from: /a/x, to: /b/, }, ifFailed: [] } } }',
    );
    expect(goesOn.steps[0]).toMatchObject({ ifFailed: [] });
  });
});

describe('mistakes', () => {
  it('are told all at once, each with its place', () => {
    expect(
      bookProblemsOf(
        [
          'rules:',
          '  a:',
          '    on: { foldr: ./in }',
          '    do:',
          '      - mvoe: { from: x, to: y }',
          '  b:',
          '    on: { schedule: "0 25 * * *" }',
          '    when: { fileNam: x }',
          '    do: { copy: { from: acme:/x, to: ./in/, overwrite: sometimes } }',
          '  c:',
          '    on: { afterRule: d }',
          '    do: { copy: { from: "acme:/x/%FS.PTH%", to: ./in/ } }',
        ].join('\n'),
      ),
    ).toEqual([
      '3:11 "foldr" is not a key of a trigger (did you mean "folder"?)',
      '5:9 "mvoe" is not a key of a step (did you mean "move"?)',
      expect.stringMatching(/^7:21 "schedule" "0 25 \* \* \*" never comes: /),
      '8:13 "fileNam" is not a key of a condition (did you mean "fileName"?)',
      '9:56 "overwrite" must be one of overwrite, skip, numerate, smart, newer, fail; found "sometimes"',
      '11:22 there is no rule "d" (did you mean "a"?)',
      '12:25 %FS.PTH% is no variable (a percent sign of its own is written %%)',
      '12:25 there is no connection "acme"',
    ]);
  });
});

describe('what no schema can see', () => {
  const step = (text: string, on = '{ manual: {} }') => `rules: { a: { on: ${on}, do: [${text}] } }`;
  const inbox = '{ folder: { path: ./in, include: ["*.xml"] } }';

  it.each([
    [
      'a location of an unknown connection',
      step('{ copy: { from: acmee:/x, to: ./in/ } }'),
      /no connection "acmee"/,
    ],
    ['a call of an unknown rule', step('{ call: b }'), /no rule "b"/],
    ['a rule that calls itself', step('{ call: a }'), /in a circle: a -> a/],
    [
      'an unknown calendar',
      'rules: { a: { on: { every: 1m }, when: { calendar: c }, do: { wait: 1s } } }',
      /no calendar "c"/,
    ],
    ['a set of data that no list makes', step('{ each: d, do: { wait: 1s } }'), /set of data "d"/],
    ['a program that is not allowed', step('{ run: [./alert.sh] }'), /commands\.allow/],
    ['a program that is no path', step('{ run: [rm, -rf] }'), /path of a program/],
    ['a program from a variable', step('{ run: ["./%RULE.NAME%"] }'), /may not come from a variable/],
    ['an e-mail without a server', step('{ mail: { to: a@b, subject: x } }'), /no "mail"/],
    [
      'a cron that never comes',
      'rules: { a: { on: { schedule: "0 0 30 2 *" }, do: { wait: 1s } } }',
      /never comes/,
    ],
    [
      'settle longer than a day',
      step('{ wait: 1s }', '{ folder: { path: ./in, settle: 2d } }'),
      /longer than a day/,
    ],
    ['a password in a URL', step('{ copy: { from: "sftp://u:p@h/x", to: ./in/ } }'), /password in the clear/],
    [
      'a token in a header',
      step('{ http: { url: "https://h/", headers: { Authorization: x } } }'),
      /secret in the clear/,
    ],
    [
      'a password among variables',
      'rules: { a: { on: { manual: {} }, variables: { DB_PASSWORD: x }, do: { wait: 1s } } }',
      /secret in the clear/,
    ],
    [
      'a file put before its own trigger',
      step('{ copy: { from: "%FS.PATH%", to: "./in/%FS.BASE_FILE_NAME%.xml" } }', inbox),
      /again and again/,
    ],
    [
      'a folder put before its own trigger',
      step('{ download: { from: "sftp://u@h/*", to: ./in/ } }', inbox),
      /again and again/,
    ],
    ['a trigger on the folder of the settings', step('{ wait: 1s }', '{ folder: . }'), /the settings file/],
    [
      'a download over the settings',
      step('{ download: { from: "sftp://u@h/x", to: ./tallyman.yaml } }'),
      /the settings file/,
    ],
    [
      'a download into the log folder',
      step('{ download: { from: "sftp://u@h/x", to: ./logs/ } }'),
      /the client log/,
    ],
    [
      'a path that opens the disk',
      step('{ copy: { from: "sftp://u@h/x", to: "/%RULE.NAME%" } }'),
      /whole disk/,
    ],
    [
      'a place outside of the roots',
      'rules: { a: { on: { manual: {} }, roots: ./in, do: { copy: { from: ./out/x, to: ./in/ } } } }',
      /outside the roots/,
    ],
    [
      'retries beside a transfer',
      step('{ copy: { from: ./a/x, to: ./b/ }, retries: 3 }'),
      /stands within it/,
    ],
    [
      'an option of a move in a copy',
      step('{ copy: { from: ./a/x, to: ./b/, removeSkippedSource: true } }'),
      /"removeSkippedSource" goes with move: copy removes no source/,
    ],
    [
      'an option of a move in a download that keeps its source',
      step('{ download: { from: "sftp://u@h/x", to: ./b/, removeSkippedSource: true } }'),
      /"removeSkippedSource" also needs "remove: true"/,
    ],
    [
      'an expectation that is no time',
      'rules: { a: { on: { every: 1m }, expect: { run: often }, do: { wait: 1s } } }',
      /"run" must be a duration .*; found "often"/,
    ],
    ['a manual trigger with a switch', step('{ wait: 1s }', '{ manual: yes }'), /"manual" must be \{\}/],
    ['two steps in one', step('{ copy: { from: ./a/x, to: ./b/ }, wait: 1s }'), /step of its own/],
    [
      'a contrary of two conditions',
      'rules: { a: { on: { every: 1m }, when: { not: { fileName: x, path: y } }, do: { wait: 1s } } }',
      /one condition only/,
    ],
    ['a group of rules that is empty', 'rules:', /\{\} means none/],
    ['a name that is none', 'rules: { "../x": { on: { every: 1m }, do: { wait: 1s } } }', /letters, digits/],
    [
      'a name that is a trap',
      'rules: { __proto__: { on: { every: 1m }, do: { wait: 1s } } }',
      /letters, digits/,
    ],
    ['an API open to the network without TLS', 'api: { address: 0.0.0.0 }', /needs tls/],
  ])('refuses %s', (_, yaml, problem) => {
    const problems = bookProblemsOf(yaml);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it.each(['20m', '{ within: 20m }'])('reads an expectation of silence written as %s', (run) => {
    const { book, problems } = readTestBook(
      `rules: { a: { on: { every: 1m }, expect: { run: ${run} }, do: { wait: 1s } } }`,
    );
    expect(problems).toEqual([]);
    expect(book.rules[0]?.expectations).toEqual([
      { kind: 'silence', name: 'run', of: 'run', maxMs: 1_200_000 },
    ]);
  });

  it.each([
    ['logs that are sent away', step('{ copy: { from: "./logs/*.log", to: "sftp://u@h/" } }')],
    [
      'a name that the trigger does not take',
      step('{ rename: { from: "%FS.PATH%", to: "./in/%FS.FILE_NAME%.done" } }', inbox),
    ],
    ['an empty file', 'rules: { a: { on: { folder: ./in }, when: { size: { max: 0 } }, do: { wait: 1s } } }'],
  ])('takes %s', (_, yaml) => {
    expect(bookProblemsOf(yaml)).toEqual([]);
  });

  it('tells what else is wrong with a rule that its schema refuses', () => {
    expect(
      bookProblemsOf(
        'rules: { a: { on: { every: 1m }, enabled: perhaps, do: [{ cpy: x }, { copy: { from: "no:/x", to: "./in/%NO.SUCH%" } }] } }',
      ),
    ).toEqual([
      expect.stringContaining('"enabled" must be true or false'),
      expect.stringContaining('"cpy" is not a key of a step'),
      expect.stringContaining('no connection "no"'),
      expect.stringContaining('%NO.SUCH% is no variable'),
    ]);
  });

  it('takes each name once over all files', () => {
    const rule = (name: string) => `rules: { ${name}: { on: { every: 1m }, do: { wait: 1s } } }`;
    const problems = bookProblemsOf({ 'tallyman.yaml': rule('a'), 'b.yaml': rule('a'), 'c.yaml': rule('c') });
    expect(problems).toEqual([`b.yaml:1:10 "a" stands already at ${TEST_FOLDER}/tallyman.yaml:1:10`]);
  });

  it('gives a hook to one rule only', () => {
    const on = '{ webhook: { hook: h, token: { env: T } } }';
    expect(
      bookProblemsOf(`rules:\n  a: { on: ${on}, do: { wait: 1s } }\n  b: { on: ${on}, do: { wait: 1s } }`),
    ).toEqual([expect.stringMatching(/^3:.*"h" is the hook of a already/)]);
  });
});

describe('a revision', () => {
  const revision = (yaml: string) => testRule(yaml).revision;
  const RULE = 'rules: { a: { on: { every: 1m }, do: { wait: 1s } } }';

  it('stays when the text only moves, and changes with what the rule says', () => {
    expect(revision(`# moved\n\n${RULE}`)).toBe(revision(RULE));
    expect(revision(RULE.replace('1s', '1000ms'))).toBe(revision(RULE));
    expect(revision(RULE.replace('1s', '2s'))).not.toBe(revision(RULE));
  });
});
