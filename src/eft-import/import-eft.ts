import { Document } from 'yaml';
import { printable } from '../core/printable.js';
import { ConnectionBook } from './connection-book.js';
import { EftFields } from './eft-fields.js';
import { importProfile, type ConnectionSettings } from './import-connection.js';
import { ImportReport } from './import-report.js';
import { importRule, type ImportedRule } from './import-rule.js';
import { freeName, settingsName } from './names.js';
import { readEftJson, type EftFile } from './read-eft-json.js';

export interface EftImport {
  /** The text of a `tallyman.yaml`. */
  readonly yaml: string;
  readonly report: ImportReport;
  readonly rules: readonly { readonly name: string; readonly eftName: string; readonly isEnabled: boolean }[];
  readonly connections: readonly string[];
}

/**
 * Rules and connection profiles of EFT's REST export as one settings file. Profiles may stand in any of the files.
 * Throws IMPORT_INVALID for a file that is none.
 */
export function importEft(files: readonly EftFile[], timeZone: string): EftImport {
  const report = new ImportReport();
  const book = new ConnectionBook(report);
  const things = files.flatMap((file) => readEftJson(file));
  for (const { kind, path, id, object } of things) {
    if (kind === 'connection') importProfile(new EftFields(object, path, report), id, book);
  }
  const rules = new Map<string, ImportedRule>();
  for (const { kind, path, object } of things) {
    if (kind !== 'rule') continue;
    const imported = importRule(new EftFields(object, path, report), book, timeZone);
    const name = freeName(settingsName(imported.name, 'rule'), (each) => rules.has(each));
    rules.set(name, imported);
    for (const problem of imported.problems) report.task(name, problem);
  }
  return {
    yaml: settingsText(book.all, rules),
    report,
    rules: [...rules].map(([name, { name: eftName, rule }]) => ({
      name,
      eftName,
      isEnabled: rule['enabled'] !== false,
    })),
    connections: [...book.all.keys()],
  };
}

function settingsText(
  connections: ReadonlyMap<string, ConnectionSettings>,
  rules: ReadonlyMap<string, ImportedRule>,
): string {
  const document = new Document({
    ...(connections.size === 0 ? {} : { connections: Object.fromEntries(connections) }),
    rules: Object.fromEntries([...rules].map(([name, { rule }]) => [name, rule])),
  });
  document.commentBefore = ' Made by tally import eft. Look at it, then: tally rules validate';
  for (const [name, { name: eftName, folder, problems }] of rules) {
    const node = document.getIn(['rules', name], true) as { commentBefore?: string | null };
    const place = folder === undefined ? '' : `, in the folder ${printable(folder, 100)}`;
    const lines = [
      `EFT: "${printable(eftName, 200)}"${place}`,
      ...problems.map((each) => `To do: ${printable(each, 300)}`),
    ];
    node.commentBefore = lines.map((line) => ` ${line}`).join('\n');
  }
  return document.toString({ lineWidth: 0 });
}
