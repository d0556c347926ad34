import type { Origin } from './origin.js';
import type { SettingsDocument } from './settings-document.js';
import type { SettingsProblem } from './settings-error.js';
import { showOrigin } from './origin.js';
import { inFileOrder, settingsProblems } from './settings-problems.js';
import { includedSchema, settingsSchema, type TallySettings } from './settings-schema.js';

/** What the settings file and the files that it includes say together. */
export interface MergedSettings {
  readonly settings: TallySettings;
  readonly written: Readonly<Record<string, unknown>>;
  originOf(path: readonly PropertyKey[]): Origin;
}

type Connections = NonNullable<TallySettings['connections']>;

/** The first document is the settings file. What is wrong is told of all of them, and left out of `part`. */
export function mergeSettings(documents: readonly SettingsDocument[]): {
  readonly part: MergedSettings;
  readonly problems: readonly SettingsProblem[];
} {
  const problems: SettingsProblem[] = [];
  const connections: Record<string, Connections[string]> = {};
  const written: Record<string, unknown> = {};
  const homes = new Map<string, SettingsDocument>();
  let settings: TallySettings = {};
  for (const [index, document] of documents.entries()) {
    const parsed = (index === 0 ? settingsSchema : includedSchema).safeParse(document.data);
    if (!parsed.success) problems.push(...settingsProblems(parsed.error.issues, document, []));
    else if (index === 0) settings = parsed.data;
    for (const name of namesIn(document, 'connections')) {
      problems.push(...givenTwice('connections', name, document, homes));
      if (homes.get(name) !== document) continue;
      written[name] = groupOf(document, 'connections')[name];
      const connection = parsed.data?.connections?.[name];
      if (connection !== undefined) connections[name] = connection;
    }
  }
  const [main] = documents;
  return {
    problems: inFileOrder(problems),
    part: {
      settings: Object.keys(connections).length === 0 ? settings : { ...settings, connections },
      written: {
        ...(main?.data as Readonly<Record<string, unknown>> | undefined),
        ...(homes.size === 0 ? {} : { connections: written }),
      },
      originOf: (path) => homeOf(path, homes, main)?.originOf(path) ?? { kind: 'default' },
    },
  };
}

/** Notes where a name stands first; a problem where it stands again. */
export function givenTwice(
  section: string,
  name: string,
  document: SettingsDocument,
  homes: Map<string, SettingsDocument>,
): readonly SettingsProblem[] {
  const first = homes.get(name);
  if (first === undefined) homes.set(name, document);
  if (first === undefined || first === document) return [];
  const place = showOrigin(first.originOf([section, name], 'key'));
  return [
    { origin: document.originOf([section, name], 'key'), text: `"${name}" stands already at ${place}` },
  ];
}

function homeOf(
  path: readonly PropertyKey[],
  homes: ReadonlyMap<string, SettingsDocument>,
  main: SettingsDocument | undefined,
): SettingsDocument | undefined {
  const [section, name] = path;
  return (section === 'connections' ? homes.get(String(name)) : undefined) ?? main;
}

/** The names of a group of named things; none where it is no group. */
export function namesIn(document: SettingsDocument, section: string): readonly string[] {
  return Object.keys(groupOf(document, section));
}

/** A group of named things as it is written; empty where it is no group. */
export function groupOf(document: SettingsDocument, section: string): Readonly<Record<string, unknown>> {
  const data = asGroup(document.data);
  return Object.hasOwn(data, section) ? asGroup(data[section]) : {};
}

function asGroup(value: unknown): Readonly<Record<string, unknown>> {
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isGroup ? (value as Readonly<Record<string, unknown>>) : {};
}
