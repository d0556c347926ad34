import { printable } from '../../core/printable.js';
import { asTransferError, TransferError } from '../../core/transfer-error.js';
import { reloadObjection } from '../../rules/reload-objection.js';
import { logFolder, stateFolder } from '../../settings/client-log-settings.js';
import type { FlagValue } from '../../settings/given-settings.js';
import { showOrigin } from '../../settings/origin.js';
import { SettingsError } from '../../settings/settings-error.js';
import type { Surroundings } from '../surroundings.js';
import type { ReloadAnswer } from './daemon-face.js';
import type { House } from './house.js';
import { readRuleSettings, storeFile, type RuleSettings } from './rule-settings.js';

export interface SettingsReloadParts {
  readonly house: House;
  /** As on the command line; the files are read again with them. */
  readonly flags: Readonly<Record<string, FlagValue | undefined>>;
  readonly surroundings: Surroundings;
  /** Brings all else in step with the settings that are in force from now on. Rejects where the store takes nothing. */
  readonly applied: () => Promise<void>;
}

const BROKEN_SETTINGS = 'settingsBroken';

/** Reads the settings again while the daemon runs. Settings that are not valid change nothing, and somebody is told. */
export class SettingsReload {
  readonly #parts: SettingsReloadParts;
  #problems: readonly string[] = [];
  #last: Promise<ReloadAnswer> | undefined;
  /** Why changed files could not be taken up; undefined once they are. */
  #watchTrouble: string | undefined;

  constructor(parts: SettingsReloadParts) {
    this.#parts = parts;
  }

  /** Of the settings as they stand in the files; empty when they are in force. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /**
   * One after the other, whatever became of the one before: of two at once the second reads what the first one could
   * not have seen. Rejects where the store does not take what the new rules begin with.
   */
  reload(): Promise<ReloadAnswer> {
    const now = () => this.#reloadNow();
    this.#last = (this.#last ?? Promise.resolve()).then(now, now);
    return this.#last;
  }

  /** The same for a file that has changed. Never rejects; false where it has to be tried again. */
  async reloadAsWatched(): Promise<boolean> {
    try {
      await this.reload();
      this.#watchTrouble = undefined;
      return true;
    } catch (thrown) {
      const trouble = `the changed settings are not in force as a whole, it is tried again: ${asTransferError(thrown, 'rule').message}`;
      if (trouble !== this.#watchTrouble) this.#parts.surroundings.warn(trouble);
      this.#watchTrouble = trouble;
      return false;
    }
  }

  /** Resolves when none is under way; whoever asked for one hears what became of it. */
  async idle(): Promise<void> {
    await this.#last?.catch(() => undefined);
  }

  async #reloadNow(): Promise<ReloadAnswer> {
    const { house, flags, surroundings, applied } = this.#parts;
    const before = house.settings();
    try {
      const after = await readRuleSettings(flags, surroundings);
      refuseMoved(before, after);
      refuseEmptied(before, after);
      await house.replaceSettings(after);
    } catch (thrown) {
      return this.#keptOld(thrown);
    }
    this.#problems = [];
    const { alarms, live } = house.services;
    await alarms.clear(BROKEN_SETTINGS);
    await applied();
    live.publish({ type: 'settings.reloaded', ok: true, problems: [] });
    return { ok: true, problems: [], ...changesBetween(before.book, house.settings().book) };
  }

  async #keptOld(thrown: unknown): Promise<ReloadAnswer> {
    const { alarms, live } = this.#parts.house.services;
    const error = asTransferError(thrown, 'rule');
    this.#problems =
      error instanceof SettingsError
        ? error.problems.map(({ origin, text }) => `${showOrigin(origin)}  ${text}`)
        : [error.message];
    const first = printable(this.#problems[0] ?? error.message, 300);
    await alarms.raise({
      kind: 'settingsBroken',
      cause: BROKEN_SETTINGS,
      side: 'us',
      text: `the settings were changed and are not valid, so the last good ones stay in force: ${first}. All problems: tally rules validate`,
    });
    live.publish({ type: 'settings.reloaded', ok: false, problems: this.#problems });
    return { ok: false, problems: this.#problems, added: [], removed: [], changed: [] };
  }
}

/** What is open cannot move while it is; to go on silently at the old place would be a lie. */
function refuseMoved(before: RuleSettings, after: RuleSettings): void {
  const places = {
    stateFolder: ({ inForce }: RuleSettings) => stateFolder(inForce.places).value,
    'clientLog.folder': ({ inForce }: RuleSettings) => logFolder(inForce.places).value,
    'store.file': storeFile,
  };
  for (const [name, placeOf] of Object.entries(places)) {
    if (placeOf(before) !== placeOf(after)) {
      throw notNow(`${name} was changed: that takes a new start of the daemon`);
    }
  }
}

/** A file that is gone or being written ends no rule. */
function refuseEmptied(before: RuleSettings, { inForce, book }: RuleSettings): void {
  const objection = reloadObjection(before.book, inForce.loaded, book);
  if (objection !== undefined) throw notNow(objection);
}

function notNow(message: string): TransferError {
  return new TransferError({ code: 'SETTINGS_INVALID', lastCode: -1, phase: 'rule', message });
}

type Book = RuleSettings['book'];

function changesBetween(before: Book, after: Book): Pick<ReloadAnswer, 'added' | 'removed' | 'changed'> {
  const old = new Map(before.rules.map(({ name, revision }) => [name, revision]));
  const names = new Set(after.rules.map(({ name }) => name));
  return {
    added: after.rules.filter(({ name }) => !old.has(name)).map(({ name }) => name),
    removed: [...old.keys()].filter((name) => !names.has(name)),
    changed: after.rules
      .filter(({ name, revision }) => old.has(name) && old.get(name) !== revision)
      .map(({ name }) => name),
  };
}
