import type { Step } from './actions/action.js';
import type { Condition } from './conditions/condition.js';
import type { Expectation } from './expectation.js';
import type { Trigger } from './triggers/trigger.js';

/** What an operator writes: triggers, a condition, actions. Frozen: a run keeps the one that it began with. */
export interface Rule {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Records what it would do and does none of it. */
  readonly shadow: boolean;
  readonly triggers: readonly Trigger[];
  /** Own variables by name without percent signs; their values may hold variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** `when:`; absent = always. */
  readonly condition?: Condition;
  /** `do:` */
  readonly steps: readonly Step[];
  /** `else:`: when the condition does not hold. */
  readonly otherwise: readonly Step[];
  /** Of two runs of the same rule: the second is left out, waits, or runs beside. */
  readonly overlap: 'skip' | 'queue' | 'parallel';
  /** With `parallel`: so many at a time. */
  readonly maxParallel: number;
  /** Neighbouring copies and downloads at once; any other action, or a move, is a meeting point (EFT KB 11551). */
  readonly parallelTransfers: boolean;
  /**
   * Local folders that its actions may touch; absolute. Of a rule that gives none, what its triggers and actions name
   * before the first variable or mask. Empty: it names no local place, and what an event brings counts from the folder
   * of its file and the folders of its triggers.
   */
  readonly roots: readonly string[];
  readonly timeLimitMs?: number;
  /** A file that fails permanently so often is put aside; the others go on. */
  readonly quarantineAfter: number;
  readonly expectations: readonly Expectation[];
  /** Where it stands: file and line. */
  readonly source: { readonly file: string; readonly line: number };
  /** Changes with its text: the first 16 hex digits of the SHA-256 of the rule as canonical JSON. */
  readonly revision: string;
}
