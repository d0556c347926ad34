import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readTestBook } from '../rules/rule-book.testing.js';
import { eftRule, exportOf, importOf, STOP, TEST_CONTEXT } from './eft-export.testing.js';
import { importEft, type EftImport } from './import-eft.js';

const FOLDER = { FolderMonitorParams: { Path: 'C:\\EFT\\in' } };

const LOCAL = { Connection: { Protocol: 'Local' } };
const FTP = { Connection: { Protocol: 'FTP', Host: 'ftp.acme.example', User: 'us', Password: 'SECRET-x' } };

function upload(settings: unknown, more: object = {}): object {
  return {
    UploadAction: { LocalPath: '%FS.PATH%', RemotePath: 'D:\\out\\', TransferSettings: settings, ...more },
  };
}

function action(of: object, ifFailed?: readonly unknown[]): object {
  return {
    ActionStatement: { Action: of, ...(ifFailed === undefined ? {} : { IfFailedActions: ifFailed }) },
  };
}

interface Outcome {
  readonly result: EftImport;
  readonly rule: { readonly enabled?: boolean; readonly do: readonly Readonly<Record<string, unknown>>[] };
  readonly problems: string;
}

/** Of one rule; its settings are valid, whatever became of it. */
function outcome(...statements: readonly unknown[]): Outcome {
  const result = importOf(eftRule(FOLDER, statements, 'FolderMonitor'));
  expect(readTestBook(result.yaml, TEST_CONTEXT).problems.map(({ text }) => text)).toEqual([]);
  const { rules } = parse(result.yaml) as { rules: { it: Outcome['rule'] } };
  return { result, rule: rules.it, problems: result.rules[0]?.problems.join('\n') ?? '' };
}

describe('an action', () => {
  it.each([
    ['UploadAction', true, 'move'],
    ['uploadaction', false, 'copy'],
  ])('%s with RemoveSource %s is a %s', (key, RemoveSource, kind) => {
    const { UploadAction } = upload(LOCAL, { RemoveSource }) as { UploadAction: object };
    const { rule } = outcome(action({ [key]: UploadAction }));
    expect(rule.do[0]).toMatchObject({
      [kind]: { from: '%FS.PATH%', to: 'D:\\out\\', retries: 0, retryDelay: '30s' },
    });
    expect(rule.enabled).toBeUndefined();
  });

  it('has its own list for a failure; without one a failed transfer ends the rule, as in EFT', () => {
    const off = { StopAction: { Enabled: false, Result: 'StopThisRule' } };
    expect(outcome(action(upload(LOCAL), [off])).rule.do[0]).toMatchObject({ ifFailed: [] });
    expect(
      outcome(action(upload(LOCAL), [{ ActionStatement: { Action: STOP.ActionStatement.Action } }])).rule
        .do[0],
    ).toMatchObject({
      ifFailed: [{ stop: 'thisRule' }],
    });
    expect(outcome(action(upload(LOCAL))).rule.do[0]).not.toHaveProperty('ifFailed');
  });

  it('keeps the ASCII files of FTP, and has none elsewhere', () => {
    const transfer = { ASCIIFileExts: ['TXT', 'HTM'] };
    expect(outcome(action(upload({ ...LOCAL, Transfer: transfer }))).rule.do[0]).not.toHaveProperty(
      'copy.ascii',
    );
    const ftp = upload({ ...FTP, Transfer: transfer }, { RemotePath: 'in/' });
    expect(outcome(action(ftp)).rule.do[0]).toMatchObject({
      copy: { to: 'acme:in/', ascii: ['txt', 'htm'] },
    });
  });

  it.each<[string, object]>([
    ['that is unknown', { WorkflowAction: { Id: 7, Password: 'SECRET-x' } }],
    ['that holds two', { ...STOP.ActionStatement.Action, MailAction: { To: 'a@b.example' } }],
    ['that is empty', {}],
    ['that mails nobody', { MailAction: { Subject: 'x' } }],
    ['that stops what is unknown', { StopAction: { Enabled: true, Result: 'StopTheWorld' } }],
    ['that cleans up nowhere', { CleanupAction: { Days: 3 } }],
    ['that packs nothing', { CompressAction: {} }],
  ])('%s is a failure in its place, and the rule is disabled', (_what, of) => {
    const { rule, problems, result } = outcome(action(of), STOP);
    expect(rule).toMatchObject({
      enabled: false,
      do: [{ fail: expect.stringMatching(/^not imported: /) as string }, { stop: 'thisRule' }],
    });
    expect(problems).not.toBe('');
    expect(result.yaml + JSON.stringify(result.report.lines)).not.toContain('SECRET');
  });

  it.each<[string, object, RegExp]>([
    ['overwrites in an unknown way', { TransferAdditional: { OverwriteType: 'Merge' } }, /"Merge"/],
    ['synchronises', { TransferAdditional: { SyncSettings: { SyncFolders: true } } }, /synchronises/],
    ['renames to nothing', { TransferAdditional: { RenameDestinationFile: true } }, /to no name/],
    [
      'gives a command to no server',
      { TransferAdditional: { PrePostCommandSettings: { PreCommandType: 'Custom', PreCommandArg: 'X' } } },
      /by hand/,
    ],
    [
      'gives an unknown command',
      { TransferAdditional: { PrePostCommandSettings: { PostCommandType: 'Boil', PostCommandArg: 'X' } } },
      /Boil/,
    ],
    ['has an unknown protocol', { Connection: { Protocol: 'Pigeon', Host: 'h.example' } }, /"Pigeon"/],
    [
      'logs in as the client',
      { Connection: { ...FTP.Connection, EnableAutoLogin: true } },
      /EFT's own client/,
    ],
    [
      'has a key in the store',
      { Connection: { ...FTP.Connection, CertificateSettings: { CertId: '12' } } },
      /store of EFT/,
    ],
    ['tries too often', { Transfer: { NumberOfConnectionRetries: 5000 } }, /"retries" must be/],
  ])('that %s disables its rule', (_what, settings, problem) => {
    const { rule, problems } = outcome(action(upload({ ...LOCAL, ...settings })));
    expect(problems).toMatch(problem);
    expect(rule.enabled).toBe(false);
  });

  it('that puts files before its own trigger is not taken over', () => {
    const { rule, problems } = outcome(action(upload(LOCAL, { RemotePath: 'C:\\EFT\\in\\' })));
    expect(problems).toMatch(/again and again/);
    expect(rule).toMatchObject({ enabled: false, do: [{ fail: expect.any(String) as string }] });
  });

  it('that holds a password in its path shows it nowhere', () => {
    const { result, problems } = outcome(action(upload(LOCAL, { RemotePath: 'ftp://us:SECRET@h/x' })));
    expect(problems).toMatch(/password in the clear/);
    const { lines, tasks } = result.report;
    expect(result.yaml + JSON.stringify([lines, tasks, result.rules])).not.toContain('SECRET');
  });

  it('calls a profile that nobody gave: the connection is to be filled in, and the rule is disabled', () => {
    const { result, rule, problems } = outcome(
      action(upload({}, { ConnectionProfileGUID: 'A-1', RemotePath: '/' })),
    );
    expect(result.connections).toEqual(['missing-profile']);
    expect(rule.enabled).toBe(false);
    expect(problems).toMatch(/was not among the files/);
  });
});

describe('a condition', () => {
  const when = (...conditions: readonly object[]) => ({
    ConditionStatement: { Conditions: conditions, Operator: 'Or', IfAttachedStatements: [STOP] },
  });

  it.each<[string, object, object]>([
    [
      'masks of the name',
      { PropertyID: 5005, Operator: 16, Value: ['*.a', '*.b'] },
      { fileName: ['*.a', '*.b'] },
    ],
    [
      'a mask that is negated',
      { PropertyID: '5005', Operator: '16', Value: '*.a', Negate: true },
      { not: { fileName: '*.a' } },
    ],
    [
      'the name by its variable',
      { ContextVariable: '%FS.FILENAME%', Operator: 'Contains', Value: 'x' },
      { compare: { left: '%FS.FILE_NAME%', contains: 'x' } },
    ],
    [
      'another variable',
      { ContextVariable: 'EVENT.REASON', Operator: 'Equals', Value: '100%' },
      { compare: { left: '%EVENT.REASON%', equals: '100%%' } },
    ],
  ])('on %s is one of ours', (_what, condition, expected) => {
    const { rule, problems } = outcome(when(condition));
    expect(rule.do).toEqual([{ if: expected, then: [{ stop: 'thisRule' }] }]);
    expect(problems).toBe('');
  });

  it('of two keeps how they are joined', () => {
    const mask = (Value: string) => ({ PropertyID: 5005, Operator: 16, Value });
    expect(outcome(when(mask('a'), mask('b'))).rule.do[0]).toMatchObject({
      if: { any: [{ fileName: 'a' }, { fileName: 'b' }] },
    });
  });

  it.each<[string, object]>([
    ['an unknown property', { PropertyID: 4711, Operator: 16, Value: 'x' }],
    ['an unknown operator', { ContextVariable: 'FS.FILE_NAME', Operator: 'Resembles', Value: 'x' }],
    ['an operator constructor', { ContextVariable: 'FS.FILE_NAME', Operator: 'constructor', Value: 'x' }],
    ['no value', { PropertyID: 5005, Operator: 16 }],
    ['a value that is none', { PropertyID: 5005, Operator: 16, Value: [{ a: 1 }] }],
    ['no variable', { ContextVariable: 'the moon', Operator: 'Equals', Value: 'full' }],
    ['an unknown variable', { ContextVariable: 'USER.NAME', Operator: 'Equals', Value: 'x' }],
    [
      'two things at once',
      { PropertyID: 5005, ContextVariable: 'EVENT.NAME', Operator: 'Equals', Value: 'x' },
    ],
    ['nothing', {}],
  ])('on %s never lets the steps below it run without it', (_what, condition) => {
    const { rule, problems } = outcome(when({ PropertyID: 5005, Operator: 16, Value: '*' }, condition));
    expect(rule).toMatchObject({ enabled: false, do: [{ fail: expect.any(String) as string }] });
    expect(rule.do).toHaveLength(1);
    expect(problems).not.toBe('');
  });

  it('with an else alone is the contrary', () => {
    const condition = { PropertyID: 5005, Operator: 16, Value: '*.a' };
    const { rule } = outcome({
      ConditionStatement: { Conditions: [condition], ElseAttachedStatements: [STOP] },
    });
    expect(rule.do).toEqual([{ if: { not: { fileName: '*.a' } }, then: [{ stop: 'thisRule' }] }]);
  });
});

describe('a loop', () => {
  it('stands behind a failure with a list to fill in', () => {
    const { rule } = outcome({
      LoopDatasetStatement: {
        Params: { DatasetName: 'My set', UseStartLoopRow: true, StartLoopRow: 2 },
        Statements: [STOP],
      },
    });
    expect(rule).toMatchObject({
      enabled: false,
      do: [
        { fail: expect.stringContaining('needs a list') as string },
        { list: { into: 'My-set' } },
        { each: 'My-set', firstRow: 2, do: [{ stop: 'thisRule' }] },
      ],
    });
  });
});

describe('paths of Windows', () => {
  const rule = eftRule(FOLDER, [action(upload(LOCAL))], 'FolderMonitor');
  const on = (moves: readonly { from: string; to: string }[]) =>
    importEft([exportOf(rule)], { ...TEST_CONTEXT, os: 'linux', homeFolder: '/home/ops', moves });

  it('disable a rule on another system', () => {
    expect(on([]).rules[0]?.problems.join()).toMatch(/C:\\EFT\\in is one of Windows/);
    expect(on([{ from: 'C:\\EFT', to: '/data/eft' }]).rules[0]?.problems.join()).toMatch(
      /D:\\out\\ is one of/,
    );
  });

  it('are moved by the longest folder that fits, in any case, and only whole names', () => {
    const { yaml, rules } = on([
      { from: 'c:/eft', to: '/data/wrong' },
      { from: 'c:\\eft\\IN\\', to: '/data/in/' },
      { from: 'D:\\o', to: '/no' },
      { from: 'D:\\', to: '/mnt/d' },
    ]);
    expect(rules[0]?.problems).toEqual([]);
    expect(yaml).toContain('path: /data/in\n');
    expect(yaml).toContain('to: /mnt/d/out/\n');
  });
});
