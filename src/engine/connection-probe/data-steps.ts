import { TransferError } from '../../core/transfer-error.js';
import { createClient } from '../../protocols/protocol-registry.js';
import {
  dataModeOf,
  withDataMode,
  type DataMode,
  type PartnerOptions,
} from '../../protocols/partner-options.js';
import type { ProbeSession } from './probe-session.js';
import { notTried, type ProbeFindings } from './probe-step.js';

/** One kind of data connection. */
export async function tryDataMode(session: ProbeSession, mode: DataMode): Promise<ProbeFindings> {
  const { options, listing } = session;
  if (dataModeOf(options) === mode) {
    return listing.kind === 'came'
      ? { verdict: 'ok', lines: ['in use: the listing came by it'] }
      : notTried('only a listing would tell');
  }
  if (mode === 'active' && options.proxies.length > 0) {
    return notTried('a proxy lets no connection in');
  }
  try {
    await listBriefly(session, withDataMode(options, mode));
  } catch (error) {
    if (session.signal.aborted || !(error instanceof TransferError)) throw error;
    return failedBeside(error, mode, listing.kind === 'failed' ? listing.error : undefined);
  }
  if (listing.kind !== 'failed') return { verdict: 'ok', lines: ['works too'] };
  return {
    verdict: 'warning',
    lines: ['works, while the listing failed'],
    remedy:
      mode === 'active' ? 'Use active mode: --active, or active: true.' : 'Use passive mode: active: false.',
  };
}

/** What the other kind cannot do is no failure of the connection as it is. */
function failedBeside(
  error: TransferError,
  mode: DataMode,
  listingError: TransferError | undefined,
): ProbeFindings {
  const isSameRefusal = listingError !== undefined && listingError.code === error.code;
  return {
    verdict: 'warning',
    lines: [error.message],
    error,
    remedy: isSameRefusal
      ? 'It makes no difference which side opens the data connection.'
      : `This connection does not use ${mode} mode; leave it so.`,
  };
}

async function listBriefly(
  { subject, platform, signal }: ProbeSession,
  options: PartnerOptions,
): Promise<void> {
  const client = await createClient(options, platform);
  try {
    await client.connect({ signal });
    const rows = client.list(subject.place.path, { signal })[Symbol.asyncIterator]();
    const first = await rows.next();
    if (first.done !== true) await rows.return?.();
  } finally {
    await client.close();
  }
}
