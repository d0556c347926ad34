import type { EftFields } from './eft-fields.js';
import { importAction, type ActionSources } from './import-action.js';
import { importConditions } from './import-condition.js';
import { importTrigger } from './import-trigger.js';
import type { ConnectionBook } from './connection-book.js';

export interface ImportedRule {
  /** As EFT calls it. */
  readonly name: string;
  readonly folder: string | undefined;
  /** As it stands in the settings. */
  readonly rule: Readonly<Record<string, unknown>>;
  /** What has to be looked at before it may run; with any, the rule is disabled. */
  readonly problems: readonly string[];
}

type Written = Readonly<Record<string, unknown>>;

/** One rule of the REST export (eft.md, 3.4). `timeZone`: of the EFT server. */
export function importRule(fields: EftFields, book: ConnectionBook, timeZone: string): ImportedRule {
  const info = fields.group('info');
  const name = info.text('Name', 'the name of the rule') ?? 'rule';
  const description = info.text('Description', 'description');
  const isEnabled = info.has('Enabled') ? info.flag('Enabled', 'enabled') : true;
  const folder = info.text('Folder', 'a comment');
  const type = info.text('Type', 'on') ?? '';
  info.notNeeded(
    'of the list of rules and not of the rule',
    'Next',
    'apiVersion',
    'eventRuleVersion',
    'Order',
    'id',
  );
  info.lost('Remote', 'rules of a remote agent are not known here');
  info.close();
  const profileNames = namesOfProfiles(fields.group('relationships'));
  const trigger = fields.group('trigger');
  const { on, problem } = importTrigger(trigger, type, timeZone);
  trigger.close();
  const walk = new StatementWalk({ book, profileNames });
  const statements = fields.group('statements');
  const steps = walk.steps(statements.groups('StatementsList'));
  statements.close();
  fields.notNeeded('of the answer and not of the rule', 'id', 'type', 'links');
  fields.close();
  const problems = [...(problem === undefined ? [] : [problem]), ...walk.problems];
  return {
    name,
    folder,
    problems,
    rule: {
      ...(description === undefined ? {} : { description }),
      ...(isEnabled && problems.length === 0 ? {} : { enabled: false }),
      on,
      do: steps.length > 0 ? steps : [{ fail: 'this rule had no action that could be imported' }],
    },
  };
}

function namesOfProfiles(relationships: EftFields): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const profile of relationships.groups('ConnectionProfiles')) {
    const id = profile.text('id', 'the connection');
    const name = profile.text('name', 'the connection');
    profile.notNeeded('says nothing of the profile', 'type', 'links');
    profile.close();
    if (id !== undefined && name !== undefined) names.set(id.toLowerCase(), name);
  }
  relationships.close();
  return names;
}

/** Statements in order, each a step; what cannot be carried is a `fail` that says so. */
class StatementWalk {
  readonly problems: string[] = [];
  readonly #sources: ActionSources;

  constructor(sources: ActionSources) {
    this.#sources = sources;
  }

  steps(statements: readonly EftFields[]): readonly Written[] {
    return statements.flatMap((statement) => {
      const steps = this.#stepsOf(statement);
      statement.notNeeded('the group within says it', 'Type');
      statement.close();
      return steps;
    });
  }

  #stepsOf(statement: EftFields): readonly Written[] {
    if (statement.has('ActionStatement')) return this.#action(statement.group('ActionStatement'));
    if (statement.has('ConditionStatement')) return this.#condition(statement.group('ConditionStatement'));
    if (statement.has('LoopDatasetStatement')) return this.#loop(statement.group('LoopDatasetStatement'));
    return [this.#failed(`a statement of it is none that is known (${statement.names().join(', ')})`)];
  }

  #action(fields: EftFields): readonly Written[] {
    const action = fields.group('Action');
    const imported = importAction(action, this.#sources);
    action.close();
    const ifFailed = this.#ifFailed(fields);
    fields.close();
    if (imported.kind === 'problem') return [this.#failed(imported.problem)];
    const [kind] = Object.keys(imported.step);
    if (kind === undefined) return [];
    // A stop cannot fail, so EFT's empty list at it would only confuse.
    return [kind === 'stop' ? imported.step : { ...imported.step, ifFailed }];
  }

  /** Each is an action by itself, or an action statement. */
  #ifFailed(fields: EftFields): readonly Written[] {
    return fields.groups('IfFailedActions').flatMap((item) => {
      const inner = item.has('ActionStatement') ? item.group('ActionStatement') : item;
      const action = inner.has('Action') ? inner.group('Action') : inner;
      const imported = importAction(action, this.#sources);
      for (const each of new Set([action, inner, item])) {
        each.notNeeded('the group within says it', 'Type');
        each.close();
      }
      if (imported.kind === 'problem') return [this.#failed(imported.problem)];
      return Object.keys(imported.step).length === 0 ? [] : [imported.step];
    });
  }

  #condition(fields: EftFields): readonly Written[] {
    const condition = importConditions(fields);
    const then = this.steps(fields.groups('IfAttachedStatements'));
    const otherwise = this.steps(fields.groups('ElseAttachedStatements'));
    fields.close();
    if (condition.kind === 'problem') return [this.#failed(condition.problem)];
    return [{ if: condition.when, then, ...(otherwise.length === 0 ? {} : { else: otherwise }) }];
  }

  #loop(fields: EftFields): readonly Written[] {
    const params = fields.group('Params');
    const dataset = params.text('DatasetName', 'each') ?? 'files';
    const hasFirst = params.flag('UseStartLoopRow', 'firstRow');
    const hasLast = params.flag('UseEndLoopRow', 'lastRow');
    const first = params.number('StartLoopRow', 'firstRow');
    const last = params.number('EndLoopRow', 'lastRow');
    const column = params.text('OrderingColumn', 'orderBy');
    const order = params.text('SortOrder', 'orderBy') ?? 'Original';
    params.close();
    const steps = this.steps(fields.groups('Statements'));
    fields.close();
    const isOrdered = order.toLowerCase() !== 'original';
    if (isOrdered)
      this.problems.push(`its loop over ${dataset} is ordered by ${column ?? 'a column'}: set orderBy`);
    this.problems.push(`its loop over ${dataset} needs a list action before it that makes this data set`);
    return [
      {
        each: dataset,
        ...(hasFirst && first !== undefined ? { firstRow: Math.max(1, first) } : {}),
        ...(hasLast && last !== undefined ? { lastRow: Math.max(1, last) } : {}),
        do: steps,
      },
    ];
  }

  #failed(problem: string): Written {
    this.problems.push(problem);
    return { fail: problem };
  }
}
