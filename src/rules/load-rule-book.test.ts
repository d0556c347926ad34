import { describe, expect, it } from 'vitest';
import { bookProblemsOf, readTestBook, testRule } from './rule-book.testing.js';

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
      overlap: 'queue',
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
