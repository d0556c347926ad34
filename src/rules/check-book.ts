import { didYouMean } from '../core/did-you-mean.js';
import { printable } from '../core/printable.js';
import { showOrigin } from '../settings/origin.js';
import type { SettingsProblem } from '../settings/settings-error.js';
import type { CommandSettings } from './house-settings.js';
import type { Mention } from './rule-findings.js';
import { isAllowedProgram } from './allowed-program.js';

/** What rules may name: everything that stands in the settings, also what is not valid itself. */
export interface KnownNames {
  readonly connections: readonly string[];
  readonly calendars: readonly string[];
  readonly rules: readonly string[];
  readonly commands: CommandSettings;
  readonly hasMail: boolean;
  readonly os: NodeJS.Platform;
}

/** Names that lead nowhere, names that must be the only one, and calls that go round in a circle. */
export function bookProblems(mentions: readonly Mention[], known: KnownNames): readonly SettingsProblem[] {
  return [
    ...mentions.flatMap((mention) => {
      const text = unknownName(mention, known);
      return text === undefined ? [] : [{ origin: mention.origin(), text }];
    }),
    ...repeatedHooks(mentions),
    ...callCircles(mentions),
  ];
}

function unknownName({ kind, name }: Mention, known: KnownNames): string | undefined {
  switch (kind) {
    case 'connection':
      return unlessKnown('connection', name, known.connections);
    case 'calendar':
      return unlessKnown('calendar', name, known.calendars);
    case 'rule':
    case 'calledRule':
      return unlessKnown('rule', name, known.rules);
    case 'mail':
      return known.hasMail ? undefined : 'sends an e-mail, but the settings have no "mail" to send it by';
    case 'program':
      return isAllowedProgram(name, known.commands, known.os)
        ? undefined
        : `${printable(name)} does not stand in commands.allow, so no rule may run it`;
    case 'hook':
      return undefined;
  }
}

function unlessKnown(what: string, name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return undefined;
  return `there is no ${what} "${printable(name, 80)}"${didYouMean(name, names)}`;
}

function repeatedHooks(mentions: readonly Mention[]): readonly SettingsProblem[] {
  const first = new Map<string, Mention>();
  return mentions.flatMap((mention) => {
    if (mention.kind !== 'hook') return [];
    const other = first.get(mention.name);
    if (other === undefined) first.set(mention.name, mention);
    if (other === undefined) return [];
    const place = showOrigin(other.origin());
    return [
      { origin: mention.origin(), text: `"${mention.name}" is the hook of ${other.rule} already (${place})` },
    ];
  });
}

/** Each circle is told once, at the call that closes it. */
function callCircles(mentions: readonly Mention[]): readonly SettingsProblem[] {
  const calls = new Map<string, Mention[]>();
  for (const mention of mentions) {
    if (mention.kind === 'calledRule') calls.set(mention.rule, [...(calls.get(mention.rule) ?? []), mention]);
  }
  const problems: SettingsProblem[] = [];
  const done = new Set<string>();
  const follow = (rule: string, way: readonly string[]): void => {
    done.add(rule);
    for (const call of calls.get(rule) ?? []) {
      const start = way.indexOf(call.name);
      if (start >= 0) {
        const circle = [...way.slice(start), call.name].join(' -> ');
        problems.push({ origin: call.origin(), text: `rules call each other in a circle: ${circle}` });
      } else if (!done.has(call.name)) follow(call.name, [...way, call.name]);
    }
  };
  for (const rule of calls.keys()) if (!done.has(rule)) follow(rule, [rule]);
  return problems;
}
