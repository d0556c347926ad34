import type { RuleBookContext } from '../rules/load-rule-book.js';
import { acceptedRule, ruleChecker, type AcceptedRule } from './accepted-rule.js';
import { ConnectionBook } from './connection-book.js';
import { EftFields } from './eft-fields.js';
import { importProfile } from './import-connection.js';
import { ImportReport } from './import-report.js';
import { importRule, type RuleDraft } from './import-rule.js';
import { freeName, settingsName } from './names.js';
import { foreignPath, movePaths, type PathMove } from './path-moves.js';
import { readEftJson, type EftFile } from './read-eft-json.js';
import { sendsMail, settingsText } from './settings-text.js';

/** What came of one rule. */
export interface ImportedRule {
  /** In our settings. */
  readonly name: string;
  readonly eftName: string;
  readonly isEnabled: boolean;
  /** Why it is disabled; empty where EFT had it so. */
  readonly problems: readonly string[];
}

export interface EftImport {
  /** The text of a `tallyman.yaml`, which `tally rules validate` accepts. */
  readonly yaml: string;
  readonly report: ImportReport;
  readonly rules: readonly ImportedRule[];
  readonly connections: readonly string[];
}

export interface EftImportContext extends Pick<RuleBookContext, 'os' | 'homeFolder'> {
  /** IANA name: of the EFT server, whose local times an export holds. */
  readonly timeZone: string;
  readonly nowMs: number;
  /** Where folders of the EFT server are here. */
  readonly moves: readonly PathMove[];
}

/**
 * Rules and connection profiles of EFT's REST export as one settings file. Profiles may stand in any of the files.
 * Throws IMPORT_INVALID for a file that is none.
 */
export function importEft(files: readonly EftFile[], context: EftImportContext): EftImport {
  const report = new ImportReport();
  const book = new ConnectionBook(report, context);
  const things = files.flatMap((file) => readEftJson(file, report));
  for (const { kind, path, id, object } of things) {
    if (kind === 'connection') importProfile(new EftFields(object, path, report), id, book);
  }
  const drafts = things
    .filter(({ kind }) => kind === 'rule')
    .map(({ path, object, relationships: beside }) => {
      const fields = new EftFields(object, path, report);
      const relationships = new EftFields(beside?.object ?? {}, beside?.path ?? path, report);
      return importRule({ fields, relationships }, book, context);
    });
  const rules = acceptedRules(drafts, [...book.all.keys()], context);
  tellTasks(report, rules);
  return {
    yaml: settingsText(book.all, rules),
    report,
    rules: [...rules].map(([name, { draft, rule, problems }]) => ({
      name,
      eftName: draft.name,
      isEnabled: rule['enabled'] !== false,
      problems,
    })),
    connections: [...book.all.keys()],
  };
}

/** By their names of ours. */
function acceptedRules(
  drafts: readonly RuleDraft[],
  connections: readonly string[],
  context: EftImportContext,
): ReadonlyMap<string, AcceptedRule> {
  const checker = ruleChecker(connections, { ...context, protectedPlaces: [] });
  const rules = new Map<string, AcceptedRule>();
  for (const draft of drafts) {
    const accepted = acceptedRule(draftHere(draft, context), checker);
    rules.set(
      freeName(settingsName(draft.name, 'rule'), (each) => rules.has(each)),
      accepted,
    );
  }
  return rules;
}

/** The draft with its paths as they are here; what stays a path of Windows has to be written. */
function draftHere(draft: RuleDraft, context: EftImportContext): RuleDraft {
  const { on, units } = movePaths({ on: draft.on, units: draft.units }, context);
  const path = foreignPath([on, units.map(({ steps }) => steps)], context);
  const foreign =
    path === undefined ? [] : [`write its paths for this machine: ${path} is one of Windows (--path)`];
  return { ...draft, on, units, problems: [...draft.problems, ...foreign] };
}

function tellTasks(report: ImportReport, rules: ReadonlyMap<string, AcceptedRule>): void {
  for (const [name, { problems }] of rules) for (const problem of problems) report.task(name, problem);
  if ([...rules.values()].some(({ rule }) => sendsMail(rule))) {
    report.task('mail', 'put your mail server in place of FILL-IN.invalid: rules send e-mail');
  }
}
