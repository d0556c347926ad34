import { relative } from 'node:path';
import { showOrigin } from '../../settings/origin.js';
import type { SettingsProblem } from '../../settings/settings-error.js';

/** A problem as an annotation of a GitHub workflow; paths count from `workFolder`, as the service wants them. */
export function githubLine({ origin, text }: SettingsProblem, workFolder: string): string {
  if (origin.kind !== 'file') return `::error::${escaped(`${showOrigin(origin)}: ${text}`)}`;
  const file = escapedValue(relative(workFolder, origin.file).replaceAll('\\', '/'));
  return `::error file=${file},line=${origin.line},col=${origin.column}::${escaped(text)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedValue(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The same for programs. */
export function problemData({ origin, text }: SettingsProblem): Readonly<Record<string, unknown>> {
  if (origin.kind !== 'file') return { place: showOrigin(origin), text };
  const { file, line, column } = origin;
  return { file, line, column, text };
}
