import { describe, expect, it } from 'vitest';
import type { Trigger } from '../triggers/trigger.js';
import { locationProblems, ownVariableProblems, variableProblems } from './check-text.js';
import { knownVariables } from './known-variables.js';

const folder = { kind: 'folder' } as Trigger;
const schedule = { kind: 'schedule' } as Trigger;
const webhook = { kind: 'webhook' } as Trigger;
const manual: Trigger = { kind: 'manual', sample: { 'MY.DAY': '1' } };

describe('variableProblems', () => {
  const known = knownVariables({ triggers: [schedule], variables: { region: 'x' } });

  it('finds nothing in texts that can be expanded', () => {
    for (const text of ['', '100 %', '%%x%%', '%region% %RUN.ID%', '%EVENT.TIME:yyyy%', 'a%20b%C3%BC'])
      expect(variableProblems(text, known)).toEqual([]);
  });

  it('says what is unknown, what is meant, and what has no value there', () => {
    expect(variableProblems('%EVENT.TIM% %regoin%', known)).toEqual([
      '%EVENT.TIM% is no variable (did you mean "EVENT.TIME"?) (a percent sign of its own is written %%)',
      '%regoin% is no variable (did you mean "REGION"?) (a percent sign of its own is written %%)',
    ]);
    expect(variableProblems('%fs.path%', known)).toEqual([
      '%fs.path% has no value here: only a folder or remote trigger brings a file',
    ]);
    expect(variableProblems('%LAST.TEXT%%ROW.NAME%', known)).toHaveLength(2);
    expect(variableProblems('%RULE.NAME:yyyy%', known)).toEqual([
      '%RULE.NAME:yyyy%: only a time can have a format',
    ]);
  });

  it('knows what triggers, places and samples give', () => {
    const problems = (text: string, triggers: readonly Trigger[], place = {}) =>
      variableProblems(text, knownVariables({ triggers, variables: {} }, place));
    expect(problems('%FS.PATH%', [schedule, folder])).toEqual([]);
    expect(problems('%HOOK.BODY% %hook.anything%', [webhook])).toEqual([]);
    expect(problems('%MY.DAY%', [manual])).toEqual([]);
    expect(problems('%ROW.NAME%', [schedule], { inLoop: true })).toEqual([]);
    expect(problems('%LAST.CODE%', [schedule], { inIfFailed: true })).toEqual([]);
    expect(problems('%FS.FILE_NAME%%SOURCE.FILE_NAME%', [schedule], { isTransferTarget: true })).toEqual([]);
  });

  it('finds whole paths that do not begin a location', () => {
    const names = knownVariables({ triggers: [folder], variables: {} });
    expect(locationProblems('%FS.PATH%.done', names)).toEqual([]);
    expect(locationProblems('acme:/in%FS.VIRTUAL_PATH%', names)).toEqual([]);
    expect(locationProblems('acme:/in/%FS.PATH%', names)).toEqual([
      '%FS.PATH% is a whole path and may only begin the text',
    ]);
    expect(locationProblems('%FS.VIRTUAL_PATH%', names)).toHaveLength(1);
  });
});

describe('ownVariableProblems', () => {
  const problems = (variables: Readonly<Record<string, string>>) =>
    ownVariableProblems(variables, knownVariables({ triggers: [], variables }));

  it('finds circles of any length, and nothing in a chain', () => {
    expect(problems({ a: '%b%', b: '%c% %c%', c: 'x' })).toEqual([]);
    expect(problems({ a: '%A%' })).toEqual([{ name: 'a', problem: 'it refers to itself: %A% -> %A%' }]);
    expect(problems({ a: '%b%', b: '%c%', c: '%b%' }).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('finds names that cannot be written, and names of ours', () => {
    expect(problems({ 'a b': '', 'fs.path': '', '1x': '' }).map(({ problem }) => problem)).toEqual([
      'a name is letters, digits, _ and dots, and begins with a letter',
      'Tallyman has a variable of this name',
      'a name is letters, digits, _ and dots, and begins with a letter',
    ]);
  });
});
