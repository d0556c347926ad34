import type * as z from 'zod';
import type { SettingsDocument } from './settings-document.js';
import type { SettingsProblem } from './settings-error.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What a schema found wrong with the part of a document at `path`, each with its place in the file. */
export function settingsProblems(
  issues: readonly Issue[],
  document: SettingsDocument,
  path: Path,
): readonly SettingsProblem[] {
  const meant = issues.flatMap((issue) => issuesMeant(issue, path));
  const misspelt = new Set(
    meant.filter(({ code }) => code === 'unrecognized_keys').map((issue) => pathText(issue.path)),
  );
  return meant
    .filter(({ code, path: at }) => code !== 'custom' || !misspelt.has(pathText(at)))
    .flatMap((issue) => problemsOf(issue, document));
}

/** What is missing in a group is what was misspelt there: said once, not twice. */
function pathText(path: Path): string {
  return path.map(String).join('\0');
}

/** By file in the order given, then by line and column. */
export function inFileOrder(problems: readonly SettingsProblem[]): readonly SettingsProblem[] {
  const files = [...new Set(problems.map(fileOf))];
  return problems.toSorted(
    (left, right) =>
      files.indexOf(fileOf(left)) - files.indexOf(fileOf(right)) || placeOf(left) - placeOf(right),
  );
}

function fileOf({ origin }: SettingsProblem): string {
  return origin.kind === 'file' ? origin.file : '';
}

function placeOf({ origin }: SettingsProblem): number {
  return origin.kind === 'file' ? origin.line * 10_000 + Math.min(origin.column, 9999) : 0;
}

/**
 * Of a value that may have several forms, what is wrong with the form that was meant: a list, a group or a text can
 * be told apart, so the others would only confuse.
 */
function issuesMeant(issue: Issue, above: Path): readonly Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const meant = issue.errors.find((branch) => !branch.some(isWrongKind));
  if (meant === undefined || meant.length === 0) return [{ ...issue, path }];
  return meant.flatMap((inner) => issuesMeant(inner, path));
}

function isWrongKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((branch) => branch.some(isWrongKind));
  return issue.code === 'invalid_type';
}

function problemsOf(issue: Issue, document: SettingsDocument): readonly SettingsProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const texts = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      origin: document.originOf([...issue.path, key], 'key'),
      text: texts[index] ?? issue.message,
    }));
  }
  const name = issue.path.at(-1);
  const subject = typeof name === 'string' && issue.code !== 'invalid_key' ? `"${name}" ` : '';
  const part = issue.code === 'invalid_key' ? 'key' : 'value';
  return issue.message
    .split('\n')
    .map((line) => ({ origin: document.originOf(issue.path, part), text: `${subject}${line}` }));
}
