import { connectionSchema } from '../settings/connection-schema.js';
import type { EftFields } from './eft-fields.js';
import type { ConnectionDraft, ConnectionSettings } from './import-connection.js';
import type { ImportReport } from './import-report.js';
import { foreignPath, movePaths, type PathMoves } from './path-moves.js';
import { freeName, settingsName, variableName } from './names.js';

interface Entry {
  readonly settings: ConnectionSettings;
  readonly endpoint: string;
  /** The same without pinned keys. */
  readonly unpinned: string;
  /** Why no rule may use it before a person has looked. */
  readonly problem: string | undefined;
}

/** Keys that say how files are moved and not where to. */
const TRANSFER_KEYS = ['retries', 'retryDelay', 'retryBackoff', 'parallel', 'timeout'];
const TO_FILL_IN = { protocol: 'sftp', host: 'FILL-IN.invalid' } as const;

/** The connections found so far: the same endpoint is one connection, whatever names it. */
export class ConnectionBook {
  readonly #report: ImportReport;
  readonly #moves: PathMoves;
  readonly #entries = new Map<string, Entry>();
  readonly #namesById = new Map<string, string>();

  constructor(report: ImportReport, moves: PathMoves) {
    this.#report = report;
    this.#moves = moves;
  }

  get all(): ReadonlyMap<string, ConnectionSettings> {
    return new Map([...this.#entries].map(([name, { settings }]) => [name, settings]));
  }

  /** Why a rule that uses the connection must not run yet; undefined when it may. */
  problemOf(name: string): string | undefined {
    return this.#entries.get(name)?.problem;
  }

  protocolOf(name: string): unknown {
    return this.#entries.get(name)?.settings['protocol'];
  }

  addProfile(name: string, id: string | undefined, draft: ConnectionDraft, profile: EftFields): void {
    const ours = this.#add(settingsName(name, 'partner'), draft);
    if (id !== undefined) this.#namesById.set(id.toLowerCase(), ours);
    if (ours !== name) profile.report.task(ours, `this connection is EFT's profile "${name}"`);
  }

  /** By its number, or by the name that the rule itself gives for it. */
  profileOf(id: string, name: string | undefined): string | undefined {
    const byId = this.#namesById.get(id.toLowerCase());
    if (byId !== undefined) return byId;
    const ours = name === undefined ? undefined : settingsName(name, 'partner');
    return ours !== undefined && this.#entries.has(ours) ? ours : undefined;
  }

  /** An endpoint that an action carries itself. */
  nameOf(draft: ConnectionDraft): string {
    const endpoint = endpointOf(draft.settings);
    for (const [name, known] of this.#entries) {
      // Where only the other pins a key, both lead to the same server: `unpinned` is then its endpoint without the pin.
      if (known.endpoint === endpoint || known.unpinned === endpoint) return name;
    }
    const { host } = draft.settings;
    return this.#add(settingsName(hostWord(typeof host === 'string' ? host : ''), 'partner'), draft);
  }

  /** A profile that a rule calls and nobody gave: a place-holder, so that the settings are valid. */
  missing(id: string, name: string | undefined): string {
    const problem =
      'its connection profile was not among the files: export that too and import again, or write the connection';
    const draft = { settings: { ...TO_FILL_IN }, problems: [problem] };
    const ours = this.#add(settingsName(name ?? 'missing-profile', 'partner'), draft);
    this.#namesById.set(id.toLowerCase(), ours);
    return ours;
  }

  #add(wanted: string, { settings: written, problems: found }: ConnectionDraft): string {
    const name = freeName(wanted, (each) => this.#entries.has(each));
    const here = movePaths(written, this.#moves);
    const referring = this.#withReferences(name, here) as ConnectionSettings;
    const { settings, dropped } = acceptable(referring);
    const path = foreignPath([settings['identities'], settings['clientCertificate']], this.#moves);
    const foreign =
      path === undefined ? [] : [`its key lies at ${path}, a path of Windows: say where it is (--path)`];
    const problems = [...found, ...dropped, ...foreign];
    for (const problem of problems) this.#report.task(name, problem);
    const [first] = problems;
    const problem = first === undefined ? undefined : `its connection ${name} has to be looked at: ${first}`;
    const entry = {
      settings,
      endpoint: endpointOf(written),
      unpinned: endpointOf(written, ['hostKeys']),
      problem,
    };
    this.#entries.set(name, entry);
    return name;
  }

  /** Where a secret was, there is now `{}`: it becomes a variable named after the connection. */
  #withReferences(name: string, value: unknown, key = '', inner = ''): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value);
    if (entries.length === 0) {
      const variable = variableName(name, inner === '' ? key : `${inner}_${key}`);
      this.#report.variable(
        variable,
        `the ${key} of ${inner === '' ? '' : `${inner} of `}the connection ${name}`,
      );
      return { env: variable };
    }
    return Object.fromEntries(
      entries.map(([each, found]) => [each, this.#withReferences(name, found, each, key)]),
    );
  }
}

/** Keys that our settings refuse are left out, and told: what is left is valid. */
function acceptable(written: ConnectionSettings): {
  readonly settings: ConnectionSettings;
  readonly dropped: readonly string[];
} {
  const settings = { ...written };
  const dropped: string[] = [];
  for (;;) {
    const parsed = connectionSchema.safeParse(settings);
    if (parsed.success) return { settings, dropped };
    const before = JSON.stringify(settings);
    for (const { path, message } of parsed.error.issues) {
      const key = String(path[0] ?? 'host');
      dropped.push(`its "${key}" could not be carried: it ${message}`);
      if (key === 'protocol' || key === 'host') settings[key] = TO_FILL_IN[key];
      else delete settings[key];
    }
    if (JSON.stringify(settings) === before) return { settings: { ...TO_FILL_IN }, dropped };
  }
}

/** Host, port, user and the way to them as one text; secrets are `{}` in it. */
function endpointOf(settings: ConnectionSettings, without: readonly string[] = []): string {
  const leftOut = [...TRANSFER_KEYS, ...without];
  const entries = Object.entries(settings).filter(([key]) => !leftOut.includes(key));
  return JSON.stringify(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** `sftp.acme.example` -> `acme`. */
function hostWord(host: string): string {
  const labels = host.split('.').filter((label) => label !== '');
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':');
  return (isAddress ? undefined : labels.at(-2)) ?? host;
}
