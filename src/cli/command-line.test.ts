import { describe, expect, it } from 'vitest';
import { flagsBehindCommand } from './argument-order.js';
import { parseCommandLine, type CommandLine } from './command-line.js';
import { COMMANDS } from './command-table.js';

const parse = (...words: string[]): CommandLine => parseCommandLine(words, '1.2.3', 80);

function callOf(...words: string[]): { name: string; args: readonly string[]; flags: object } {
  const line = parse(...words);
  if (line.kind !== 'call') throw new TypeError(`not a call: ${JSON.stringify(line)}`);
  const flags = Object.fromEntries(
    Object.entries(line.call.flags).filter(([, value]) => value !== undefined),
  );
  return { name: line.call.name, args: line.call.args, flags };
}

describe('flags', () => {
  it('stand anywhere', () => {
    const expected = {
      name: 'copy',
      args: ['a', 'b'],
      flags: { config: 'x', retries: '1', verbose: 2, dryRun: true },
    };
    expect(callOf('copy', 'a', 'b', '--config', 'x', '--retries', '1', '-vv', '-n')).toEqual(expected);
    expect(callOf('--config', 'x', '-v', 'copy', '--retries=1', 'a', '-v', 'b', '--dry-run')).toEqual(
      expected,
    );
  });

  it('come several times where they are lists', () => {
    expect(callOf('copy', 'a', 'b', '--identity', 'k1', '--identity', 'k2').flags).toEqual({
      identities: ['k1', 'k2'],
    });
  });

  it('have their contrary where they are named so', () => {
    expect(callOf('copy', 'a', 'b', '--tenth-column').flags).toEqual({ tenthColumn: true });
    expect(callOf('copy', 'a', 'b', '--no-tenth-column').flags).toEqual({ tenthColumn: false });
    expect(callOf('copy', 'a', 'b', '--no-color', '--no-input').flags).toEqual({
      noColor: true,
      noInput: true,
    });
  });

  it('end at --', () => {
    expect(callOf('copy', '-q', '--', '-file', '--retries').args).toEqual(['-file', '--retries']);
  });
});

describe('commands', () => {
  it('of two words are found', () => {
    expect(callOf('config', 'show', '--origin')).toEqual({
      name: 'config show',
      args: [],
      flags: { origin: true },
    });
    expect(callOf('-v', 'config', 'show').name).toBe('config show');
  });

  it('take a negative code', () => {
    expect(callOf('code', '-1', '--protocol', 'sftp')).toEqual({
      name: 'code',
      args: ['-1'],
      flags: { protocol: 'sftp' },
    });
  });

  it.each([
    [['cpoy', 'a', 'b'], /unknown command 'cpoy'.*copy/],
    [['copy', '--retires', '1', 'a', 'b'], /unknown option '--retires'.*--retries/],
    [['copy', 'a'], /missing required argument 'DESTINATION'/],
    [['copy', 'a', 'b', 'c'], /put a mask into quotes/],
    [['copy', 'a', 'b', '--retries'], /argument missing/],
    [['code', '1', '2'], /too many arguments/],
  ])('%j is a mistake of usage', (words, problem) => {
    const line = parse(...words);
    expect(line.kind).toBe('usage');
    expect(line.kind === 'usage' ? line.problem : '').toMatch(problem);
  });
});

describe('help', () => {
  it('puts the examples first and knows every flag', () => {
    for (const { name, flags } of COMMANDS) {
      const line = parse(...name.split(' '), '--help');
      const text = line.kind === 'print' ? line.text : '';
      expect(text.indexOf('Examples:')).toBeLessThan(text.indexOf('Usage:'));
      for (const { flag } of flags) expect(text).toContain(flag);
      for (const row of text.split('\n')) expect(row.length).toBeLessThanOrEqual(110);
    }
  });

  it.each([[[]], [['--help']], [['-h']], [['config']]])('of the whole comes for %j', (words) => {
    const line = parse(...words);
    expect(line.kind === 'print' ? line.text : '').toContain('Commands:');
  });

  it('tells the version', () => {
    expect(parse('--version')).toEqual({ kind: 'print', text: '1.2.3\n' });
  });
});

it('flags with values move behind the command together with them', () => {
  expect(flagsBehindCommand(['-c', 'copy', 'list', 'x'])).toEqual(['list', '-c', 'copy', 'x']);
  expect(flagsBehindCommand(['--config=y', 'list', 'x'])).toEqual(['list', '--config=y', 'x']);
  expect(flagsBehindCommand(['list', 'x', '-v'])).toEqual(['list', 'x', '-v']);
  expect(flagsBehindCommand(['--help'])).toEqual(['--help']);
});
