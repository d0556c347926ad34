import { printable } from '../core/printable.js';
import { withoutPasswords } from './eft-texts.js';
import type { ImportReport, ReportLine } from './import-report.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Names whose values are never shown; those that EFT is known to use (eft.md, section 4) and their kin. */
const SECRET_NAME =
  /pass(word|phrase|wd)?$|pwd|pgpsdaspassword|secret|token|credential|(access|account|shared|private)key|^sas/i;
const MAX_SHOWN_LENGTH = 60;
/** Values that say as much as an absent field. */
const DEFAULTS: readonly unknown[] = [false, '', 0, null, '0', 'false', 'False'];

interface Field {
  readonly name: string;
  readonly value: unknown;
}

/**
 * The fields of one JSON object of EFT's, each told to the report: by the method that reads it, or as unknown at
 * `close`. Names are compared without case, as EFT's versions differ in it.
 */
export class EftFields {
  readonly path: string;
  readonly report: ImportReport;
  readonly #fields = new Map<string, Field>();
  readonly #told = new Set<string>();

  constructor(object: JsonObject, path: string, report: ImportReport) {
    this.path = path;
    this.report = report;
    for (const [name, value] of Object.entries(object)) {
      const key = name.toLowerCase();
      if (this.#fields.has(key)) this.#unknown({ name, value }, 'the same name in other letters came before');
      else this.#fields.set(key, { name, value });
    }
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  /** True when the field says this number. */
  isAt(name: string, number: number): boolean {
    return plainText(this.#valueOf(name)) === String(number);
  }

  names(): readonly string[] {
    return [...this.#fields.values()].map(({ name }) => name);
  }

  /** Carried to `where`. Undefined when it is absent or empty. */
  text(name: string, where: string): string | undefined {
    const value = this.#valueOf(name);
    if (isNothing(value)) return undefined;
    if (typeof value !== 'string' && typeof value !== 'number') return this.#wrongKind(name, 'a text');
    if (String(value).includes('\0')) return this.#wrongKind(name, 'a text without NUL');
    this.#carried(name, where);
    return String(value);
  }

  flag(name: string, where: string): boolean {
    const value = this.#valueOf(name);
    if (isNothing(value)) return false;
    const word = plainText(value).toLowerCase();
    if (!['true', 'false', '0', '1'].includes(word)) return this.#wrongKind(name, 'true or false') ?? false;
    this.#carried(name, where);
    return word === 'true' || word === '1';
  }

  number(name: string, where: string): number | undefined {
    const value = this.#valueOf(name);
    if (isNothing(value)) return undefined;
    const number = typeof value === 'object' || typeof value === 'boolean' ? NaN : Number(value);
    if (!Number.isFinite(number)) return this.#wrongKind(name, 'a number');
    this.#carried(name, where);
    return number;
  }

  /** One text or a list of them. */
  texts(name: string, where: string): readonly string[] {
    const value = this.#valueOf(name);
    if (isNothing(value)) return [];
    const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    if (list.some((each) => typeof each !== 'string' && typeof each !== 'number')) {
      this.#wrongKind(name, 'a text or a list of texts');
      return [];
    }
    this.#carried(name, where);
    return list.map(String).filter((each) => each !== '');
  }

  /** True when there is a secret; its value is dropped here. */
  secret(name: string, where: string): boolean {
    const value = this.#valueOf(name);
    if (isNothing(value)) return false;
    if (typeof value !== 'string') return this.#wrongKind(name, 'a text') ?? false;
    this.#tell(name, 'carried', `${where}; its value was not read`);
    return true;
  }

  /** The fields of an object within, which must be closed too; without any when it is absent. */
  group(name: string): EftFields {
    const value = this.#valueOf(name);
    if (isObject(value)) this.#told.add(name.toLowerCase());
    else if (!isNothing(value)) this.#wrongKind(name, 'a group of fields');
    return new EftFields(isObject(value) ? value : {}, this.pathOf(name), this.report);
  }

  /** The groups of a list, each of which must be closed. */
  groups(name: string): readonly EftFields[] {
    const value = this.#valueOf(name);
    if (isNothing(value)) return [];
    if (!Array.isArray(value)) {
      this.#wrongKind(name, 'a list');
      return [];
    }
    this.#told.add(name.toLowerCase());
    return (value as readonly unknown[]).flatMap((item, index) => {
      const path = `${this.pathOf(name)}[${index}]`;
      if (isObject(item)) return [new EftFields(item, path, this.report)];
      this.report.add(path, 'unknown', 'no group of fields');
      this.report.doubt(path);
      return [];
    });
  }

  /** The same for a list that may stand within `data`, as in a REST answer. */
  listOrData(name: string): readonly EftFields[] {
    if (!isObject(this.#valueOf(name))) return this.groups(name);
    const inner = this.group(name);
    const groups = inner.groups('data');
    inner.notNeeded('of the answer', 'links', 'meta');
    inner.close();
    return groups;
  }

  /** Known, and without any use here. */
  notNeeded(reason: string, ...names: readonly string[]): void {
    for (const name of names) if (this.has(name)) this.#tell(name, 'notNeeded', reason);
  }

  /** Every field that nobody has read yet is without use here. */
  restNotNeeded(reason: string): void {
    for (const [key, { name }] of this.#fields) if (!this.#told.has(key)) this.notNeeded(reason, name);
  }

  /** Every field that nobody has read yet is lost with what holds it. */
  restLost(reason: string): void {
    for (const [key, { name }] of this.#fields) if (!this.#told.has(key)) this.#tell(name, 'lost', reason);
  }

  /** Known, and nothing of ours does the same: true when its value is another than `harmless`. */
  lost(name: string, reason: string, harmless: readonly unknown[] = DEFAULTS): boolean {
    if (!this.has(name)) return false;
    const value = this.#valueOf(name);
    const isHarmless = harmless.includes(value) || isNothing(value);
    if (isHarmless) this.#tell(name, 'notNeeded', 'is at its default, which changes nothing');
    else this.#tell(name, 'lost', `${shownValue(name, value)}: ${reason}`);
    return !isHarmless;
  }

  /** Every field that nobody has read is told, with those within it. */
  close(): void {
    for (const [key, field] of this.#fields) {
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      if (isNothing(field.value)) this.report.add(this.pathOf(field.name), 'notNeeded', 'is empty');
      else this.#unknown(field, 'no field that is known here');
    }
  }

  pathOf(name: string): string {
    const written = this.#fields.get(name.toLowerCase())?.name ?? name;
    return this.path === '' ? written : `${this.path}.${written}`;
  }

  #valueOf(name: string): unknown {
    return this.#fields.get(name.toLowerCase())?.value;
  }

  /** Values of unknown fields are not shown, as they may be secrets by a name that nobody foresaw. */
  #unknown({ name, value }: Field, reason: string): void {
    const path = this.path === '' ? name : `${this.path}.${name}`;
    tellLeaves(this.report, { path, value, outcome: 'unknown', text: reason });
    if (!DEFAULTS.includes(value) && !isNothing(value)) this.report.doubt(path);
  }

  #wrongKind(name: string, wanted: string): undefined {
    this.#tell(name, 'lost', `${shownValue(name, this.#valueOf(name))}: it should be ${wanted}`);
    this.report.doubt(this.pathOf(name));
    return undefined;
  }

  #carried(name: string, where: string): void {
    this.#tell(name, 'carried', `${shownValue(name, this.#valueOf(name))} as ${where}`);
  }

  #tell(name: string, outcome: ReportLine['outcome'], text: string): void {
    const key = name.toLowerCase();
    if (this.#told.has(key)) return;
    this.#told.add(key);
    tellLeaves(this.report, { path: this.pathOf(name), value: this.#valueOf(name), outcome, text });
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Told {
  readonly path: string;
  readonly value: unknown;
  readonly outcome: ReportLine['outcome'];
  readonly text: string;
}

/** One line for each value within; a list of plain values is one value. */
export function tellLeaves(report: ImportReport, { path, value, outcome, text }: Told): void {
  const inner = leavesOf(value, path);
  if (inner === undefined) report.add(path, outcome, text);
  else for (const [each, leaf] of inner) tellLeaves(report, { path: each, value: leaf, outcome, text });
}

function leavesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] | undefined {
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    if (!items.some((item) => typeof item === 'object' && item !== null)) return undefined;
    return items.map((item, index) => [`${path}[${index}]`, item]);
  }
  if (!isObject(value) || Object.keys(value).length === 0) return undefined;
  return Object.entries(value).map(([name, inner]) => [`${path}.${name}`, inner]);
}

/** Absent, empty text, empty list or empty group. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A text, number or switch as text; empty for anything else. */
export function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

function shownValue(name: string, value: unknown): string {
  if (SECRET_NAME.test(name)) return '(a secret)';
  if (typeof value === 'string') return `"${printable(withoutPasswords(value), MAX_SHOWN_LENGTH)}"`;
  if (Array.isArray(value)) return '(a list)';
  return isObject(value) ? '(a group)' : printable(String(value), MAX_SHOWN_LENGTH);
}
