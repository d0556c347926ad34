import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Platform } from '../../src/core/platform.js';
import { remotePath, type RemotePath } from '../../src/core/remote-path.js';
import { TransferError } from '../../src/core/transfer-error.js';
import type { CallOptions, ProtocolClient } from '../../src/protocols/protocol-client.js';
import { DiskFolder } from './disk-folder.js';
import type { Case, CaseContext } from './protocol-case.js';
import type { ProtocolTarget, SessionChanges } from './protocol-target.js';
import { watchPlatform, type Traffic } from './watched-platform.js';

/** Longer than any server of ours needs under load; what hangs ends as TIMEOUT, in words. */
const TIMEOUT_MS = 20_000;

let caseCount = 0;

/**
 * Runs one case on one server and rejects with what did not hold. Whatever the case is about, afterwards its sessions
 * are closed, and no socket, listener or file may be left open.
 */
export async function runCase(one: Case, target: ProtocolTarget, platform: Platform): Promise<void> {
  const run = new CaseRun(target, platform);
  const failures: unknown[] = [];
  const keep = (error: unknown) => void failures.push(error);
  await run
    .start()
    .then(() => one.run(run), keep)
    .catch(keep);
  await run.end().catch(keep);
  if (failures.length > 0) throw failures[0];
}

class CaseRun implements CaseContext {
  readonly target: ProtocolTarget;
  readonly folder: RemotePath;
  readonly disk: DiskFolder;
  readonly platform: Platform;
  readonly traffic: Traffic;
  readonly call: CallOptions = { signal: new AbortController().signal };
  readonly #sessions: ProtocolClient[] = [];
  readonly #lastDeeds: (() => void | Promise<void>)[] = [];
  #client: ProtocolClient | undefined;

  constructor(target: ProtocolTarget, platform: Platform) {
    caseCount += 1;
    const name = `case-${caseCount}`;
    this.target = target;
    this.folder = remotePath(join(target.remoteRoot, name));
    this.disk = new DiskFolder(join(target.root, name));
    const watched = watchPlatform(platform);
    this.platform = watched.platform;
    this.traffic = watched.traffic;
  }

  get client(): ProtocolClient {
    assert.ok(this.#client, 'the case has begun');
    return this.#client;
  }

  async start(): Promise<void> {
    this.#client = await this.connect();
  }

  async connect(changes: SessionChanges = {}): Promise<ProtocolClient> {
    const client = this.create(changes);
    await client.connect(this.call);
    return client;
  }

  create(changes: SessionChanges = {}): ProtocolClient {
    const platform = changes.platform ?? this.platform;
    return this.own(this.target.createClient(platform, { timeoutMs: TIMEOUT_MS, ...changes }));
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
    const outcome: unknown = await work.then(
      (value) => assert.fail(`it went well and gave ${inspect(value)}`),
      (error: unknown) => error,
    );
    if (outcome instanceof assert.AssertionError) throw outcome;
    assert.ok(outcome instanceof TransferError, `not a TransferError but ${inspect(outcome)}`);
    assert.ok(Number.isInteger(outcome.lastCode), 'lastCode is a number');
    assert.match(outcome.message, /^(?!\s*$)[^\p{Cc}]*[^.]$/u, 'the message is one line without a full stop');
    this.#expectNoSecret(outcome);
    return outcome;
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

  async end(): Promise<void> {
    for (const deed of this.#lastDeeds) await deed();
    await Promise.all(this.#sessions.map((session) => session.close()));
    await this.traffic.nothingOpen();
    rmSync(this.disk.path, { recursive: true, force: true });
  }
}
