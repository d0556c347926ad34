import type { EftFields } from './eft-fields.js';
import type { ConnectionBook } from './connection-book.js';
import { importTrigger, type EftClock } from './import-trigger.js';
import { StatementWalk, type StepUnit } from './statement-walk.js';

/** One rule of EFT's, in parts of ours that are not yet checked. */
export interface RuleDraft {
  /** As EFT calls it. */
  readonly name: string;
  readonly folder: string | undefined;
  readonly description: string | undefined;
  readonly isEnabled: boolean;
  readonly on: Readonly<Record<string, unknown>>;
  readonly units: readonly StepUnit[];
  /** What has to be looked at before it may run; with any, the rule is disabled. */
  readonly problems: readonly string[];
}

/** A rule of the REST export (eft.md, 3.4), and what its answer says beside it. */
export interface RuleFields {
  readonly fields: EftFields;
  readonly relationships: EftFields;
}

/** The parts of a rule; fields that may matter and could not be read are problems of it. */
export function importRule(
  { fields, relationships }: RuleFields,
  book: ConnectionBook,
  clock: EftClock,
): RuleDraft {
  const { report } = fields;
  const doubtsBefore = report.doubts.length;
  const { type, ...info } = importInfo(fields.group('info'));
  const profileNames = new Map([fields.group('relationships'), relationships].flatMap(namesOfProfiles));
  const trigger = fields.group('trigger');
  const { on, problems } = importTrigger(trigger, type, clock);
  trigger.close();
  const walk = new StatementWalk({ book, profileNames });
  const statements = fields.group('statements');
  const units = walk.units(statements.groups('StatementsList'));
  statements.close();
  fields.notNeeded('of the answer and not of the rule', 'id', 'type', 'links');
  fields.close();
  const doubts = report.doubts.slice(doubtsBefore).map((field) => field.slice(fields.path.length + 1));
  const unknown =
    doubts.length === 0
      ? []
      : [`it holds fields that could not be read, which may matter: ${shortList(doubts)}`];
  return { ...info, on, units, problems: [...problems, ...walk.problems, ...unknown] };
}

function shortList(fields: readonly string[]): string {
  const named = fields.slice(0, 3).join(', ');
  return fields.length > 3 ? `${named} and ${fields.length - 3} more` : named;
}

function importInfo(
  info: EftFields,
): Pick<RuleDraft, 'name' | 'folder' | 'description' | 'isEnabled'> & { readonly type: string } {
  const found = {
    name: info.text('Name', 'the name of the rule') ?? 'rule',
    description: info.text('Description', 'description'),
    isEnabled: info.has('Enabled') ? info.flag('Enabled', 'enabled') : true,
    folder: info.text('Folder', 'a comment'),
    type: info.text('Type', 'on') ?? '',
  };
  const reason = 'of the list of rules and not of the rule';
  info.notNeeded(reason, 'Next', 'apiVersion', 'eventRuleVersion', 'Order', 'id');
  info.lost('Remote', 'rules of a remote agent are not known here');
  info.close();
  return found;
}

/** As a list, or as the `data` of a REST answer. */
function namesOfProfiles(relationships: EftFields): readonly (readonly [string, string])[] {
  const names: (readonly [string, string])[] = [];
  const inner = relationships.listOrData('ConnectionProfiles');
  for (const profile of inner) {
    const id = profile.text('id', 'the connection');
    const name = profile.text('name', 'the connection');
    profile.notNeeded('says nothing of the profile', 'type', 'links');
    profile.close();
    if (id !== undefined && name !== undefined) names.push([id.toLowerCase(), name]);
  }
  relationships.close();
  return names;
}
