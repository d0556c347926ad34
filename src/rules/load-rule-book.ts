import { printable } from '../core/printable.js';
import { givenTwice, groupOf, namesIn } from '../settings/merge-settings.js';
import type { SettingsDocument } from '../settings/settings-document.js';
import { SettingsError, type SettingsProblem } from '../settings/settings-error.js';
import type { LoadedSettings } from '../settings/settings-file.js';
import { inFileOrder, settingsProblems } from '../settings/settings-problems.js';
import type { Calendar } from './calendar.js';
import { bookProblems } from './check-book.js';
import { readHouse } from './read-house.js';
import { readRule, type RuleDefaults } from './read-rule.js';
import type { RuleBook } from './rule-book.js';
import { RuleCursor, type Mention, type RuleFindings } from './rule-findings.js';
import type { ProtectedPlace } from './rule-roots.js';
import { calendarSchema, ruleSchema } from './rule-schema.js';
import { NAME } from './rule-values.js';
import type { Rule } from './rule.js';
import { salvageRule } from './salvage-rule.js';

/** What a rule book depends on besides the settings. */
export interface RuleBookContext {
  readonly os: NodeJS.Platform;
  readonly homeFolder: string;
  /** IANA name: of times for which the settings name no zone. */
  readonly timeZone: string;
  /** Store, state and log folders: where no rule may write. The files of the settings are added here. */
  readonly protectedPlaces: readonly ProtectedPlace[];
}

type Loaded = Pick<LoadedSettings, 'folder' | 'documents'>;

/** The rules of checked settings. Rejects with SETTINGS_INVALID: every problem of every file at once. */
export function loadRuleBook(loaded: Loaded, context: RuleBookContext): RuleBook {
  const { book, problems } = readRuleBook(loaded, context);
  if (problems.length > 0) throw new SettingsError(problems);
  return book;
}

/** The same with what can be read in spite of problems. */
export function readRuleBook(
  loaded: Loaded,
  context: RuleBookContext,
): { readonly book: RuleBook; readonly problems: readonly SettingsProblem[] } {
  const reading = new BookReading(loaded, context);
  const book = reading.read();
  return { book, problems: inFileOrder(reading.problems) };
}

class BookReading {
  readonly problems: SettingsProblem[] = [];
  readonly #mentions: Mention[] = [];
  readonly #loaded: Loaded;
  readonly #context: RuleBookContext;
  readonly #defaults: RuleDefaults;

  constructor(loaded: Loaded, context: RuleBookContext) {
    this.#loaded = loaded;
    this.#context = context;
    const files = loaded.documents.map(({ file }, index) => ({
      path: file,
      what: index === 0 ? 'the settings file' : 'a file of the settings',
      mayBeRead: false,
    }));
    this.#defaults = {
      ...context,
      folder: loaded.folder,
      protectedPlaces: [...files, ...context.protectedPlaces],
    };
  }

  read(): RuleBook {
    const { documents } = this.#loaded;
    const house = readHouse(documents[0], this.problems, this.#defaults);
    const calendars = this.#calendars();
    const rules = this.#rules();
    const known = {
      connections: documents.flatMap((document) => namesIn(document, 'connections')),
      calendars: documents.flatMap((document) => namesIn(document, 'calendars')),
      rules: documents.flatMap((document) => namesIn(document, 'rules')),
      commands: house.commands,
      hasMail: 'mail' in groupOfDocument(documents[0]),
      os: this.#context.os,
    };
    this.problems.push(...bookProblems(this.#mentions, known));
    return { ...house, rules, calendars, files: documents.map(({ file }) => file) };
  }

  #calendars(): Readonly<Record<string, Calendar>> {
    const found: Record<string, Calendar> = {};
    for (const [name, document] of this.#named('calendars')) {
      const parsed = calendarSchema.safeParse(groupOf(document, 'calendars')[name]);
      if (parsed.success) found[name] = parsed.data;
      else this.problems.push(...settingsProblems(parsed.error.issues, document, ['calendars', name]));
    }
    return found;
  }

  #rules(): readonly Rule[] {
    const rules: Rule[] = [];
    for (const [name, document] of this.#named('rules')) {
      const data = groupOf(document, 'rules')[name];
      const parsed = ruleSchema.safeParse(data);
      if (parsed.success) {
        const { at, findings } = this.#cursor(name, document);
        rules.push(readRule(parsed.data, at, findings, this.#defaults));
        continue;
      }
      this.problems.push(...settingsProblems(parsed.error.issues, document, ['rules', name]));
      const salvaged = salvageRule(data);
      if (salvaged === undefined) continue;
      const { at, findings } = this.#cursor(name, document);
      readRule(salvaged.written, at, findings, { ...this.#defaults, gaps: salvaged.gaps });
    }
    return rules;
  }

  #cursor(
    rule: string,
    document: SettingsDocument,
  ): { readonly at: RuleCursor; readonly findings: RuleFindings } {
    const findings = {
      problems: this.problems,
      mentions: this.#mentions,
      texts: [],
      places: [],
      datasets: [],
    };
    return { at: new RuleCursor({ rule, document, path: ['rules', rule], findings }), findings };
  }

  /** Names of a section over all files, each once, with the file in which it stands. */
  *#named(section: 'rules' | 'calendars'): Generator<readonly [string, SettingsDocument]> {
    const homes = new Map<string, SettingsDocument>();
    for (const document of this.#loaded.documents) {
      this.#checkGroup(document, section);
      for (const name of namesIn(document, section)) {
        this.problems.push(...givenTwice(section, name, document, homes));
        if (!NAME.test(name)) {
          const origin = document.originOf([section, name], 'key');
          const text = `"${printable(name, 80)}" must be letters, digits, "_", "." or "-", at most 100 of them`;
          this.problems.push({ origin, text });
        } else if (homes.get(name) === document) yield [name, document];
      }
    }
  }

  #checkGroup(document: SettingsDocument, section: string): void {
    const written = groupOfDocument(document)[section];
    if (written === undefined) return;
    if (typeof written === 'object' && written !== null && !Array.isArray(written)) return;
    const text = `"${section}" must be a group of named ${section}; {} means none`;
    this.problems.push({ origin: document.originOf([section]), text });
  }
}

function groupOfDocument(document: SettingsDocument | undefined): Readonly<Record<string, unknown>> {
  const data = document?.data;
  return typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
}
