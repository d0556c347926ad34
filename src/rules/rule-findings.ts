import type { Origin } from '../settings/origin.js';
import type { SettingsDocument } from '../settings/settings-document.js';
import type { SettingsProblem } from '../settings/settings-error.js';
import type { TextPlace } from './variables/known-variables.js';

/** What was found while rules were read. Names are looked up once everything is read. */
export interface RuleFindings {
  readonly problems: SettingsProblem[];
  readonly mentions: Mention[];
  readonly texts: TextFound[];
  readonly places: PlaceFound[];
  /** Sets of data that loops of the rule go through. */
  readonly datasets: DatasetFound[];
}

/** A name that a rule uses for something that must exist. */
export interface Mention {
  readonly kind: MentionKind;
  readonly name: string;
  /** The rule in which it stands. */
  readonly rule: string;
  readonly origin: () => Origin;
}

export type MentionKind = 'connection' | 'calendar' | 'rule' | 'calledRule' | 'hook' | 'program' | 'mail';

/** A text with variables. */
export interface TextFound {
  readonly text: string;
  readonly kind: 'text' | 'location';
  readonly place: TextPlace;
  readonly origin: () => Origin;
}

/** A set of data by its name. */
export interface DatasetFound {
  readonly name: string;
  readonly origin: () => Origin;
}

/** A local path that an action names; it may hold variables and masks. */
export interface PlaceFound {
  /** Absolute, unless it begins with a variable. */
  readonly path: string;
  readonly use: PlaceUse;
  readonly origin: () => Origin;
}

/** `write`: something may come to stand there. `remove`: something may go from there, and nothing comes. */
export type PlaceUse = 'read' | 'write' | 'remove';

interface CursorFacts {
  readonly rule: string;
  readonly document: SettingsDocument;
  readonly path: readonly PropertyKey[];
  readonly findings: RuleFindings;
  readonly textPlace?: TextPlace;
}

/** Where a value stands, and where what is found there goes. */
export class RuleCursor {
  readonly #facts: CursorFacts;

  constructor(facts: CursorFacts) {
    this.#facts = facts;
  }

  get rule(): string {
    return this.#facts.rule;
  }

  at(...steps: readonly PropertyKey[]): RuleCursor {
    return new RuleCursor({ ...this.#facts, path: [...this.#facts.path, ...steps] });
  }

  /** The same place, whose texts may use more variables. */
  within(more: TextPlace): RuleCursor {
    return new RuleCursor({ ...this.#facts, textPlace: { ...this.#facts.textPlace, ...more } });
  }

  /** The entries of a list with their places, or the only one that stands there without a list. */
  each<Entry>(written: Entry | readonly Entry[]): readonly (readonly [Entry, RuleCursor])[] {
    if (!Array.isArray(written)) return [[written as Entry, this]];
    return (written as readonly Entry[]).map((entry, index) => [entry, this.at(index)] as const);
  }

  origin(part: 'key' | 'value' = 'value'): Origin {
    return this.#facts.document.originOf(this.#facts.path, part);
  }

  problem(text: string): void {
    this.#facts.findings.problems.push({ origin: this.origin(), text });
  }

  mention(kind: MentionKind, name: string): void {
    this.#facts.findings.mentions.push({ kind, name, rule: this.rule, origin: () => this.origin() });
  }

  /** A text whose variables must be known. */
  text(text: string, kind: TextFound['kind'] = 'text'): void {
    const place = this.#facts.textPlace ?? {};
    if (text.includes('%'))
      this.#facts.findings.texts.push({ text, kind, place, origin: () => this.origin() });
  }

  dataset(name: string): void {
    this.#facts.findings.datasets.push({ name, origin: () => this.origin() });
  }

  place(path: string, use: PlaceUse): void {
    this.#facts.findings.places.push({ path, use, origin: () => this.origin() });
  }
}
