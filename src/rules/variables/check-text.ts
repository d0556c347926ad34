import { didYouMean } from '../../core/did-you-mean.js';
import { printable } from '../../core/printable.js';
import { parseTemplate, type TemplatePart } from './template.js';
import { canonicalName, variableFacts } from './variable-catalogue.js';

/** Why a text cannot be expanded, one sentence for each fault; empty when it can. `knownNames`: `knownVariables`. */
export function variableProblems(template: string, knownNames: readonly string[]): readonly string[] {
  return variablesIn(template, knownNames).flatMap((part) => problemsOf(part, knownNames));
}

/** The same for a path or location, whose whole paths must stand at its start. */
export function locationProblems(template: string, knownNames: readonly string[]): readonly string[] {
  const parts = parseTemplate(template, knownNames);
  const misplaced = parts.flatMap((part, index) => {
    if (part.kind !== 'variable') return [];
    const shape = variableFacts(part.name)?.kind;
    if (shape === 'path' && index > 0) return [`${part.written} is a whole path and may only begin the text`];
    if (shape === 'lowerPath' && index === 0)
      return [`${part.written} is the end of a path and may not begin the text`];
    return [];
  });
  return [...variableProblems(template, knownNames), ...misplaced];
}

/** Why the rule's own variables cannot be: names that cannot be written, names of ours, unknown names, circles. */
export function ownVariableProblems(
  variables: Readonly<Record<string, string>>,
  knownNames: readonly string[],
): readonly { readonly name: string; readonly problem: string }[] {
  const texts = new Map(Object.entries(variables).map(([name, text]) => [canonicalName(name), text]));
  return Object.entries(variables).flatMap(([name, text]) => {
    const problems = [...nameProblems(name), ...variableProblems(text, knownNames)];
    const circle = circleFrom(canonicalName(name), texts);
    if (circle !== undefined)
      problems.push(`it refers to itself: ${circle.map((one) => `%${one}%`).join(' -> ')}`);
    return problems.map((problem) => ({ name, problem }));
  });
}

/** Canonical names that a text uses. */
export function variableNames(template: string, ownNames: readonly string[] = []): readonly string[] {
  return variablesIn(template, ownNames).map(({ name }) => name);
}

type VariablePart = TemplatePart & { kind: 'variable' };

function variablesIn(template: string, ownNames: readonly string[]): readonly VariablePart[] {
  return parseTemplate(template, ownNames).filter((part) => part.kind === 'variable');
}

function problemsOf(
  { name, format, written }: VariablePart,
  knownNames: readonly string[],
): readonly string[] {
  if (!isKnown(name, knownNames)) return [unknownText(name, written, knownNames)];
  if (format !== undefined && variableFacts(name)?.kind !== 'time')
    return [`${printable(written, 80)}: only a time can have a format`];
  return [];
}

function isKnown(name: string, knownNames: readonly string[]): boolean {
  const group = `${name.slice(0, name.indexOf('.'))}.*`;
  return knownNames.includes(name) || knownNames.includes(group);
}

function unknownText(name: string, written: string, knownNames: readonly string[]): string {
  const facts = variableFacts(name);
  if (facts !== undefined) return `${printable(written, 80)} has no value here: ${WHERE[facts.when]}`;
  const guess = didYouMean(name, knownNames);
  return `${printable(written, 80)} is no variable${guess} (a percent sign of its own is written %%)`;
}

const WHERE = {
  always: 'every rule has it',
  fileEvent: 'only a folder or remote trigger brings a file',
  hook: 'only a webhook brings it',
  afterRule: 'only a trigger "afterRule" brings it',
  connectionFailed: 'only a trigger "connectionFailed" brings it',
  monitorFailed: 'only a trigger "monitorFailed" brings it',
  loop: 'it belongs to the steps of an "each"',
  failure: 'it belongs to the steps of an "ifFailed"',
} as const;

function nameProblems(name: string): string[] {
  if (!/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/.test(name))
    return ['a name is letters, digits, _ and dots, and begins with a letter'];
  if (variableFacts(canonicalName(name)) !== undefined) return ['Tallyman has a variable of this name'];
  return [];
}

/** The way from the name back to itself through the texts of own variables; undefined when there is none. */
function circleFrom(name: string, texts: ReadonlyMap<string, string>): readonly string[] | undefined {
  const ownNames = [...texts.keys()];
  const visited = new Set<string>();
  const follow = (at: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of variableNames(texts.get(at) ?? '', ownNames)) {
      if (next === name) return [...way, next];
      if (!texts.has(next) || visited.has(next)) continue;
      visited.add(next);
      const found = follow(next, [...way, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return follow(name, [name]);
}
