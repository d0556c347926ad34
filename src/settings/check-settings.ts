import type * as z from 'zod';
import type { SettingsDocument } from './settings-document.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { settingsSchema, type TallySettings } from './settings-schema.js';

/** Checks parsed data against the schema. */
export function checkSettings(document: SettingsDocument): TallySettings {
  const parsed = settingsSchema.safeParse(document.data);
  if (parsed.success) return parsed.data;
  throw new SettingsError(inFileOrder(parsed.error.issues.flatMap((issue) => problemsOf(issue, document))));
}

function problemsOf(issue: z.core.$ZodIssue, document: SettingsDocument): readonly SettingsProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const texts = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      origin: document.originOf([...issue.path, key], 'key'),
      text: texts[index] ?? issue.message,
    }));
  }
  const name = issue.path.at(-1);
  const subject = typeof name === 'string' && issue.code !== 'invalid_key' ? `"${name}" ` : '';
  return issue.message
    .split('\n')
    .map((line) => ({ origin: document.originOf(issue.path, originPart(issue)), text: `${subject}${line}` }));
}

function originPart(issue: z.core.$ZodIssue): 'key' | 'value' {
  return issue.code === 'invalid_key' ? 'key' : 'value';
}

function inFileOrder(problems: readonly SettingsProblem[]): readonly SettingsProblem[] {
  return problems.toSorted((left, right) => lineOf(left) - lineOf(right));
}

function lineOf({ origin }: SettingsProblem): number {
  return origin.kind === 'file' ? origin.line * 10_000 + origin.column : 0;
}
