import type { EftFields } from './eft-fields.js';
import { importText } from './eft-texts.js';

/** A condition as it stands in the settings, or why there is none: a condition is never left out silently. */
export type ImportedCondition =
  | { readonly kind: 'condition'; readonly when: Readonly<Record<string, unknown>> }
  | { readonly kind: 'problem'; readonly problem: string };

/** COM: property 5005 with operator 16 and a list of masks is "file name matches any" (eft.md, 3.7). */
const FILE_NAME_PROPERTY = 5005;
const MATCHES_ANY = 16;

const TEXT_OPERATORS: Readonly<Record<string, string>> = {
  equals: 'equals',
  equalto: 'equals',
  is: 'equals',
  contains: 'contains',
  startswith: 'startsWith',
  beginswith: 'startsWith',
  endswith: 'endsWith',
  matches: 'matches',
  lessthan: 'less',
  greaterthan: 'greater',
};

/** `{Conditions: [...], Operator: "And" | "Or"}` */
export function importConditions(statement: EftFields): ImportedCondition {
  const operator = (statement.text('operator', 'all or any') ?? 'And').toLowerCase();
  const parts = statement.groups('conditions').map((fields) => {
    const imported = importCondition(fields);
    fields.close();
    return imported;
  });
  const problem = parts.find((part) => part.kind === 'problem');
  if (problem !== undefined) return problem;
  const conditions = parts.flatMap((part) => (part.kind === 'condition' ? [part.when] : []));
  const [only] = conditions;
  if (only === undefined)
    return { kind: 'problem', problem: 'a condition statement of it holds no condition' };
  if (conditions.length === 1) return { kind: 'condition', when: only };
  if (operator !== 'and' && operator !== 'or') {
    return { kind: 'problem', problem: `its conditions are joined by "${operator}", which is unknown here` };
  }
  return { kind: 'condition', when: operator === 'or' ? { any: conditions } : { all: conditions } };
}

function importCondition(fields: EftFields): ImportedCondition {
  const property = fields.number('propertyID', 'the kind of the condition');
  const variable = fields.text('contextVariable', 'compare.left');
  const isNegated = fields.flag('negate', 'not');
  const operator = fields.text('operator', 'the operator of the condition') ?? '';
  const values = fields.texts('value', 'the value of the condition').map(importText);
  const when = conditionOf({ property, variable, operator, values });
  if (when === undefined) {
    const what = variable ?? `property ${property ?? '?'}`;
    return {
      kind: 'problem',
      problem: `its condition on ${what} (operator ${operator}) has to be written by hand`,
    };
  }
  return { kind: 'condition', when: isNegated ? { not: when } : when };
}

interface ConditionParts {
  readonly property: number | undefined;
  readonly variable: string | undefined;
  readonly operator: string;
  readonly values: readonly string[];
}

function conditionOf(parts: ConditionParts): Readonly<Record<string, unknown>> | undefined {
  const { property, variable, operator, values } = parts;
  const isFileName = isFileNameOf(property, variable);
  if (isFileName === undefined || values.length === 0) return undefined;
  if (isFileName && (Number(operator) === MATCHES_ANY || /^match/i.test(operator))) {
    return { fileName: values.length === 1 ? values[0] : values };
  }
  const key = operator.toLowerCase().replace(/[^a-z]/g, '');
  const word = Object.hasOwn(TEXT_OPERATORS, key) ? TEXT_OPERATORS[key] : undefined;
  if (word === undefined) return undefined;
  const name = isFileName ? 'FS.FILE_NAME' : (variable ?? '').replace(/%/g, '').trim();
  const compares = values.map((right) => ({ compare: { left: importText(`%${name}%`), [word]: right } }));
  return compares.length === 1 ? compares[0] : { any: compares };
}

/** Undefined where it cannot be told what is looked at: a property of another number, a name that is no variable. */
function isFileNameOf(property: number | undefined, variable: string | undefined): boolean | undefined {
  const name = variable?.replace(/%/g, '').trim();
  const isNamed = name === undefined ? undefined : /^FS\.FILE_?NAME$/i.test(name);
  if (property === FILE_NAME_PROPERTY) return isNamed === false ? undefined : true;
  if (property !== undefined && property !== 0 && isNamed === undefined) return undefined;
  if (name === undefined || !/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+$/.test(name)) return undefined;
  return isNamed;
}
