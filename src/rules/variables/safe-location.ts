import { posix, win32 } from 'node:path';
import { localNameProblem, segmentProblem } from '../../core/remote-path.js';
import { hasVariable } from '../../transfers/file-variables.js';
import type { Rule } from '../rule.js';
import type { ServerFacts } from './make-scope.js';
import { pathRefused } from './path-refused.js';
import { whole, type Piece } from './piece.js';
import { rootedPath } from './rooted-path.js';

export interface LocationFacts {
  readonly template: string;
  readonly rule: Pick<Rule, 'roots' | 'source' | 'triggers'>;
  readonly server: Pick<ServerFacts, 'homeFolder' | 'os'>;
}

type Refuse = (problem: string) => Error;
type Value = Piece & { kind: 'value' };

/** What a location is, and how many of its first characters say so (`acme:`, `sftp://host`). */
interface Form {
  readonly kind: 'local' | 'connection' | 'url';
  readonly headLength: number;
}

const URL_HEAD = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?]*/;
const CONNECTION_HEAD = /^[A-Za-z0-9_][A-Za-z0-9_.-]+:/;
const CONTROL = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/**
 * Puts a location together so that its form (local, connection, URL) and its folders are those that the rule wrote:
 * a value fills its place within a name, or begins the location as a whole path. A local one becomes absolute, is
 * normalised once and must lie in the rule's roots. Rejects PATH_REFUSED.
 */
export function safeLocation(pieces: readonly Piece[], facts: LocationFacts): string {
  const text = whole(pieces);
  const refuse = (problem: string) => pathRefused(facts.template, text, problem);
  if (text === '') throw refuse('it is empty');
  const parts = pieces.filter((piece) => piece.kind === 'value' || piece.text !== '');
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'value') checkValue(part, index === 0, refuse);
  }
  refuseNewVariables(parts, refuse);
  const form = formOf(parts, refuse);
  checkNames(parts, form, facts.server.os, refuse);
  if (form.kind === 'url') return urlText(parts);
  if (form.kind === 'connection') return text;
  const isHome = parts[0]?.kind === 'rule' && /^~(?:[/\\]|$)/.test(text);
  return rootedPath(text, { ...facts, isHome, refuse });
}

function checkValue(value: Value, isFirst: boolean, refuse: Refuse): void {
  const { name, shape, text } = value;
  if (shape === 'path' && !isFirst) throw refuse(`%${name}% is a whole path and may only begin it`);
  if (shape === 'lowerPath' && isFirst) throw refuse(`%${name}% is the end of a path and may not begin it`);
  if (CONTROL.test(text)) throw refuse(`%${name}% holds a control character`);
  if (/[*?]/.test(text)) throw refuse(`%${name}% holds a wildcard, which would name other files too`);
  if (shape === 'word' && /[/\\]/.test(text)) throw refuse(`%${name}% holds a path separator`);
}

/** The transfer fills the variables that are kept: nothing else may look like one by then. */
function refuseNewVariables(parts: readonly Piece[], refuse: Refuse): void {
  const withoutKept = parts.map((part) => (part.kind === 'kept' ? '\0' : part.text)).join('');
  if (hasVariable(withoutKept)) throw refuse('a variable comes out of it, and is not looked at again');
}

/** The form that the rule's own text, or a whole path at the start, gives. */
function formOf(parts: readonly Piece[], refuse: Refuse): Form {
  const first = parts[0];
  if (first?.kind === 'value' && first.shape === 'path') return formOfWholePath(first, refuse);
  const firstOther = parts.findIndex(({ kind }) => kind !== 'rule');
  const isLiteral = firstOther < 0;
  const head = whole(isLiteral ? parts : parts.slice(0, firstOther));
  const url = URL_HEAD.exec(head)?.[0];
  if (url !== undefined) {
    if (/^file:/i.test(url)) throw refuse('write the path itself in place of a file:// address');
    if (!isLiteral && url.length === head.length) throw refuse('a value may not be a part of the host');
    return { kind: 'url', headLength: url.length };
  }
  const connection = CONNECTION_HEAD.exec(head)?.[0];
  if (connection !== undefined) return { kind: 'connection', headLength: connection.length };
  const firstName = /^[^/\\]*/.exec(whole(parts))?.[0] ?? '';
  if (!isLiteral && firstName.length > head.length && firstName.includes(':', 2))
    throw refuse('a value may not name a connection or a scheme');
  return { kind: 'local', headLength: 0 };
}

function formOfWholePath({ text, name, isOurs }: Value, refuse: Refuse): Form {
  if (posix.isAbsolute(text) || win32.isAbsolute(text)) return { kind: 'local', headLength: 0 };
  const url = URL_HEAD.exec(text)?.[0];
  if (url !== undefined) {
    if (!isOurs) throw refuse(`%${name}% came with the event and may not be a URL`);
    return { kind: 'url', headLength: url.length };
  }
  const connection = CONNECTION_HEAD.exec(text)?.[0];
  if (connection === undefined) throw refuse(`%${name}% is no whole path`);
  return { kind: 'connection', headLength: connection.length };
}

/** Each name that a value is a part of must be one safe name. */
function checkNames(parts: readonly Piece[], form: Form, os: NodeJS.Platform, refuse: Refuse): void {
  const text = whole(parts);
  const isWindows = form.kind === 'local' && os === 'win32';
  const problemOf = (name: string) =>
    form.kind === 'local' ? localNameProblem(name, os) : segmentProblem(name);
  for (const name of namesIn(text, form.headLength, isWindows ? /[/\\]/ : /\//)) {
    const value = valueWithin(parts, name);
    if (value === undefined) continue;
    const isWhole = value.shape === 'path';
    if (isWhole && (form.kind === 'local' || name.text === '')) continue;
    const problem = problemOf(name.text);
    if (problem !== undefined) throw refuse(`%${value.name}% makes a name in it that is refused: ${problem}`);
    if (name.start === form.headLength && name.text.startsWith('-'))
      throw refuse(`%${value.name}% would be read as an option of the server`);
  }
}

interface NamePlace {
  readonly text: string;
  readonly start: number;
}

function namesIn(text: string, from: number, separator: RegExp): readonly NamePlace[] {
  let start = from;
  return text
    .slice(from)
    .split(separator)
    .map((name) => {
      const place = { text: name, start };
      start += name.length + 1;
      return place;
    });
}

/** The first value that is a part of the name; an empty one where it stands. */
function valueWithin(parts: readonly Piece[], name: NamePlace): Value | undefined {
  const end = name.start + name.text.length;
  let at = 0;
  for (const part of parts) {
    const partEnd = at + part.text.length;
    const touches = part.text === '' ? at >= name.start && at <= end : at < end && partEnd > name.start;
    if (part.kind === 'value' && touches) return part;
    at = partEnd;
  }
  return undefined;
}

/** Values count as text of an address: what is special in one is encoded. */
function urlText(parts: readonly Piece[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'rule') return part.text;
      if (part.kind === 'value' && part.shape === 'path') return part.text;
      return part.text.split('/').map(encodeURIComponent).join('/');
    })
    .join('');
}
