import { didNotChange } from './same-settings.js';
import type { EftFields } from './eft-fields.js';
import type { ConnectionSettings } from './import-connection.js';
import type { ImportReport } from './import-report.js';
import { freeName, settingsName, variableName } from './names.js';

/** The connections found so far: the same endpoint is one connection, whatever names it. */
export class ConnectionBook {
  readonly #report: ImportReport;
  readonly #connections = new Map<string, ConnectionSettings>();
  readonly #namesById = new Map<string, string>();

  constructor(report: ImportReport) {
    this.#report = report;
  }

  get all(): ReadonlyMap<string, ConnectionSettings> {
    return this.#connections;
  }

  addProfile(name: string, id: string | undefined, settings: ConnectionSettings, profile: EftFields): void {
    const ours = this.#add(settingsName(name, 'partner'), settings);
    if (id !== undefined) this.#namesById.set(id.toLowerCase(), ours);
    if (ours !== name) profile.report.task(name, `is called "${ours}" in the settings`);
  }

  /** By its number, or by the name that the rule itself gives for it. */
  profileOf(id: string, name: string | undefined): string | undefined {
    const byId = this.#namesById.get(id.toLowerCase());
    if (byId !== undefined) return byId;
    const ours = name === undefined ? undefined : settingsName(name, 'partner');
    return ours !== undefined && this.#connections.has(ours) ? ours : undefined;
  }

  /** An endpoint that an action carries itself. */
  nameOf(settings: ConnectionSettings): string {
    for (const [name, known] of this.#connections) if (didNotChange(known, settings)) return name;
    return this.#add(
      settingsName(hostWord(typeof settings['host'] === 'string' ? settings['host'] : ''), 'partner'),
      settings,
    );
  }

  /** A profile that a rule calls and nobody gave: a place-holder that validation will not pass unseen. */
  missing(id: string, name: string | undefined): string {
    const ours = this.#add(settingsName(name ?? 'missing-profile', 'partner'), {
      protocol: 'sftp',
      host: 'FILL-IN.invalid',
    });
    this.#namesById.set(id.toLowerCase(), ours);
    this.#report.task(
      ours,
      'this connection profile was not among the files: export it too, or write the connection',
    );
    return ours;
  }

  #add(wanted: string, settings: ConnectionSettings): string {
    const name = freeName(wanted, (each) => this.#connections.has(each));
    this.#connections.set(name, this.#withReferences(name, settings) as ConnectionSettings);
    return name;
  }

  /** Where a secret was, there is now `{}`: it becomes a variable named after the connection. */
  #withReferences(name: string, value: unknown, key = ''): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value);
    if (entries.length === 0) {
      const variable = variableName(name, key);
      this.#report.task(variable, `set this variable to the ${key} of the connection ${name}`);
      return { env: variable };
    }
    return Object.fromEntries(
      entries.map(([each, inner]) => [each, this.#withReferences(name, inner, each)]),
    );
  }
}

function hostWord(host: string): string {
  const labels = host.split('.').filter((label) => label !== '');
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':');
  if (isAddress || labels.length < 2) return host;
  return labels[labels.length - 2] ?? host;
}
