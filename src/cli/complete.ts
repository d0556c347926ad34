import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { completionsFor } from './completion-words.js';

const FILE_NAME = 'tallyman.yaml';

/**
 * `tally __complete WORD...`: what the scripts of the shells call, so nothing heavy is loaded. One candidate a line;
 * a last line `:files` asks the shell to add its own file names.
 */
export function printCompletions(words: readonly string[]): number {
  const { words: candidates, files } = completionsFor(words, () => connectionNames(configOf(words)));
  process.stdout.write([...candidates, ...(files ? [':files'] : [])].map((line) => `${line}\n`).join(''));
  return 0;
}

function configOf(words: readonly string[]): string | undefined {
  const flag = words.findIndex((word) => word === '--config' || word === '-c');
  return (flag < 0 ? undefined : words[flag + 1]) ?? process.env['TALLY_CONFIG'];
}

/** Names below `connections:` of the settings file. Whatever cannot be read offers nothing: a completion never complains. */
function connectionNames(named: string | undefined): readonly string[] {
  for (const file of named === undefined || named === '' ? usualFiles() : [named]) {
    try {
      return namesIn(readFileSync(file, 'utf8'));
    } catch {
      continue;
    }
  }
  return [];
}

function* usualFiles(): Iterable<string> {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    yield join(folder, FILE_NAME);
    if (dirname(folder) === folder) break;
  }
  const home = process.platform === 'win32' ? process.env['APPDATA'] : process.env['XDG_CONFIG_HOME'];
  yield join(home ?? join(homedir(), '.config'), 'tallyman', FILE_NAME);
  yield join('/etc', 'tallyman', FILE_NAME);
}

/**
 * A light look instead of the YAML library, which takes longer to load than a key press may last: the keys of the
 * first level below `connections:` in block form.
 */
export function namesIn(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^connections:\s*(#.*)?$/.test(line));
  if (start < 0) return [];
  const names: string[] = [];
  let indent: string | undefined;
  for (const line of lines.slice(start + 1)) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const match = /^(\s+)(?:"([^"]+)"|'([^']+)'|([^\s:#'"][^:#]*)):(?:\s|$)/.exec(line);
    if (/^\S/.test(line)) break;
    indent ??= match?.[1];
    if (match !== null && match[1] === indent) names.push((match[2] ?? match[3] ?? match[4] ?? '').trim());
  }
  return names.filter((name) => name !== '');
}
