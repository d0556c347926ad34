import { describe, expect, it, onTestFinished } from 'vitest';
import { sftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { remotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import { MemoryTree } from '../simulator/memory-tree.js';
import { startSftpPartner } from '../simulator/sftp-partner.js';
import type { ProtocolClient } from './protocol-client.js';
import { createClient } from './protocol-registry.js';

const PASSWORD = 'pa55 w0rd';
const call = { signal: new AbortController().signal };

async function session(password = PASSWORD): Promise<ProtocolClient> {
  const partner = await startSftpPartner({
    root: new MemoryTree({ '/in/a.txt': 'content', '/in/b.txt': 'more' }),
    user: 'joe',
    password: PASSWORD,
  });
  onTestFinished(() => partner.stop());
  const place = { ...partner, password, fingerprints: [partner.hostKeyFingerprint] };
  const client = await createClient(sftpEndpoint(place).options, testPlatform());
  onTestFinished(() => client.close());
  return client;
}

async function failureOf(work: Promise<unknown>): Promise<TransferError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TransferError)) throw new Error('it went well');
  return error;
}

/** The dialogue without its times. */
function said({ dialogue = [] }: TransferError): readonly string[] {
  return dialogue.map((line) => line.replace(/^\S+ /, ''));
}

describe('a failure brings along what was said before it', () => {
  it('a refusal within a session', async () => {
    const client = await session();
    await client.connect(call);
    const error = await failureOf(client.stat(remotePath('/in/nothing'), call));
    expect(said(error).slice(-2)).toEqual(['> STAT /in/nothing', '< STATUS 2 No such file or directory']);
    expect(said(error)).toContainEqual(expect.stringMatching(/^> login as joe: password$/));
    expect(said(error).join('\n')).not.toContain(PASSWORD);
  });

  it('a connection that is not made', async () => {
    const client = await session('another');
    const error = await failureOf(client.connect(call));
    expect(error.code).toBe('AUTH_REJECTED');
    expect(said(error)).toContainEqual(expect.stringMatching(/^< refused; may go on: .*password/));
  });

  it('a listing', async () => {
    const client = await session();
    await client.connect(call);
    const rows = client.list(remotePath('/nothing'), call)[Symbol.asyncIterator]();
    expect(said(await failureOf(rows.next()))).toContain('> OPENDIR /nothing');
  });

  it('does not change afterwards, and stays with the error that is made of it', async () => {
    const client = await session();
    await client.connect(call);
    const error = await failureOf(client.remove(remotePath('/in/nothing'), call));
    await client.stat(remotePath('/in/a.txt'), call);
    expect(said(error).some((line) => line.includes('a.txt'))).toBe(false);
    expect(error.with({ code: 'REFUSED' }).dialogue).toEqual(error.dialogue);
  });
});

it("a failure of somebody else's, passed on, stays the same object", async () => {
  const client = await session();
  await client.connect(call);
  const full = new TransferError({
    code: 'LOCAL_DISK_FAILED',
    lastCode: -1,
    phase: 'write',
    message: 'disk full',
  });
  const sink = { write: () => Promise.reject(full) };
  expect(await failureOf(client.read(remotePath('/in/a.txt'), sink, call))).toBe(full);
});

it('a listing that is left early closes its folder', async () => {
  const client = await session();
  await client.connect(call);
  for await (const entry of client.list(remotePath('/in'), call)) {
    expect(entry.name).toBe('a.txt');
    break;
  }
  const error = await failureOf(client.stat(remotePath('/nothing'), call));
  expect(said(error)).toContainEqual(expect.stringMatching(/^> CLOSE /));
});
