import type { Platform } from '../../src/core/platform.js';
import type { RemotePath } from '../../src/core/remote-path.js';
import type { TransferError } from '../../src/core/transfer-error.js';
import type { CallOptions, ProtocolClient } from '../../src/protocols/protocol-client.js';
import type { DiskFolder } from './disk-folder.js';
import type { ProtocolTarget, Powers, SessionChanges } from './protocol-target.js';
import type { Traffic } from './watched-platform.js';

/**
 * One sentence of the contract in src/protocols/protocol-client.ts as data. A case knows no protocol and no test
 * runner: it rejects when the sentence does not hold, so that any runner can use it.
 */
export interface Case {
  /** What holds, as a sentence; unique within the suite, since exceptions name cases by it. */
  readonly name: string;
  /** What the case asks of the server beside the contract. */
  readonly needs?: keyof Powers;
  /** A capability that the case is about; where it is absent, a look that the verb says so stands in its place. */
  readonly asks?: AskedCapability;
  run(ctx: CaseContext): Promise<void>;
}

export type AskedCapability = 'listing' | 'rename' | 'folders';

/** What a case works with: a session and an empty folder of its own. */
export interface CaseContext {
  /** A connected session, which earlier cases may have used. After the case nothing but its one socket may be open. */
  readonly client: ProtocolClient;
  /** One more connected session; closed after the case. */
  connect(changes?: SessionChanges): Promise<ProtocolClient>;
  /** A session that is not connected yet; closed after the case. */
  create(changes?: SessionChanges): ProtocolClient;
  /** Closes this session after the case too. */
  own(client: ProtocolClient): ProtocolClient;
  /** The case's folder on the server. */
  readonly folder: RemotePath;
  /** A path below it, given with `/`. */
  readonly at: (name: string) => RemotePath;
  /** The same folder on the disk, past our code. */
  readonly disk: DiskFolder;
  readonly target: ProtocolTarget;
  /** Options of a call that nobody cancels. */
  readonly call: CallOptions;
  /** What the sessions run on. */
  readonly platform: Platform;
  /** What all that was made with `platform` has moved and holds open. */
  readonly traffic: Traffic;
  /** What `work` rejects with: a TransferError that says enough and no secret. */
  failure(work: Promise<unknown>): Promise<TransferError>;
  /** The same of what was thrown already. */
  checked(thrown: unknown): TransferError;
  /** A `failure` of `client` after which the session goes on. */
  refusal(work: Promise<unknown>): Promise<TransferError>;
  /** Run after the case, the last one first. */
  onEnd(run: () => void | Promise<void>): void;
}
