import { readsAsSuccess } from '../../client-log/record.js';
import type { HostAddress } from '../../core/dialer.js';
import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ProtocolClient } from '../../protocols/protocol-client.js';
import { createClient } from '../../protocols/protocol-registry.js';
import type { PartnerOptions } from '../../protocols/partner-options.js';
import { lookAtServer, type ServerLook } from '../../protocols/server-look.js';
import type { BatchPlace } from '../../transfers/batch-request.js';

export interface ProbeSubject {
  readonly place: BatchPlace;
  readonly options: PartnerOptions;
  /** What the user would write for the connection, for advice: `acme` or a URL. */
  readonly label: string;
  /** A probe file may be written. */
  readonly mayWrite: boolean;
}

/** What the steps of one probe know of the partner, and the session that they share. */
export class ProbeSession {
  readonly subject: ProbeSubject;
  readonly platform: Platform;
  readonly signal: AbortSignal;
  /** Of the name, once it was looked up by us. */
  addresses: readonly HostAddress[] = [];
  /** When the server's clock was seen, and what it said. */
  clock: { readonly serverMs: number; readonly ourMs: number; readonly precisionMs: number } | undefined;
  listing: { readonly kind: 'none' | 'came' } | { readonly kind: 'failed'; readonly error: TransferError } = {
    kind: 'none',
  };
  /** The code of the login; undefined while there was none. */
  loginCode: number | undefined;
  #look: Promise<ServerLook> | undefined;
  #client: ProtocolClient | undefined;

  constructor(subject: ProbeSubject, platform: Platform, signal: AbortSignal) {
    this.subject = subject;
    this.platform = platform;
    this.signal = signal;
  }

  get options(): PartnerOptions {
    return this.subject.options;
  }

  /** What the server shows before a login; looked at once. */
  look(): Promise<ServerLook> {
    this.#look ??= lookAtServer(this.options, this.platform, { signal: this.signal, allHostKeys: false });
    return this.#look;
  }

  async logIn(signal = this.signal): Promise<{ readonly client: ProtocolClient; readonly receipt: Receipt }> {
    const client = await createClient(this.options, this.platform);
    this.#client = client;
    const receipt = await client.connect({ signal });
    const { protocol } = this.subject.place.endpoint.columns;
    // A web server logs us in by whatever answer is no refusal, even "not found".
    const isSaid = receipt.lastCode !== 0 && readsAsSuccess(protocol, receipt.lastCode);
    this.loginCode = isSaid ? receipt.lastCode : client.capabilities.settledCode;
    return { client, receipt };
  }

  /** The session that is logged in; a new one where the last was lost. */
  async client(signal = this.signal): Promise<ProtocolClient> {
    return this.#client ?? (await this.logIn(signal)).client;
  }

  /** A session that a failure has lost is not used again. */
  async dropIfLost(error: unknown): Promise<void> {
    if (!(error instanceof TransferError) || !error.sessionLost) return;
    await this.close();
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }
}
