import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { printable } from '../core/printable.js';
import type { Origin } from './origin.js';
import { SettingsError, settingsError } from './settings-error.js';

/** The parsed text of a settings file, which knows where each value stands. */
export interface SettingsDocument {
  /** As given or found; stands in messages. */
  readonly file: string;
  /** Plain data, not yet checked. */
  readonly data: unknown;
  /** The text that it was read from. */
  readonly text: string;
  /** The lines in which the key at `path` and its value stand, without their common indent; empty where it is not. */
  linesOf(path: readonly PropertyKey[]): readonly string[];
  /** Line and column of the value at `path`, or of its key; of the nearest thing above it that exists. */
  originOf(path: readonly PropertyKey[], part?: 'key' | 'value'): Origin;
}

/** More references to one anchor than any sound file has. */
const MAX_ALIASES = 200;

/** Parses YAML; every syntax error at once as SETTINGS_INVALID. */
export function parseSettingsText(text: string, file: string): SettingsDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...PARSING, lineCounter: lines });
  const origin = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    offset: pos[0],
    text: printable(message),
  }));
  faults.push(...danglingAliases(document), ...repeatedKeys(document));
  if (faults.length > 0) {
    // The library tells some mistakes once for each level that they break.
    const told = new Map(faults.map((fault) => [`${fault.offset} ${fault.text}`, fault]));
    throw new SettingsError(
      [...told.values()].map((fault) => ({ origin: origin(fault.offset), text: fault.text })),
    );
  }
  const tree = treeOnDemand(text, document);
  return {
    file,
    text,
    data: plainData(document, file),
    linesOf: (path) => linesAt(text, rangeOf(tree(), path)),
    originOf: (path, part = 'value') => origin(offsetOf(tree(), path, part)),
  };
}

/** The library finds these only when it makes data of them, and then without their place. */
function danglingAliases(document: Document.Parsed): { readonly offset: number; readonly text: string }[] {
  const found: { readonly offset: number; readonly text: string }[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      found.push({
        offset: alias.range?.[0] ?? 0,
        text: `there is no anchor &${printable(alias.source, 80)}`,
      });
    },
  });
  return found;
}

const PARSING = { prettyErrors: false, uniqueKeys: false } as const;

/** The tree of ten thousand rules takes a hundred megabytes, and is asked for again only when something is wrong. */
function treeOnDemand(text: string, document: Document.Parsed): () => Document.Parsed {
  let kept = new WeakRef(document);
  return () => {
    const known = kept.deref();
    if (known !== undefined) return known;
    const again = parseDocument(text, PARSING);
    kept = new WeakRef(again);
    return again;
  };
}

/** The library compares each key with every other, which takes minutes for ten thousand rules. */
function repeatedKeys(document: Document.Parsed): { readonly offset: number; readonly text: string }[] {
  const found: { readonly offset: number; readonly text: string }[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = printable(String(key.value), 80);
        if (seen.has(key.value))
          found.push({ offset: key.range?.[0] ?? 0, text: `"${name}" stands twice in this group` });
        seen.add(key.value);
      }
    },
  });
  return found;
}

function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch (cause) {
    const reason = cause instanceof Error ? printable(cause.message) : 'it cannot be read';
    throw settingsError({ kind: 'file', file, line: 1, column: 1 }, reason, cause);
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[], part: 'key' | 'value'): number {
  let node = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const resolved = isAlias(node) ? (node.resolve(document) ?? null) : node;
    const found = stepInto(resolved, step, part === 'key' && depth === path.length - 1);
    if (found === undefined) break;
    node = found.value;
    offset = found.offset;
  }
  return offset;
}

/** From the key to the end of its value. */
function rangeOf(document: Document, path: readonly PropertyKey[]): readonly [number, number] | undefined {
  let node: Node | null = document.contents;
  let range: readonly [number, number] | undefined;
  for (const step of path) {
    if (!isMap(node)) return undefined;
    const pair = pairsOf(node).get(String(step));
    if (pair === undefined) return undefined;
    const key = pair.key as Node;
    node = (pair.value ?? null) as Node | null;
    range = [key.range?.[0] ?? 0, (node ?? key).range?.[1] ?? 0];
  }
  return range;
}

function linesAt(text: string, range: readonly [number, number] | undefined): readonly string[] {
  if (range === undefined) return [];
  const start = text.lastIndexOf('\n', range[0] - 1) + 1;
  const lines = text.slice(start, range[1]).trimEnd().split(/\r?\n/);
  const indent = range[0] - start;
  return lines.map((line) => (/^\s*$/.test(line.slice(0, indent)) ? line.slice(indent) : line));
}

function stepInto(
  node: unknown,
  step: PropertyKey,
  atKey: boolean,
): { readonly value: Node | null; readonly offset: number } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)] as Node | undefined;
    return item === undefined ? undefined : { value: item, offset: item.range?.[0] ?? 0 };
  }
  if (!isMap(node)) return undefined;
  const pair = pairsOf(node).get(String(step));
  if (pair === undefined) return undefined;
  const key = pair.key as Node;
  const value = (pair.value ?? null) as Node | null;
  const start = atKey || value === null ? key.range?.[0] : value.range?.[0];
  return { value, offset: start ?? 0 };
}

const pairIndexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** By key; made once for each group, as a file of ten thousand rules asks for each. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = pairIndexes.get(map);
  if (known !== undefined) return known;
  const index = new Map<string, Pair>();
  for (const pair of map.items) {
    if (isScalar(pair.key)) index.set(String(pair.key.value), pair);
  }
  pairIndexes.set(map, index);
  return index;
}
