import { printable } from '../../core/printable.js';
import { joinRemote, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ProtocolClient } from '../../protocols/protocol-client.js';
import { mannersOfEndpoint } from '../../transfers/endpoint.js';
import { temporaryPath } from '../../transfers/temporary-name.js';
import type { ProbeSession } from './probe-session.js';
import { notTried, type ProbeFindings } from './probe-step.js';

const PROBE_LENGTH = 1024;
const ID_LENGTH = 12;

/**
 * A small file the way that a transfer takes: temporary name, final name, read back byte for byte, removed. Whatever
 * fails on the way, nothing of it stays, or the error says what does.
 */
export async function tryProbeFile(session: ProbeSession): Promise<ProbeFindings> {
  if (!session.subject.mayWrite) return notTried('writes nothing without --write');
  const client = await session.client();
  const names = probeNames(session, client);
  const written = new Set<RemotePath>();
  try {
    const lines = await writeAndReadBack(session, client, names, written);
    const facts = { file: names.final, bytes: PROBE_LENGTH };
    if (isBlind(session)) return await removeUnseen(session, client, names.final, { lines, facts });
    await client.remove(names.final, { signal: session.signal });
    written.delete(names.final);
    return { verdict: 'ok', lines: [...lines, 'removed'], facts };
  } catch (error) {
    await session.dropIfLost(error);
    const left = await removeLeftovers(session, written);
    if (left.length === 0 || !(error instanceof TransferError)) throw error;
    throw error.with({
      message: `${error.message}; the probe file ${left.map((path) => printable(path)).join(' and ')} may be left there`,
      advice: `${error.advice} Remove the probe file by hand.`,
    });
  }
}

interface ProbeNames {
  /** The same as `final` where files are written under their final name at once. */
  readonly first: RemotePath;
  readonly final: RemotePath;
}

function probeNames({ subject, platform }: ProbeSession, { capabilities }: ProtocolClient): ProbeNames {
  const { endpoint, path } = subject.place;
  const final = joinRemote(path, `tally-probe-${platform.random.token(ID_LENGTH)}.txt`);
  const isDirect = endpoint.finalName === 'direct' || !capabilities.rename || capabilities.wholeWrites;
  return { first: isDirect ? final : temporaryPath(final, platform.random, endpoint.temporaryName), final };
}

async function writeAndReadBack(
  session: ProbeSession,
  client: ProtocolClient,
  { first, final }: ProbeNames,
  written: Set<RemotePath>,
): Promise<readonly string[]> {
  const { platform, signal } = session;
  const content = Buffer.from(platform.random.token(PROBE_LENGTH));
  written.add(first);
  await client.write(first, once(content), { signal, sizeBytes: content.length });
  const ourMs = platform.clock.now();
  const lines = [`${PROBE_LENGTH} bytes written to ${printable(first)}`];
  if (first !== final) {
    written.add(final);
    await client.rename(first, final, { replace: false, signal });
    written.delete(first);
    lines.push(`renamed to ${printable(final)}`);
  }
  if (isBlind(session))
    return [...lines, 'not read back: the connection says that nothing can be seen there'];
  await seeClock(session, client, final, ourMs);
  const back = await readBack(client, final, signal);
  if (!back.equals(content)) throw otherBytes(final, back.length);
  return [...lines, 'read back, every byte the same'];
}

/** A drop box: what was sent cannot be seen, or is taken at once. */
function isBlind({ subject }: ProbeSession): boolean {
  const { statAfterUpload, goneAfterUploadOk } = mannersOfEndpoint(subject.place.endpoint);
  return !statAfterUpload || goneAfterUploadOk;
}

/** Where nothing can be seen, often nothing can be removed either: that is no failure, but it must be said. */
async function removeUnseen(
  session: ProbeSession,
  client: ProtocolClient,
  path: RemotePath,
  { lines, facts }: Pick<ProbeFindings, 'lines' | 'facts'> & { readonly lines: readonly string[] },
): Promise<ProbeFindings> {
  try {
    await client.remove(path, { signal: session.signal });
    return { verdict: 'ok', lines: [...lines, 'removed'], facts: facts ?? {} };
  } catch (error) {
    if (session.signal.aborted || !(error instanceof TransferError) || error.sessionLost) throw error;
    if (error.code === 'NOT_FOUND') {
      return { verdict: 'ok', lines: [...lines, 'taken at once by the partner'], facts: facts ?? {} };
    }
    return {
      verdict: 'warning',
      lines: [...lines, `it cannot be removed: ${error.message}`],
      facts: { ...facts, left: path },
      remedy: `Ask the partner to remove ${printable(path)}.`,
    };
  }
}

/** A chunk belongs to whoever takes it, so each gets its own. */
async function* once(content: Buffer): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(Buffer.from(content));
}

async function readBack(client: ProtocolClient, path: RemotePath, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const sink = {
    write(chunk: Uint8Array) {
      // More than was written is told by its length alone.
      if (length <= PROBE_LENGTH) chunks.push(Buffer.from(chunk));
      length += chunk.length;
      return undefined;
    },
  };
  await client.read(path, sink, { signal });
  return Buffer.concat(chunks);
}

/** The time of the new file is the server's clock, as far as the server tells it. */
async function seeClock(
  session: ProbeSession,
  client: ProtocolClient,
  path: RemotePath,
  ourMs: number,
): Promise<void> {
  if (session.clock !== undefined) return;
  try {
    const { modifiedMs, precisionMs = 1000 } = await client.stat(path, { signal: session.signal });
    if (modifiedMs !== undefined) session.clock = { serverMs: modifiedMs, ourMs, precisionMs };
  } catch (error) {
    // A drop box hides what was sent; reading it back tells more than this look.
    if (session.signal.aborted || (error instanceof TransferError && error.sessionLost)) throw error;
  }
}

function otherBytes(path: RemotePath, length: number): TransferError {
  return new TransferError({
    code: length === PROBE_LENGTH ? 'CONTENT_MISMATCH' : 'SIZE_MISMATCH',
    lastCode: -1,
    phase: 'verify',
    message: `${printable(path)} came back with other bytes (${length} of ${PROBE_LENGTH})`,
  });
}

/** Also after a cancel, with a session of its own where the last one is gone; gives what could not be removed. */
async function removeLeftovers(
  session: ProbeSession,
  written: ReadonlySet<RemotePath>,
): Promise<readonly RemotePath[]> {
  const left: RemotePath[] = [];
  const signal = new AbortController().signal;
  for (const path of written) {
    try {
      const client = await session.client(signal);
      await client.remove(path, { signal });
    } catch (error) {
      await session.dropIfLost(error);
      if (!(error instanceof TransferError) || error.code !== 'NOT_FOUND') left.push(path);
    }
  }
  return left;
}
