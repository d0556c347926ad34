import { resolve } from 'node:path';
import type { Files } from '../../core/files.js';
import { printable } from '../../core/printable.js';
import type { EftFile } from '../../eft-import/read-eft-json.js';
import type { ImportReport, ReportLine } from '../../eft-import/import-report.js';
import { nodeSurroundings, type Surroundings } from '../../engine/surroundings.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import type { DataFormat } from '../command-session.js';
import { resultForm } from '../result-form.js';
import { styleFor } from '../style.js';
import { writeResult, type ResultColumn } from '../tabular.js';

/** More than a server with thousands of rules exports. */
const MAX_BYTES = 256 * 1024 * 1024;

/** An import: its files, and where its results go. The settings in force have no part in it. */
export interface ImportSession {
  readonly surroundings: Surroundings;
  readonly files: readonly EftFile[];
  readonly format: DataFormat;
}

/** Reads the files that are named. Rejects with SETTINGS_INVALID, before anything is read, when a result exists. */
export async function openImport(
  call: CommandCall,
  context: CommandContext,
  names: readonly string[],
): Promise<ImportSession> {
  const surroundings = nodeSurroundings({ environment: context.environment, warn: () => undefined });
  const { files } = surroundings.platform;
  for (const flag of ['output', 'report']) await assertNew(call, flag, surroundings);
  const { output, report } = call.flags;
  if (
    output !== undefined &&
    report !== undefined &&
    pathOf(output, surroundings) === pathOf(report, surroundings)
  ) {
    throw settingsError({ kind: 'flag', name: '--report' }, 'names the file that --output names');
  }
  const read: EftFile[] = [];
  for (const name of names)
    read.push({ name, bytes: await readFile(files, pathOf(name, surroundings), name) });
  return { surroundings, files: read, format: formatOf(call) };
}

function formatOf({ flags }: CommandCall): DataFormat {
  if (flags['json'] === true && flags['jsonl'] === true) {
    throw settingsError({ kind: 'flag', name: '--json' }, 'and --jsonl exclude each other');
  }
  return flags['json'] === true ? 'json' : flags['jsonl'] === true ? 'jsonl' : 'words';
}

/** What an import has to give. */
export interface ImportResult {
  readonly yaml: string;
  readonly report: ImportReport;
  readonly reportText: string;
  readonly summary: readonly string[];
  /** For programs. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Writes the settings and the report to where they go; then says what there is to do. */
export async function giveImport(
  { surroundings, format }: ImportSession,
  { yaml, report, reportText, summary, facts }: ImportResult,
  call: CommandCall,
  context: CommandContext,
): Promise<void> {
  const { output, report: reportFile } = call.flags;
  const { stdout, stderr } = context;
  const { files } = surroundings.platform;
  if (output !== undefined) await writeNew(files, pathOf(output, surroundings), yaml);
  if (reportFile !== undefined) await writeNew(files, pathOf(reportFile, surroundings), reportText);
  if (format !== 'words') {
    const { tasks } = report;
    const variables = Object.fromEntries(report.variables);
    const written = output === undefined ? { settings: yaml } : { output };
    const form = resultForm(call, { format }, 'fields', { ...facts, ...written, tasks, variables });
    await writeResult(report.lines, COLUMNS, form, stdout, styleFor(stdout));
    return;
  }
  if (output === undefined) await stdout.write(yaml);
  if (call.flags['quiet'] === true) return;
  const lines = [
    ...(output === undefined ? [] : [`wrote ${printable(String(output))}`]),
    ...(reportFile === undefined ? [] : [`wrote ${printable(String(reportFile))}`]),
    ...summary,
  ];
  await (output === undefined ? stderr : stdout).write(lines.map((line) => `${line}\n`).join(''));
}

const COLUMNS: readonly ResultColumn<ReportLine>[] = [
  { key: 'field', title: 'FIELD', words: ({ field }) => field, value: ({ field }) => field },
  { key: 'outcome', title: 'OUTCOME', words: ({ outcome }) => outcome, value: ({ outcome }) => outcome },
  { key: 'text', title: 'TEXT', words: ({ text }) => text, value: ({ text }) => text },
];

function pathOf(name: unknown, { workFolder }: Surroundings): string {
  return resolve(workFolder, String(name));
}

async function readFile(files: Files, path: string, name: string): Promise<Uint8Array> {
  try {
    return await files.readAll(path, MAX_BYTES);
  } catch (cause) {
    throw fileError(name, 'cannot be read', cause);
  }
}

async function assertNew({ flags }: CommandCall, flag: string, surroundings: Surroundings): Promise<void> {
  const name = flags[flag];
  if (name === undefined) return;
  try {
    await surroundings.platform.files.lstat(pathOf(name, surroundings));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw fileError(String(name), 'cannot be written', error);
  }
  throw settingsError(
    { kind: 'flag', name: `--${flag}` },
    `${printable(String(name))} is there already: nothing is overwritten`,
  );
}

/** A write that fails leaves nothing behind. */
async function writeNew(files: Files, path: string, text: string): Promise<void> {
  try {
    const file = await files.open(path, 'create');
    try {
      await file.write([Buffer.from(text)], 0);
      await file.sync();
    } catch (error) {
      await file.close();
      await files.remove(path);
      throw error;
    }
    await file.close();
  } catch (cause) {
    throw fileError(path, 'cannot be written', cause);
  }
}

function fileError(name: string, what: string, cause: unknown): Error {
  const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
  return settingsError({ kind: 'location', text: printable(name) }, `${what} (${errno})`, cause);
}
