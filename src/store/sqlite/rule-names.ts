import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

const DAY_MS = 86_400_000;

/** A rule as many rows refer to it, and its days; see the table `rules`. */
export interface RuleDays {
  readonly id: number;
  readonly name: string;
  readonly scanDays: number;
  readonly lastScanDay: number;
  readonly claimDays: number;
  readonly lastClaimDay: number;
}

/** The rules that the store knows by number. Called within a read or a write. */
export class RuleNames {
  readonly #byName = new Map<string, RuleDays>();
  readonly #byId = new Map<number, string>();
  readonly #sql: ReturnType<typeof prepare>;

  constructor(store: StoreFile) {
    this.#sql = prepare(store);
    store.onRollback(() => {
      this.#byName.clear();
      this.#byId.clear();
    });
  }

  /** Undefined for a rule that left nothing here. */
  find(name: string): RuleDays | undefined {
    return this.#byName.get(name) ?? this.#remember(this.#sql.byName.get({ name }));
  }

  /** Makes its row where there is none; within a write only. */
  of(name: string): RuleDays {
    const known = this.find(name);
    if (known !== undefined) return known;
    const { id } = this.#sql.add.run({ name });
    const rule = { id, name, scanDays: 0, lastScanDay: -1, claimDays: 0, lastClaimDay: -1 };
    this.#keep(rule);
    return rule;
  }

  nameOf(id: number): string {
    return this.#byId.get(id) ?? this.#remember(this.#sql.byId.get({ id }))?.name ?? `rule ${id}`;
  }

  all(): readonly { readonly id: number; readonly name: string }[] {
    return this.#sql.all.all({});
  }

  /** The rule, when today is among its days of looking for files already. */
  scannedOn(name: string, nowMs: number): RuleDays | undefined {
    const rule = this.find(name);
    return rule !== undefined && dayOf(nowMs) <= rule.lastScanDay ? rule : undefined;
  }

  /** Counts today among the days on which the rule looked for files, once. */
  countScanDay(name: string, nowMs: number): RuleDays {
    const rule = this.of(name);
    const today = dayOf(nowMs);
    if (today <= rule.lastScanDay) return rule;
    return this.#change({ ...rule, scanDays: rule.scanDays + 1, lastScanDay: today });
  }

  /** Counts today among the days on which the rule claimed deliveries, once. */
  countClaimDay(name: string, nowMs: number): RuleDays {
    const rule = this.of(name);
    const today = dayOf(nowMs);
    if (today <= rule.lastClaimDay) return rule;
    return this.#change({ ...rule, claimDays: rule.claimDays + 1, lastClaimDay: today });
  }

  #change(rule: RuleDays): RuleDays {
    this.#sql.days.run(rule);
    this.#keep(rule);
    return rule;
  }

  #remember(row: RuleDays | undefined): RuleDays | undefined {
    if (row !== undefined) this.#keep(row);
    return row;
  }

  #keep(rule: RuleDays): void {
    this.#byName.set(rule.name, rule);
    this.#byId.set(rule.id, rule.name);
  }
}

function dayOf(nowMs: number): number {
  return Math.floor(nowMs / DAY_MS);
}

const DAY_COLUMNS = [
  'id',
  'name',
  'scan_days as scanDays',
  'last_scan_day as lastScanDay',
  'claim_days as claimDays',
  'last_claim_day as lastClaimDay',
] as const;

function prepare({ database }: StoreFile) {
  return {
    byName: statement(database, (sql, bind: Bind<{ name: string }>) =>
      sql.selectFrom('rules').select(DAY_COLUMNS).where('name', '=', bind('name')),
    ),
    byId: statement(database, (sql, bind: Bind<{ id: number }>) =>
      sql.selectFrom('rules').select(DAY_COLUMNS).where('id', '=', bind('id')),
    ),
    all: statement(database, (sql) => sql.selectFrom('rules').select(['id', 'name'])),
    add: statement(database, (sql, bind: Bind<{ name: string }>) =>
      sql.insertInto('rules').values({
        name: bind('name'),
        scan_days: 0,
        last_scan_day: -1,
        claim_days: 0,
        last_claim_day: -1,
      }),
    ),
    days: statement(database, (sql, bind: Bind<RuleDays>) =>
      sql
        .updateTable('rules')
        .set({
          scan_days: bind('scanDays'),
          last_scan_day: bind('lastScanDay'),
          claim_days: bind('claimDays'),
          last_claim_day: bind('lastClaimDay'),
        })
        .where('id', '=', bind('id')),
    ),
  };
}
