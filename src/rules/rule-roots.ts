import { posix } from 'node:path';
import { printable } from '../core/printable.js';
import type { PlaceFound, RuleCursor, RuleFindings } from './rule-findings.js';
import type { TriggerDefaults } from './triggers/read-triggers.js';
import type { Trigger } from './triggers/trigger.js';

/** A file or folder of ours that no rule may write to: what arrives must never become rules or books. */
export interface ProtectedPlace {
  /** Absolute. */
  readonly path: string;
  /** `the settings file`, as it stands in messages. */
  readonly what: string;
  /** Logs may be sent to somebody, settings may not. */
  readonly mayBeRead: boolean;
}

interface RootFacts {
  /** `roots:` of the rule, absolute; undefined when it has none. */
  readonly given: readonly string[] | undefined;
  readonly triggers: readonly Trigger[];
  readonly variables: Readonly<Record<string, string>>;
  readonly at: RuleCursor;
  readonly findings: RuleFindings;
  readonly defaults: TriggerDefaults & { readonly protectedPlaces: readonly ProtectedPlace[] };
}

/**
 * The local folders that a rule may touch: its `roots`, else the folders of its triggers and what its own text names
 * before the first variable or mask. Notes places outside of given roots, and places of ours within reach.
 */
export function ruleRoots(facts: RootFacts): readonly string[] {
  const { given, at, defaults } = facts;
  const watched = watchedPlaces(facts);
  const named = facts.findings.places.flatMap((place) => namedPlace(place, facts));
  for (const place of [...watched, ...named]) refuseProtected(place, defaults);
  if (given === undefined)
    return outermost(
      [...watched, ...named].map(({ path }) => path),
      defaults.os,
    );
  for (const [index, path] of given.entries()) {
    const origin = () => at.at('roots', index).origin();
    refuseProtected(
      { path, use: 'write', origin, report: (text) => at.at('roots', index).problem(text) },
      defaults,
    );
  }
  for (const { path, report } of [...watched, ...named]) {
    if (!given.some((root) => isWithin(path, root, defaults.os))) {
      report(
        `${printable(path)} lies outside the roots of the rule (${given.map((root) => printable(root)).join(', ')})`,
      );
    }
  }
  return given;
}

interface RootPlace extends PlaceFound {
  readonly report: (text: string) => void;
}

function watchedPlaces({ triggers, at }: RootFacts): readonly RootPlace[] {
  return triggers.flatMap((trigger, index) => {
    if (trigger.kind !== 'folder') return [];
    const place = triggers.length === 1 ? at.at('on', 'folder') : at.at('on', index, 'folder');
    return [
      {
        path: trigger.path,
        use: 'write' as const,
        origin: () => place.origin(),
        report: (text: string) => place.problem(text),
      },
    ];
  });
}

/** The part of a path that is known now; nothing where it begins with a variable that an event brings. */
function namedPlace(place: PlaceFound, { variables, findings }: RootFacts): readonly RootPlace[] {
  const path = withOwnVariables(place.path, variables);
  if (!/^([/\\]|[A-Za-z]:)/.test(path)) return [];
  const report = (text: string) => {
    findings.problems.push({ origin: place.origin(), text });
  };
  const known = knownPart(path);
  if (/^([A-Za-z]:)?[/\\]*$/.test(known)) {
    report('opens the whole disk to the rule: name a folder before the first variable or mask');
    return [];
  }
  return [{ ...place, path: known, report }];
}

/** Only at the start, where the rule's own text decides which folder it is. */
function withOwnVariables(path: string, variables: Readonly<Record<string, string>>): string {
  const name = /^%([A-Za-z][A-Za-z0-9_.]*)%/.exec(path)?.[1];
  const key = Object.keys(variables).find((each) => each.toUpperCase() === name?.toUpperCase());
  return name === undefined || key === undefined
    ? path
    : (variables[key] ?? '') + path.slice(name.length + 2);
}

/** `/srv/in` of `/srv/in/%X%/a.xml` and of `/srv/in/*.xml`; a path without either as it is. */
function knownPart(path: string): string {
  const first = path.search(/[%*?]/);
  if (first < 0) return path.replace(/(?<=.)[/\\]$/, '');
  return path.slice(0, Math.max(path.lastIndexOf('/', first), path.lastIndexOf('\\', first), 0));
}

function refuseProtected(
  { path, use, report }: RootPlace,
  { protectedPlaces, os }: RootFacts['defaults'],
): void {
  const met = protectedPlaces.find(
    (place) =>
      !(use === 'read' && place.mayBeRead) &&
      (isWithin(place.path, path, os) || isWithin(path, place.path, os)),
  );
  if (met === undefined) return;
  report(
    `${printable(path)} reaches ${met.what} (${printable(met.path)}): what arrives there must never become rules or books of ours`,
  );
}

/** Folders that lie in none of the others. */
function outermost(paths: readonly string[], os: NodeJS.Platform): readonly string[] {
  const all = [...new Set(paths)];
  return all.filter((path) => !all.some((other) => other !== path && isWithin(path, other, os)));
}

/** True when `path` is `root` or lies below it. */
export function isWithin(path: string, root: string, os: NodeJS.Platform): boolean {
  const plain = (text: string) => {
    const slashes = os === 'win32' ? text.replaceAll('\\', '/').toLowerCase() : text;
    return posix.normalize(`${slashes}/`);
  };
  return plain(path).startsWith(plain(root));
}
