import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Platform } from '../../src/core/platform.js';
import { joinRemote, remotePath, type RemotePath } from '../../src/core/remote-path.js';
import { TransferError } from '../../src/core/transfer-error.js';
import type { CallOptions, ProtocolClient } from '../../src/protocols/protocol-client.js';
import { expectUnsupported } from './absent-capability.js';
import { openFolder, type DiskFolder } from './disk-folder.js';
import type { Case, CaseContext } from './protocol-case.js';
import type { ProtocolTarget, SessionChanges } from './protocol-target.js';
import { CLOSING_MS, watchPlatform, type Watch } from './watched-platform.js';

/** Longer than any server of ours needs under load; what hangs ends as TIMEOUT, in words. */
const TIMEOUT_MS = 20_000;

/**
 * Runs cases on one server, one after another. A session that a case leaves usable serves the next one too, as it does
 * in a batch: what a call leaves behind in it (a type, a folder, an offset, a data connection) shows there.
 */
export class TargetRun {
  readonly #target: ProtocolTarget;
  readonly #platform: Platform;
  readonly #traffic: Watch;
  readonly #closingMs: number;
  #count = 0;
  #kept: ProtocolClient | undefined;

  /** `closingMs`: how long what was opened may take to close after each case. */
  constructor(target: ProtocolTarget, platform: Platform, closingMs = CLOSING_MS) {
    const watched = watchPlatform(platform);
    this.#target = target;
    this.#platform = watched.platform;
    this.#traffic = watched.watch;
    this.#closingMs = closingMs;
  }

  /** Rejects with what did not hold; also when something stays open. */
  async run(one: Case): Promise<void> {
    this.#count += 1;
    const run = new CaseRun(this.#target, this.#platform, this.#traffic, `case-${this.#count}`);
    const failures: unknown[] = [];
    const keep = (error: unknown) => void failures.push(error);
    try {
      await run.start(this.#kept);
      if (one.asks !== undefined && !run.client.capabilities[one.asks])
        await expectUnsupported(run, one.asks);
      else await one.run(run);
    } catch (error) {
      keep(error);
    }
    this.#kept = await run.end(this.#closingMs).catch(keep);
    if (failures.length > 0) throw failures[0];
  }

  async end(): Promise<void> {
    await this.#kept?.close();
    await this.#traffic.nothingOpen();
  }
}

class CaseRun implements CaseContext {
  readonly target: ProtocolTarget;
  readonly folder: RemotePath;
  readonly disk: DiskFolder;
  readonly platform: Platform;
  readonly traffic: Watch;
  readonly call: CallOptions = { signal: new AbortController().signal };
  readonly #sessions: ProtocolClient[] = [];
  readonly #lastDeeds: (() => void | Promise<void>)[] = [];
  #client: ProtocolClient | undefined;

  constructor(target: ProtocolTarget, platform: Platform, traffic: Watch, name: string) {
    this.target = target;
    this.folder = joinRemote(target.remoteRoot, name);
    this.disk = openFolder(target, name);
    this.platform = platform;
    this.traffic = traffic;
  }

  get client(): ProtocolClient {
    assert.ok(this.#client, 'the case has begun');
    return this.#client;
  }

  async start(kept: ProtocolClient | undefined): Promise<void> {
    this.#client = kept === undefined ? await this.#connected(this.#create()) : kept;
  }

  async connect(changes: SessionChanges = {}): Promise<ProtocolClient> {
    return this.#connected(this.create(changes));
  }

  create(changes: SessionChanges = {}): ProtocolClient {
    return this.own(this.#create(changes));
  }

  #create(changes: SessionChanges = {}): ProtocolClient {
    return this.target.createClient(changes.platform ?? this.platform, { timeoutMs: TIMEOUT_MS, ...changes });
  }

  async #connected(client: ProtocolClient): Promise<ProtocolClient> {
    try {
      await client.connect(this.call);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  own(client: ProtocolClient): ProtocolClient {
    this.#sessions.push(client);
    return client;
  }

  /** A property, so that cases may take it out of the context. */
  readonly at = (name: string): RemotePath => remotePath(`${this.folder}/${name}`);

  onEnd(run: () => void | Promise<void>): void {
    this.#lastDeeds.unshift(run);
  }

  async failure(work: Promise<unknown>): Promise<TransferError> {
    let value: unknown;
    try {
      value = await work;
    } catch (error) {
      return this.checked(error);
    }
    assert.fail(`it went well and gave ${inspect(value)}`);
  }

  checked(thrown: unknown): TransferError {
    assert.ok(thrown instanceof TransferError, `not a TransferError but ${inspect(thrown)}`);
    assert.ok(Number.isInteger(thrown.lastCode), 'lastCode is a number');
    assert.match(thrown.message, /^(?!\s*$)[^\p{Cc}]*[^.]$/u, 'the message is one line without a full stop');
    this.#expectNoSecret(thrown);
    return thrown;
  }

  async refusal(work: Promise<unknown>): Promise<TransferError> {
    const error = await this.failure(work);
    assert.equal(error.sessionLost, false, `the session outlives: ${error.message}`);
    const { kind } = await this.client.stat(this.folder, this.call);
    assert.equal(kind, 'folder', 'the session answers right afterwards');
    return error;
  }

  #expectNoSecret(error: TransferError): void {
    const prints = [error.message, error.stack, error.reply, error.advice, JSON.stringify(error)];
    prints.push(inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity }));
    for (const secret of this.target.secrets) {
      assert.ok(!prints.some((text) => text?.includes(secret)), 'an error holds a secret');
    }
  }

  /** The session, when the next case can have it. */
  async end(closingMs: number): Promise<ProtocolClient | undefined> {
    for (const deed of this.#lastDeeds) await deed();
    await Promise.all(this.#sessions.map((session) => session.close()));
    const kept = (await this.#isUsable()) ? this.#client : undefined;
    if (kept === undefined) await this.#client?.close();
    await this.traffic.onlyOpen(kept === undefined ? 0 : this.target.socketsPerSession, closingMs);
    this.disk.remove();
    return kept;
  }

  async #isUsable(): Promise<boolean> {
    try {
      const entry = await this.#client?.stat(this.folder, this.call);
      return entry !== undefined;
    } catch (thrown) {
      const error = this.checked(thrown);
      assert.ok(error.sessionLost, `the session is neither usable nor lost: ${error.message}`);
      return false;
    }
  }
}
