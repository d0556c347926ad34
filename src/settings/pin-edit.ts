import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Origin } from './origin.js';
import { parseSettingsText } from './settings-document.js';
import { settingsError } from './settings-error.js';

/** The keys that a connection is to trust from now on. */
export interface PinEdit {
  readonly connection: string;
  readonly key: 'hostKeys' | 'pins';
  /** `SHA256:...`, the whole list. */
  readonly fingerprints: readonly string[];
}

/**
 * The text of a settings file with another list of trusted keys in it. Nothing else changes, not by a byte: comments,
 * order, blank lines and line ends stay. Rejects with SETTINGS_INVALID, naming the line, where that cannot be done,
 * such as for a connection that is an alias of another.
 */
export function editPins(text: string, file: string, edit: PinEdit): string {
  const wanted = new Set(edit.fingerprints.map(plain));
  const locate = (from: string) => locatePins(from, file, edit);
  let edited = asList(text, locate(text));
  for (;;) {
    const { items } = locate(edited);
    const index = items.findIndex((item) => !wanted.has(plain(item)));
    if (index < 0) break;
    edited = withoutItem(edited, locate(edited), index);
  }
  const present = new Set(locate(edited).items.map(plain));
  for (const fingerprint of edit.fingerprints) {
    if (!present.has(plain(fingerprint))) edited = withItem(edited, locate(edited), fingerprint);
  }
  refuseSideEffects(text, edited, file, edit);
  return edited;
}

/** Padding says nothing. */
function plain(fingerprint: string): string {
  return fingerprint.trim().replace(/=+$/, '');
}

/** Where the list stands in a text. */
interface PinPlace {
  readonly key: PinEdit['key'];
  readonly connection: YAMLMap<Node, Node | null>;
  /** Undefined: the connection has none. */
  readonly value: Node | undefined;
  /** Offset behind the key. */
  readonly keyEnd: number;
  readonly items: readonly string[];
}

function locatePins(text: string, file: string, { connection: name, key }: PinEdit): PinPlace {
  const document = parseDocument(text);
  const connections = pairOf(document.contents, 'connections');
  const connection = pairOf(connections?.value, name);
  if (!isMap<Node, Node | null>(connection?.value)) {
    throw cannotEdit(
      text,
      file,
      name,
      'the connection is not written out here, it is an alias of another place',
    );
  }
  const pair = pairOf(connection.value, key);
  const value = pair?.value ?? undefined;
  if (value !== undefined && (isAlias(value) || value.anchor !== undefined)) {
    throw cannotEdit(text, file, name, `its ${key} are shared with another place by an anchor`);
  }
  return {
    key,
    connection: connection.value,
    value,
    keyEnd: pair?.key.range?.[1] ?? 0,
    items: itemsOf(value),
  };
}

function pairOf(
  node: unknown,
  name: string,
): { readonly key: Node; readonly value: (Node & { anchor?: string }) | null } | undefined {
  if (!isMap<Node, (Node & { anchor?: string }) | null>(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

function itemsOf(value: Node | undefined): readonly string[] {
  if (isSeq(value)) return value.items.map((item) => (isScalar(item) ? String(item.value) : ''));
  if (isScalar(value) && typeof value.value === 'string') {
    return value.value.split(',').map((item) => item.trim());
  }
  return [];
}

/** One text parted by commas becomes a list in its place. */
function asList(text: string, { value, items, keyEnd }: PinPlace): string {
  if (value === undefined || isSeq(value)) return text;
  const list = `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
  const [start, end] = value.range ?? [keyEnd, keyEnd];
  // A key without a value has its place right behind the colon.
  if (start === end) return `${text.slice(0, keyEnd)}: ${list}${text.slice(keyEnd + 1)}`;
  return text.slice(0, start) + list + text.slice(end);
}

function withItem(text: string, place: PinPlace, fingerprint: string): string {
  const item = JSON.stringify(fingerprint);
  const { value, key } = place;
  if (!isSeq(value)) return withPair(text, place, `${key}: [${item}]`);
  if (value.flow === true) {
    const last = rangeOf(value.items.at(-1));
    if (last !== undefined) return insert(text, last[1], `, ${item}`);
    return text.slice(0, value.range?.[0]) + `[${item}]` + text.slice(value.range?.[1]);
  }
  const first = rangeOf(value.items[0])?.[0] ?? 0;
  const lead = text.slice(lineStart(text, first), first);
  return insertLine(text, rangeOf(value.items.at(-1))?.[1] ?? first, `${lead}${item}`);
}

/** A further key of the connection, behind its last one. */
function withPair(text: string, { connection }: PinPlace, pair: string): string {
  const last = connection.items.at(-1);
  const end = (last?.value ?? last?.key)?.range?.[1] ?? 0;
  if (connection.flow === true) return insert(text, end, `, ${pair}`);
  const first = connection.items[0]?.key.range?.[0] ?? 0;
  return insertLine(text, end, text.slice(lineStart(text, first), first) + pair);
}

function withoutItem(text: string, { value, keyEnd }: PinPlace, index: number): string {
  if (!isSeq(value)) return text;
  const item = rangeOf(value.items[index]) ?? [0, 0];
  if (value.flow === true) {
    const before = rangeOf(value.items[index - 1]);
    if (before !== undefined) return text.slice(0, before[1]) + text.slice(item[1]);
    const after = rangeOf(value.items[index + 1]);
    return text.slice(0, item[0]) + text.slice(after?.[0] ?? item[1]);
  }
  if (value.items.length > 1) {
    return text.slice(0, lineStart(text, item[0])) + text.slice(lineEnd(text, item[1]));
  }
  return `${text.slice(0, keyEnd)}: []${eolOf(text)}${text.slice(lineEnd(text, item[1]))}`;
}

function rangeOf(item: unknown): readonly [number, number] | undefined {
  const range = (item as YAMLSeq | undefined)?.range;
  return range === undefined || range === null ? undefined : [range[0], range[1]];
}

function insert(text: string, at: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at);
}

/** A line of its own behind the line in which `at` lies. */
function insertLine(text: string, at: number, line: string): string {
  const end = lineEnd(text, at);
  const isOpen = end > 0 && text[end - 1] !== '\n';
  return insert(text, end, isOpen ? `${eolOf(text)}${line}` : `${line}${eolOf(text)}`);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** The start of the next line; what ends with a line feed has ended there. */
function lineEnd(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The data of the new text must be that of the old one but for the list. */
function refuseSideEffects(text: string, edited: string, file: string, edit: PinEdit): void {
  const before = parseSettingsText(text, file).data as Data;
  const after = parseSettingsText(edited, file).data as Data;
  const found = after.connections[edit.connection]?.[edit.key];
  const list = found ?? [];
  const isAsWanted = Array.isArray(list) && isDeepStrictEqual(sorted(list), sorted(edit.fingerprints));
  const expected = {
    ...before.connections,
    [edit.connection]: {
      ...before.connections[edit.connection],
      ...(found === undefined ? {} : { [edit.key]: found }),
    },
  };
  if (isAsWanted && isDeepStrictEqual({ ...before, connections: expected }, after)) return;
  throw cannotEdit(
    text,
    file,
    edit.connection,
    `its ${edit.key} cannot be changed without changing something else`,
  );
}

function sorted(fingerprints: readonly unknown[]): readonly string[] {
  return fingerprints.map((each) => plain(String(each))).sort();
}

type Data = Readonly<Record<string, unknown>> & {
  readonly connections: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
};

function cannotEdit(text: string, file: string, connection: string, reason: string): Error {
  const origin: Origin = parseSettingsText(text, file).originOf(['connections', connection]);
  return settingsError(origin, `${reason}: change them by hand`);
}
