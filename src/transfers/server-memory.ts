import { posix } from 'node:path';
import type { Platform } from '../core/platform.js';
import { endpointKey, type Endpoint } from './endpoint.js';

/** What was learnt of a server, to spare the next batch the same lesson. */
export interface ServerFacts {
  /** It refuses offsets, ignores them, or what stands there after them is wrong: files are sent from their start. */
  readonly cannotResume: true;
  /** Its clock minus ours, as the times of files tell it. */
  readonly clockOffsetMs: number;
  /** Sessions that it admitted when it refused one more. */
  readonly connectionLimit: number;
}

interface KeptFact {
  readonly value: unknown;
  readonly seenMs: number;
}

type KeptFacts = { -readonly [Key in keyof ServerFacts]?: KeptFact | undefined };

const FILE_NAME = 'servers.json';
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const DAY_MS = 86_400_000;

/** How each fact looks when it is sound, whatever else stands in the file, and how long it holds. */
const FACTS: {
  readonly [Key in keyof ServerFacts]: {
    readonly isSound: (value: unknown) => boolean;
    readonly lifeMs: number;
  };
} = {
  cannotResume: { isSound: (value) => value === true, lifeMs: 30 * DAY_MS },
  clockOffsetMs: { isSound: (value) => Number.isSafeInteger(value), lifeMs: 30 * DAY_MS },
  // Others may have had their sessions there at the time.
  connectionLimit: {
    isSound: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
    lifeMs: DAY_MS,
  },
};

/**
 * Facts about servers, by endpoint: kept in the process and in `servers.json` of the state folder, up to 30 days from
 * when they were last seen. They are hints: a file that cannot be read or written costs a lesson, never a transfer,
 * so nothing here rejects. Several processes may write it; of one fact the latest stands.
 */
export class ServerMemory {
  readonly #platform: Platform;
  /** Undefined = kept in memory only. */
  readonly #folder: string | undefined;
  readonly #servers: Map<string, KeptFacts>;
  #saving: Promise<void> = Promise.resolve();
  #hasUnsaved = false;

  private constructor(platform: Platform, folder: string | undefined, servers: Map<string, KeptFacts>) {
    this.#platform = platform;
    this.#folder = folder;
    this.#servers = servers;
  }

  /** `folder`: state folder of this user, which exists by then or is made when there is something to keep. */
  static async open(platform: Platform, folder: string): Promise<ServerMemory> {
    return new ServerMemory(platform, folder, await readServers(platform, posix.join(folder, FILE_NAME)));
  }

  /** For a process that has no state folder. */
  static inMemory(platform: Platform): ServerMemory {
    return new ServerMemory(platform, undefined, new Map());
  }

  /** What is known of this endpoint and not too old. */
  of(endpoint: Endpoint): Partial<ServerFacts> {
    const kept = this.#servers.get(endpointKey(endpoint)) ?? {};
    const now = this.#platform.clock.now();
    const facts = Object.entries(kept).filter(([name, fact]) => isFresh(name, fact, now));
    return Object.fromEntries(facts.map(([key, fact]) => [key, fact?.value]));
  }

  /** From now on; on disk soon after. The same value again only makes the fact younger. */
  remember(endpoint: Endpoint, facts: Partial<ServerFacts>): void {
    const seenMs = this.#platform.clock.now();
    const kept = Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, { value, seenMs }]));
    this.#change(endpoint, kept);
  }

  /** A fact that proved to be none any more. */
  forget(endpoint: Endpoint, key: keyof ServerFacts): void {
    if (this.of(endpoint)[key] === undefined) return;
    this.#change(endpoint, { [key]: { value: undefined, seenMs: this.#platform.clock.now() } });
  }

  /** Resolves when everything is on disk that could be brought there. */
  async close(): Promise<void> {
    while (this.#hasUnsaved) await this.#saving;
    await this.#saving;
  }

  #change(endpoint: Endpoint, facts: KeptFacts): void {
    const key = endpointKey(endpoint);
    this.#servers.set(key, { ...this.#servers.get(key), ...facts });
    if (this.#folder === undefined || this.#hasUnsaved) return;
    this.#hasUnsaved = true;
    this.#saving = this.#saving.then(() => this.#save());
  }

  async #save(): Promise<void> {
    this.#hasUnsaved = false;
    const { files, random, clock, host } = this.#platform;
    const folder = this.#folder as string;
    const path = posix.join(folder, FILE_NAME);
    const temporary = `${path}.${host.pid}-${random.token(8)}.new`;
    try {
      mergeNewer(this.#servers, await readServers(this.#platform, path));
      await files.makeFolder(folder, { recursive: true });
      const file = await files.open(temporary, 'create');
      try {
        await file.write([Buffer.from(serversText(this.#servers, clock.now()))], 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await files.rename(temporary, path);
    } catch {
      // Learnt again when it is needed; a part of the new file must not pile up.
      await files.remove(temporary).catch(() => undefined);
    }
  }
}

function isFresh(name: string, fact: KeptFact | undefined, nowMs: number): boolean {
  return fact !== undefined && nowMs - fact.seenMs < FACTS[name as keyof ServerFacts].lifeMs;
}

/** Of two processes' facts the later one stands. */
function mergeNewer(own: Map<string, KeptFacts>, others: Map<string, KeptFacts>): void {
  for (const [key, theirs] of others) {
    const merged: KeptFacts = { ...theirs };
    for (const [name, fact] of Object.entries(own.get(key) ?? {}) as [keyof ServerFacts, KeptFact][]) {
      const other = merged[name];
      if (other === undefined || other.seenMs <= fact.seenMs) merged[name] = fact;
    }
    own.set(key, merged);
  }
}

/** Forgotten and old facts are left out. */
function serversText(servers: ReadonlyMap<string, KeptFacts>, nowMs: number): string {
  const kept = [...servers].map(([key, facts]) => {
    const sound = Object.entries(facts).filter(
      ([name, fact]) => fact?.value !== undefined && isFresh(name, fact, nowMs),
    );
    return [key, Object.fromEntries(sound)] as const;
  });
  const shown = Object.fromEntries(kept.filter(([, facts]) => Object.keys(facts).length > 0));
  return `${JSON.stringify({ schemaVersion: 1, servers: shown }, undefined, 1)}\n`;
}

/** Whatever cannot be understood counts as not known. */
async function readServers(platform: Platform, path: string): Promise<Map<string, KeptFacts>> {
  let document: unknown;
  try {
    document = JSON.parse((await platform.files.readAll(path, MAX_FILE_BYTES)).toString('utf8'));
  } catch {
    return new Map();
  }
  const servers = isGroup(document) && isGroup(document['servers']) ? document['servers'] : {};
  return new Map(Object.entries(servers).map(([key, facts]) => [key, soundFacts(facts)]));
}

function soundFacts(facts: unknown): KeptFacts {
  if (!isGroup(facts)) return {};
  const names = (Object.keys(FACTS) as (keyof ServerFacts)[]).filter((name) => {
    const fact = facts[name];
    return isGroup(fact) && Number.isFinite(fact['seenMs']) && FACTS[name].isSound(fact['value']);
  });
  return Object.fromEntries(names.map((name) => [name, facts[name]]));
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
