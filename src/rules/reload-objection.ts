import type { LoadedSettings } from '../settings/settings-file.js';
import type { RuleBook } from './rule-book.js';

/**
 * Why settings that are valid by themselves must not replace those in force: a file that is gone, or that an editor has
 * emptied on the way to write it, would silently end every rule. Undefined when nothing speaks against them.
 */
export function reloadObjection(
  before: RuleBook,
  loaded: Pick<LoadedSettings, 'file' | 'documents'>,
  after: RuleBook,
): string | undefined {
  if (before.files.length === 0) return undefined;
  if (loaded.file === undefined) return `the settings file is gone: ${before.files[0] ?? ''}`;
  const emptied = loaded.documents.find(({ text, file }) => isBlank(text) && before.files.includes(file));
  if (emptied !== undefined) return `${emptied.file} is empty`;
  if (before.rules.length === 0 || after.rules.length > 0) return undefined;
  const saysNone = loaded.documents.some(({ data }) => Object.hasOwn(data as object, 'rules'));
  return saysNone ? undefined : 'there is no rule any more; say rules: {} where that is meant';
}

function isBlank(text: string): boolean {
  return text.split(/\r?\n/).every((line) => /^\s*(#.*)?$/.test(line));
}
