import type { EftFields } from './eft-fields.js';
import { importAction, type ImportedAction } from './import-action.js';
import { importConditions } from './import-condition.js';
import type { ActionSources } from './import-transfer.js';
import { failStep, writtenAsComment, type Written } from './written-step.js';

/** The steps that one statement of EFT's became: they stand or fall together. */
export interface StepUnit {
  readonly steps: readonly Written[];
  /** Stands above the first of them. */
  readonly comment?: string;
}

const MAX_NAME = 100;

/** Statements in order, each some steps; what cannot be carried is a `fail` that says so. */
export class StatementWalk {
  readonly problems: string[] = [];
  readonly #sources: ActionSources;

  constructor(sources: ActionSources) {
    this.#sources = sources;
  }

  units(statements: readonly EftFields[]): readonly StepUnit[] {
    return statements.flatMap((statement) => {
      const unit = this.#unitOf(statement);
      statement.notNeeded('the group within says it', 'Type');
      statement.close();
      return unit.steps.length === 0 ? [] : [unit];
    });
  }

  #unitOf(statement: EftFields): StepUnit {
    if (statement.has('ActionStatement')) return this.#action(statement.group('ActionStatement'));
    if (statement.has('ConditionStatement')) return this.#condition(statement.group('ConditionStatement'));
    if (statement.has('LoopDatasetStatement')) return this.#loop(statement.group('LoopDatasetStatement'));
    return this.#failed(`a statement of it is none that is known (${statement.names().join(', ')})`);
  }

  #action(fields: EftFields): StepUnit {
    const action = fields.group('Action');
    const imported = this.#imported(action);
    const ifFailed = fields.has('IfFailedActions') ? this.#ifFailed(fields) : undefined;
    fields.close();
    if (imported.kind === 'nothing') return { steps: [] };
    if (imported.kind === 'problem') return this.#failed(imported.problem);
    // A stop cannot fail, so EFT's empty list at it would only confuse.
    const isBare = ifFailed === undefined || 'stop' in imported.step;
    return { steps: [isBare ? imported.step : { ...imported.step, ifFailed }] };
  }

  #imported(action: EftFields): ImportedAction {
    const imported = importAction(action, this.#sources);
    action.close();
    if (imported.kind === 'step') this.problems.push(...imported.problems);
    return imported;
  }

  /** Each is an action by itself, or an action statement. */
  #ifFailed(fields: EftFields): readonly Written[] {
    return fields.groups('IfFailedActions').flatMap((item) => {
      const inner = item.has('ActionStatement') ? item.group('ActionStatement') : item;
      const action = inner.has('Action') ? inner.group('Action') : inner;
      inner.notNeeded('the group within says it', 'Type');
      item.notNeeded('the group within says it', 'Type');
      const imported = this.#imported(action);
      inner.close();
      item.close();
      if (imported.kind === 'problem') return this.#failed(imported.problem).steps;
      return imported.kind === 'nothing' ? [] : [imported.step];
    });
  }

  #condition(fields: EftFields): StepUnit {
    const condition = importConditions(fields);
    const then = this.#steps(fields, 'IfAttachedStatements');
    const otherwise = this.#steps(fields, 'ElseAttachedStatements');
    fields.close();
    if (condition.kind === 'problem') {
      const branch = { if: '...', then, ...(otherwise.length === 0 ? {} : { else: otherwise }) };
      return { ...this.#failed(condition.problem), comment: writtenAsComment([branch]) };
    }
    if (then.length === 0 && otherwise.length === 0) return { steps: [] };
    if (then.length === 0) return { steps: [{ if: { not: condition.when }, then: otherwise }] };
    return { steps: [{ if: condition.when, then, ...(otherwise.length === 0 ? {} : { else: otherwise }) }] };
  }

  #steps(fields: EftFields, name: string): readonly Written[] {
    return this.units(fields.groups(name)).flatMap(({ steps }) => steps);
  }

  /** A loop needs a `list` that makes its data; EFT has none, so a person says what is listed. */
  #loop(fields: EftFields): StepUnit {
    const params = fields.group('Params');
    const dataset = params.text('DatasetName', 'each') ?? 'files';
    const rows = rowsOf(params);
    const order = params.text('SortOrder', 'orderBy') ?? 'Original';
    const column = params.text('OrderingColumn', 'orderBy');
    params.close();
    const steps = this.#steps(fields, 'Statements');
    fields.close();
    const ordered =
      order.toLowerCase() === 'original' ? '' : `, and orderBy (EFT: ${column ?? '?'}, ${order})`;
    const failed = this.#failed(`its loop over "${dataset}" needs a list: write what is listed${ordered}`);
    if (steps.length === 0) return failed;
    const into =
      dataset
        .replace(/[^A-Za-z0-9_.-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
        .slice(0, MAX_NAME) || 'files';
    return {
      steps: [...failed.steps, { list: { from: './FILL-IN/', into } }, { each: into, ...rows, do: steps }],
    };
  }

  #failed(problem: string): StepUnit {
    this.problems.push(problem);
    return { steps: [failStep(problem)] };
  }
}

function rowsOf(params: EftFields): Written {
  const row = (isUsed: string, name: string, key: string): Written => {
    const used = params.flag(isUsed, key);
    const value = params.number(name, key);
    return used && value !== undefined ? { [key]: Math.max(1, Math.trunc(value)) } : {};
  };
  return {
    ...row('UseStartLoopRow', 'StartLoopRow', 'firstRow'),
    ...row('UseEndLoopRow', 'EndLoopRow', 'lastRow'),
  };
}
