import { printable } from '../core/printable.js';

/**
 * What became of one field of the input. `carried`: it stands in the settings. `notNeeded`: it changes nothing here, and
 * `text` says why. `lost`: nothing of ours does the same. `unknown`: no field of EFT's that we know.
 */
export interface ReportLine {
  /** The way to it: `rules.json[0].trigger.FolderMonitorParams.Path`. */
  readonly field: string;
  readonly outcome: 'carried' | 'notNeeded' | 'lost' | 'unknown';
  readonly text: string;
}

/** What a person has to do before the settings work: a variable to set, a rule to look at. */
export interface ImportTask {
  readonly subject: string;
  readonly text: string;
}

/** Collects what became of every field. Never holds a value of a secret field. */
export class ImportReport {
  readonly #lines: ReportLine[] = [];
  readonly #tasks = new Map<string, ImportTask>();
  readonly #variables = new Map<string, string>();
  readonly #doubts: string[] = [];

  get lines(): readonly ReportLine[] {
    return this.#lines;
  }

  get tasks(): readonly ImportTask[] {
    return [...this.#tasks.values()];
  }

  /** Variables that must hold a secret, each with what it is. */
  get variables(): ReadonlyMap<string, string> {
    return this.#variables;
  }

  /** Unknown fields that say something, by their path: they may narrow what a rule does. */
  get doubts(): readonly string[] {
    return this.#doubts;
  }

  add(field: string, outcome: ReportLine['outcome'], text: string): void {
    this.#lines.push({ field: printable(field, 2000), outcome, text: printable(text, 300) });
  }

  doubt(field: string): void {
    this.#doubts.push(printable(field, 300));
  }

  /** The same task is told once. */
  task(subject: string, text: string): void {
    this.#tasks.set(`${subject}\n${text}`, { subject: printable(subject, 120), text: printable(text, 300) });
  }

  variable(name: string, meaning: string): void {
    this.#variables.set(name, printable(meaning, 300));
  }
}
