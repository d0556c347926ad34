import { DateTime } from 'luxon';
import { didYouMean } from '../../core/did-you-mean.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { Rule } from '../rule.js';
import type { TriggerEvent } from '../triggers/trigger-event.js';
import { baseName, HouseValues } from './house-values.js';
import { safeArgument } from './safe-argument.js';
import { whole, type Piece } from './piece.js';
import { safeLocation } from './safe-location.js';
import { parseTemplate, type TemplatePart } from './template.js';
import { canonicalName, variableFacts, type VariableKind, type VariableWhen } from './variable-catalogue.js';
import type { VariableScope } from './variable-scope.js';

/** Everything that variables come from. There is no "now": a run that goes on after a crash must name the same files. */
export interface ScopeFacts {
  readonly rule: Pick<Rule, 'name' | 'variables' | 'roots' | 'source' | 'triggers'>;
  readonly event: TriggerEvent;
  readonly run: { readonly id: number; readonly createdMs: number };
  readonly server: ServerFacts;
  /** IANA name: of dates and times. */
  readonly timeZone: string;
}

export interface ServerFacts {
  /** Name of this machine. */
  readonly nodeName: string;
  /** Of the client log; absolute. Undefined when none is written. */
  readonly logFolder?: string | undefined;
  /** What `~/` means. */
  readonly homeFolder: string;
  readonly os: NodeJS.Platform;
}

/** The variables of one run. */
export function makeScope(facts: ScopeFacts): VariableScope {
  const own = new Map(
    Object.entries(facts.rule.variables).map(([name, text]) => [canonicalName(name), text]),
  );
  const house = new HouseValues(facts);
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(facts.event.values)) {
    const canonical = canonicalName(name);
    if (!PROTECTED.test(canonical)) given.set(canonical, value);
  }
  return new RuleScope({ facts, own, house, given, added: new Map() });
}

/** What no event may say of us. */
const PROTECTED = /^(RULE|RUN|SERVER)\./;

interface ScopeValues {
  readonly facts: ScopeFacts;
  /** The rule's own variables: texts that may hold others. */
  readonly own: ReadonlyMap<string, string>;
  readonly house: HouseValues;
  /** What the event brings: from outside. */
  readonly given: ReadonlyMap<string, string>;
  /** What actions and loops of the run have set. */
  readonly added: ReadonlyMap<string, string>;
}

class RuleScope implements VariableScope {
  readonly #values: ScopeValues;
  readonly #ownNames: readonly string[];

  constructor(values: ScopeValues) {
    this.#values = values;
    this.#ownNames = [...values.own.keys()];
  }

  text(template: string): string {
    return whole(this.#pieces(template));
  }

  location(template: string, keep: readonly string[] = []): string {
    const { rule, server } = this.#values.facts;
    const kept = keep.map(canonicalName);
    return safeLocation(this.#pieces(template, { kept }), { template, rule, server });
  }

  argument(template: string): string {
    return safeArgument(this.#pieces(template), template, this.#values.facts.server.os);
  }

  valueOf(name: string): string | undefined {
    const canonical = canonicalName(name);
    const isOwn = this.#values.own.has(canonical) && !this.#isSet(canonical);
    if (isOwn) return whole(this.#pieces(`%${canonical}%`));
    return this.#plain(canonical, undefined)?.text;
  }

  with(values: Readonly<Record<string, string>>): VariableScope {
    const added = new Map(this.#values.added);
    for (const [name, value] of Object.entries(values)) added.set(canonicalName(name), value);
    const fileName = values['FS.FILE_NAME'];
    if (fileName !== undefined) added.set('FS.BASE_FILE_NAME', baseName(fileName));
    return new RuleScope({ ...this.#values, added });
  }

  all(): Readonly<Record<string, string>> {
    const { own, house, given, added } = this.#values;
    const names = new Set([...house.names(), ...own.keys(), ...given.keys(), ...added.keys()]);
    const found: Record<string, string> = {};
    for (const name of [...names].sort()) {
      const value = this.valueOf(name);
      if (value !== undefined) found[name] = value;
    }
    return found;
  }

  #isSet(name: string): boolean {
    const { given, added, house } = this.#values;
    return added.has(name) || given.has(name) || house.has(name);
  }

  #pieces(template: string, how: Expanding = {}): readonly Piece[] {
    return parseTemplate(template, this.#ownNames).flatMap((part): readonly Piece[] => {
      if (part.kind === 'text') return [{ kind: 'rule', text: part.text }];
      if (how.kept?.includes(part.name)) return [{ kind: 'kept', text: `%${part.name}%` }];
      return this.#variable(part, how);
    });
  }

  #variable(part: TemplatePart & { kind: 'variable' }, how: Expanding): readonly Piece[] {
    const ownText = this.#values.own.get(part.name);
    if (ownText !== undefined && !this.#isSet(part.name)) {
      const within = how.within ?? [];
      if (within.includes(part.name)) throw circleError([...within, part.name]);
      return this.#pieces(ownText, { ...how, within: [...within, part.name] });
    }
    const found = this.#plain(part.name, part.format);
    if (found !== undefined) return [found];
    const facts = variableFacts(part.name);
    if (facts?.mayBeEmpty && this.#mayLack(facts.when))
      return [{ kind: 'value', text: '', name: part.name, shape: facts.kind, isOurs: true }];
    throw this.#unknownError(part.name);
  }

  /** A file whose size nobody knows is no reason to fail; a run without a file is. */
  #mayLack(when: VariableWhen): boolean {
    return when !== 'fileEvent' || this.#values.facts.event.file !== undefined;
  }

  /** The value of a variable that is no text of the rule. */
  #plain(name: string, format: string | undefined): (Piece & { kind: 'value' }) | undefined {
    const { added, given, house } = this.#values;
    const outside = added.get(name) ?? given.get(name);
    const isOurs = added.has(name) || !given.has(name);
    const kind: VariableKind = variableFacts(name)?.kind ?? 'word';
    // Only what a format of the rule made may hold separators.
    const shape = kind === 'time' && format === undefined ? 'word' : kind;
    if (outside !== undefined) {
      const text =
        format === undefined || outside === ''
          ? outside
          : this.#formatted(name, DateTime.fromISO(outside), format);
      return { kind: 'value', name, text, shape, isOurs };
    }
    const value = house.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.#moment(name, value, format);
    if (format !== undefined) throw formatError(name, format);
    return { kind: 'value', name, text: value, shape, isOurs };
  }

  #moment(
    name: string,
    value: { readonly atMs: number; readonly format?: string },
    format: string | undefined,
  ): Piece & { kind: 'value' } {
    const moment = DateTime.fromMillis(value.atMs);
    const wanted = format ?? value.format;
    const text = wanted === undefined ? isoText(value.atMs) : this.#formatted(name, moment, wanted);
    return { kind: 'value', name, text, shape: format === undefined ? 'word' : 'time', isOurs: true };
  }

  #formatted(name: string, moment: DateTime, format: string): string {
    if (variableFacts(name)?.kind !== 'time' || !moment.isValid) throw formatError(name, format);
    return moment.setZone(this.#values.facts.timeZone).setLocale('en-US').toFormat(format);
  }

  #unknownError(name: string): TransferError {
    const { rule, event } = this.#values.facts;
    const facts = variableFacts(name);
    const message =
      facts === undefined
        ? `%${printable(name, 80)}% is no variable${didYouMean(name, Object.keys(this.all()))}`
        : `%${name}% has no value in this run: a ${event.trigger} event of the rule ${printable(rule.name)} brings none`;
    return new TransferError({ code: 'VARIABLE_UNKNOWN', lastCode: -1, phase: 'rule', message });
  }
}

interface Expanding {
  /** Names that stay as they are. */
  readonly kept?: readonly string[];
  /** Own variables that are being expanded. */
  readonly within?: readonly string[];
}

/** A moment as all texts write it that ask for no format. */
export function isoText(atMs: number): string {
  return DateTime.fromMillis(atMs, { zone: 'utc' }).toISO() ?? '';
}

function circleError(names: readonly string[]): TransferError {
  return new TransferError({
    code: 'VARIABLE_UNKNOWN',
    lastCode: -1,
    phase: 'rule',
    message: `the rule's own variables refer to each other in a circle: ${names.map((name) => `%${name}%`).join(' -> ')}`,
    advice: 'Give one of them a text of its own.',
  });
}

function formatError(name: string, format: string): TransferError {
  return new TransferError({
    code: 'VARIABLE_UNKNOWN',
    lastCode: -1,
    phase: 'rule',
    message: `%${name}% cannot be written as "${printable(format, 40)}": it is no time`,
    advice: 'A format may follow only the name of a time: %EVENT.TIME:yyyy-MM-dd%.',
  });
}
