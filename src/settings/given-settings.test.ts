import { describe, expect, it } from 'vitest';
import { ALL_FLAGS, flagVariable } from './flag-table.js';
import { readGivenSettings } from './given-settings.js';
import { showOrigin } from './origin.js';
import { SettingsError } from './settings-error.js';

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsError)
      return error.problems.map(({ origin, text }) => `${showOrigin(origin)} ${text}`);
    throw error;
  }
  return [];
}

describe('flags and variables', () => {
  it('read the same texts alike', () => {
    const flags = readGivenSettings({ timeout: '5m', retries: '0', active: true, ascii: ['TXT,.csv'] }, {});
    const variables = readGivenSettings(
      {},
      { TALLY_TIMEOUT: '5m', TALLY_RETRIES: '0', TALLY_ACTIVE: 'yes', TALLY_ASCII: 'TXT,.csv' },
    );
    expect(flags.values).toEqual({ timeout: 300_000, retries: 0, active: true, ascii: ['txt', 'csv'] });
    expect(variables.values).toEqual(flags.values);
  });

  it('let the flag win and say which one it was', () => {
    const given = readGivenSettings({ retries: '1' }, { TALLY_RETRIES: '9', TALLY_PARALLEL: '2' });
    expect(given.values).toEqual({ retries: 1, parallel: 2 });
    expect(given.originOf('retries')).toEqual({ kind: 'flag', name: '--retries' });
    expect(given.originOf('parallel')).toEqual({ kind: 'environment', name: 'TALLY_PARALLEL' });
    expect(given.originOf('timeout')).toBeUndefined();
  });

  it('an empty variable counts as not set', () => {
    expect(readGivenSettings({}, { TALLY_RETRIES: '' }).values).toEqual({});
  });

  it('lists of paths in variables are parted as in PATH, commas stay in the name', () => {
    const given = readGivenSettings({ ca: ['/a,b.pem'] }, { TALLY_IDENTITY: '/k1:/k2' });
    expect(given.values).toEqual({ ca: ['/a,b.pem'], identities: ['/k1', '/k2'] });
  });

  it('tell every problem at once, each with its flag or variable', () => {
    const problems = problemsOf(() =>
      readGivenSettings(
        { retries: 'three', overwrite: 'always', pins: ['SHA256:short'] },
        { TALLY_BANDWIDTH: 'fast', TALLY_DRY_RUN: 'maybe' },
      ),
    );
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).toContain(
      '--retries must be a whole number from 0 to 1000, such as 3; found "three"',
    );
    expect(problems.join('\n')).toContain('TALLY_DRY_RUN must be true or false; found "maybe"');
  });

  it('are a matter of usage only when no variable is at fault', () => {
    const errorOf = (flags: Record<string, string>, variables: Record<string, string>) => {
      try {
        readGivenSettings(flags, variables);
      } catch (error) {
        return error as SettingsError;
      }
      return undefined;
    };
    expect(errorOf({ retries: 'x' }, {})?.isUsage).toBe(true);
    expect(errorOf({}, { TALLY_RETRIES: 'x' })?.isUsage).toBe(false);
  });

  it('counts -v, and takes no more than -vv', () => {
    expect(readGivenSettings({ verbose: 1 }, {}).values.verbose).toBe(1);
    expect(readGivenSettings({ verbose: 5 }, {}).values.verbose).toBe(2);
    expect(readGivenSettings({}, { TALLY_VERBOSE: '2' }).values.verbose).toBe(2);
    expect(problemsOf(() => readGivenSettings({}, { TALLY_VERBOSE: 'much' }))).toHaveLength(1);
  });
});

it('every flag has a variable of its own, but the trace and the six places of the tenth column', () => {
  const variables = ALL_FLAGS.map(flagVariable).filter((name) => name !== undefined);
  expect(new Set(variables).size).toBe(variables.length);
  expect(ALL_FLAGS.filter((facts) => flagVariable(facts) === undefined).map(({ key }) => key)).toEqual([
    'trace',
    'tenthColumn',
  ]);
});
