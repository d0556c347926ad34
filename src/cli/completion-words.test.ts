import { describe, expect, it } from 'vitest';
import { namesIn } from './complete.js';
import { completionsFor } from './completion-words.js';

const complete = (...words: string[]) => completionsFor(words, () => ['acme', 'bee.co']);

describe('completion', () => {
  it.each([
    [['co'], ['copy', 'code', 'connections', 'config', 'completion']],
    [['-v', 'li'], ['list']],
    [['config', ''], ['show']],
    [
      ['connections', 't'],
      ['test', 'trust'],
    ],
    [['connections', 'test', 'a'], ['acme']],
    [['copy', '--over'], ['--overwrite']],
    [
      ['copy', '--overwrite', ''],
      ['overwrite', 'skip', 'numerate', 'smart', 'newer', 'fail'],
    ],
    [
      ['copy', '--overwrite=s'],
      ['--overwrite=skip', '--overwrite=smart'],
    ],
    [
      ['code', '--protocol', 's'],
      ['sftp', 's3'],
    ],
    [['completion', 'z'], ['zsh']],
    [['help', 'exit'], ['exit-codes']],
    [['copy', '--retries', ''], []],
    [['copy', '--no-t'], ['--no-tenth-column']],
  ])('of %j is %j', (words, expected) => {
    expect(complete(...words).words).toEqual(expected);
  });

  it('offers connections and files where a place may stand', () => {
    expect(complete('copy', 'a')).toEqual({ words: ['acme:'], files: true });
    expect(complete('copy', '--retries', '3', 'x', 'b')).toEqual({ words: ['bee.co:'], files: true });
    expect(complete('copy', 'acme:/in')).toEqual({ words: [], files: true });
  });

  it('leaves a path alone where a flag takes a file, and offers nothing behind the last argument', () => {
    expect(complete('copy', '--identity', '')).toEqual({ words: [], files: true });
    expect(complete('list', 'acme:', '')).toEqual({ words: [], files: false });
  });

  it('offers no flags behind --', () => {
    expect(complete('copy', '--', '-')).toEqual({ words: [], files: true });
  });
});

describe('connection names', () => {
  it('are found without the YAML library', () => {
    const text = [
      'clientLog: { folder: x }',
      'connections: # ours',
      '  acme:',
      '    url: sftp://u@h',
      '    tls:',
      '      minVersion: 1.2',
      '',
      '  # a remark',
      '  "bee.co": { url: ftp://x }',
      "  'c-3': { url: ftp://x }",
      'eft:',
      '  registryExport: x',
    ].join('\n');
    expect(namesIn(text)).toEqual(['acme', 'bee.co', 'c-3']);
  });

  it('are none where there are none', () => {
    expect(namesIn('connections: {}')).toEqual([]);
    expect(namesIn('')).toEqual([]);
    expect(namesIn('connections:\nother:\n  x: 1')).toEqual([]);
  });
});
