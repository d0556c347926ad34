import { printable } from '../core/printable.js';
import type { ImportReport } from './import-report.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Names whose values are never shown (a third party's provider strips the same: eft.md, section 4). */
const SECRET_NAME = /^(password|passphrase|pgpsdapassword|secret|secretkey|sharedsecret)$/i;
const MAX_SHOWN_LENGTH = 60;

/**
 * The fields of one JSON object of EFT's, each told to the report exactly once: by the method that reads it, or as
 * unknown at `close`. Names are compared without case, as EFT's versions differ in it.
 */
export class EftFields {
  readonly path: string;
  readonly report: ImportReport;
  readonly #values: ReadonlyMap<string, { readonly name: string; readonly value: unknown }>;
  readonly #read = new Set<string>();

  constructor(object: JsonObject, path: string, report: ImportReport) {
    this.path = path;
    this.report = report;
    this.#values = new Map(
      Object.entries(object).map(([name, value]) => [name.toLowerCase(), { name, value }]),
    );
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  names(): readonly string[] {
    return [...this.#values.values()].map(({ name }) => name);
  }

  /** Carried to `where`. Undefined when it is absent or empty. */
  text(name: string, where: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const words = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
    if (words === undefined) return this.#wrongKind(name, value, 'a text');
    this.#carried(name, where, words);
    return words === '' ? undefined : words;
  }

  flag(name: string, where: string): boolean {
    const value = this.#take(name);
    if (value === undefined) return false;
    const word = (JSON.stringify(value) ?? '').replaceAll('"', '').toLowerCase();
    if (!['true', 'false', '0', '1'].includes(word))
      return this.#wrongKind(name, value, 'true or false') ?? false;
    this.#carried(name, where, word);
    return word === 'true' || word === '1';
  }

  number(name: string, where: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined || value === null || value === '') return undefined;
    const number = Number(value);
    if (!Number.isFinite(number)) return this.#wrongKind(name, value, 'a number');
    this.#carried(name, where, String(number));
    return number;
  }

  texts(name: string, where: string): readonly string[] {
    const value = this.#take(name);
    if (value === undefined || value === null) return [];
    const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    const words = list.filter((each): each is string => typeof each === 'string' && each !== '');
    this.#carried(name, where, words.join(', '));
    return words;
  }

  /** True when there is a secret; its value is dropped here. */
  secret(name: string, where: string): boolean {
    const value = this.#take(name);
    if (typeof value !== 'string' || value === '') return false;
    this.report.add(this.#pathOf(name), 'carried', `${where}; its value was not read`);
    return true;
  }

  /** The fields of an object within, which must be closed too; without any when it is absent. */
  group(name: string): EftFields {
    const value = this.#take(name);
    if (isObject(value)) return new EftFields(value, this.#pathOf(name), this.report);
    if (value !== undefined && value !== null) this.#wrongKind(name, value, 'a group of fields');
    return new EftFields({}, this.#pathOf(name), this.report);
  }

  groups(name: string): readonly EftFields[] {
    const value = this.#take(name);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.#wrongKind(name, value, 'a list');
      return [];
    }
    return (value as readonly unknown[]).map((item, index) => {
      const path = `${this.#pathOf(name)}[${index}]`;
      if (isObject(item)) return new EftFields(item, path, this.report);
      this.report.add(path, 'unknown', 'not a group of fields');
      return new EftFields({}, path, this.report);
    });
  }

  /** Known, and without any use here. */
  notNeeded(reason: string, ...names: readonly string[]): void {
    for (const name of names) {
      if (this.#take(name) !== undefined) this.report.add(this.#pathOf(name), 'notNeeded', reason);
    }
  }

  /** Known, and nothing of ours does the same: told only when its value is another than `harmless`. */
  lost(name: string, reason: string, harmless: readonly unknown[] = [false, '', 0, null, '0']): boolean {
    const value = this.#take(name);
    if (value === undefined) return false;
    const isHarmless =
      harmless.includes(value) || (Array.isArray(value) && value.length === 0) || isEmptyObject(value);
    if (isHarmless)
      this.report.add(this.#pathOf(name), 'notNeeded', 'is at its default, which changes nothing');
    else this.report.add(this.#pathOf(name), 'lost', `${this.#shown(name, value)}: ${reason}`);
    return !isHarmless;
  }

  /** Every field that nobody has read is told, with those within it. */
  close(): void {
    for (const [key, { name, value }] of this.#values) {
      if (this.#read.has(key)) continue;
      this.#read.add(key);
      this.report.add(
        this.#pathOf(name),
        'unknown',
        `${this.#shown(name, value)}: no field that is known here`,
      );
    }
  }

  #take(name: string): unknown {
    const key = name.toLowerCase();
    this.#read.add(key);
    return this.#values.get(key)?.value;
  }

  #wrongKind(name: string, value: unknown, wanted: string): undefined {
    this.report.add(this.#pathOf(name), 'lost', `${this.#shown(name, value)}: it should be ${wanted}`);
    return undefined;
  }

  #carried(name: string, where: string, value: string): void {
    this.report.add(this.#pathOf(name), 'carried', `${this.#shown(name, value)} as ${where}`);
  }

  #pathOf(name: string): string {
    const written = this.#values.get(name.toLowerCase())?.name ?? name;
    return this.path === '' ? written : `${this.path}.${written}`;
  }

  #shown(name: string, value: unknown): string {
    if (SECRET_NAME.test(name)) return '(a secret)';
    if (typeof value === 'string') return `"${printable(value, MAX_SHOWN_LENGTH)}"`;
    if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '(a list)' : '(a group)';
    return printable(String(value), MAX_SHOWN_LENGTH);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
