import { ManualClock } from '../../client-log/manual-clock.testing.js';
import type { Platform } from '../../core/platform.js';
import { Secret } from '../../core/secret.js';
import { TransferError } from '../../core/transfer-error.js';
import { createNodePlatform } from '../../engine/platform/node-platform.js';
import type { RemoteEntry } from '../protocol-client.js';
import { startSftpPartner, type SftpPartner, type SftpPartnerOptions } from '../../simulator/sftp-partner.js';
import { SftpClient } from './sftp-client.js';
import type { SftpOptions } from './sftp-options.js';

/** Time limit of every client here, on a clock that only the test moves. */
export const TIMEOUT_MS = 10_000;

/** Settings that lead to this partner, its password and host key included. */
export function optionsFor(partner: SftpPartner, changes: Partial<SftpOptions> = {}): SftpOptions {
  return {
    ...optionsAt(partner.port),
    user: partner.user,
    password: new Secret(partner.password),
    trust: { fingerprints: partner.hostKeyFingerprints, knownHosts: [] },
    ...changes,
  };
}

/** Settings for something on this port that may be no SFTP server at all. */
export function optionsAt(port: number, changes: Partial<SftpOptions> = {}): SftpOptions {
  return {
    kind: 'sftp',
    host: '127.0.0.1',
    port,
    user: 'partner',
    password: new Secret('secret'),
    identities: [],
    trust: { fingerprints: [], knownHosts: [] },
    timeoutMs: TIMEOUT_MS,
    keepAliveMs: 0,
    sequential: false,
    legacyAlgorithms: [],
    proxies: [],
    ...changes,
  };
}

/** A partner, a client that is not connected yet, and the clock that limits the client's waits. */
export interface Rehearsal extends AsyncDisposable {
  readonly partner: SftpPartner;
  readonly client: SftpClient;
  readonly clock: ManualClock;
}

export async function rehearse(
  partnerOptions: Partial<SftpPartnerOptions> & Pick<SftpPartnerOptions, 'root'>,
  clientChanges: Partial<SftpOptions> = {},
): Promise<Rehearsal> {
  const partner = await startSftpPartner({ user: 'partner', password: 'secret', ...partnerOptions });
  const { client, clock } = clientWithClock(optionsFor(partner, clientChanges));
  return {
    partner,
    client,
    clock,
    [Symbol.asyncDispose]: async () => {
      const closed = client.close();
      clock.advance(TIMEOUT_MS);
      await closed;
      await partner.stop();
    },
  };
}

/** The same, logged in. */
export async function rehearseConnected(
  partnerOptions: Parameters<typeof rehearse>[0],
  clientChanges: Partial<SftpOptions> = {},
): Promise<Rehearsal> {
  const rehearsal = await rehearse(partnerOptions, clientChanges);
  await rehearsal.client.connect(freshCall());
  return rehearsal;
}

/** A client whose waits end only when the test moves the clock; TCP keeps the machine's own. */
export function clientWithClock(options: SftpOptions): { client: SftpClient; clock: ManualClock } {
  const clock = new ManualClock('2026-03-01T00:00:00Z');
  const platform: Platform = { ...createNodePlatform(), clock };
  return { client: new SftpClient(options, platform), clock };
}

export function freshCall(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

/** What the work rejects with; a success or another error fails the test. */
export async function failure(work: Promise<unknown>): Promise<TransferError> {
  const outcome = await work.then(
    (value) => new Error(`it went well: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof TransferError) return outcome;
  throw outcome;
}

export async function* chunks(content: Uint8Array, chunkBytes = 30_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
}

export async function all(entries: AsyncIterable<RemoteEntry>): Promise<RemoteEntry[]> {
  const found: RemoteEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}
