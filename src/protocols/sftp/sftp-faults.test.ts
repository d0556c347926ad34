import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import type { SessionDeed } from '../../simulator/faults.js';
import { MemoryTree, zeros } from '../../simulator/memory-tree.js';
import {
  all,
  chunks,
  failure,
  freshCall,
  rehearseConnected,
  TIMEOUT_MS,
  type Rehearsal,
} from './rehearsal.testing.js';
import type { SftpClient } from './sftp-client.js';

/** Everything that a session can be asked, with the requests that it makes of the server one after another. */
const VERBS: Readonly<
  Record<
    string,
    { readonly requests: readonly string[]; run(client: SftpClient, signal: AbortSignal): Promise<unknown> }
  >
> = {
  list: {
    requests: ['OPENDIR', 'READDIR'],
    run: (client, signal) => all(client.list(remotePath('/in'), { signal })),
  },
  stat: { requests: ['STAT'], run: (client, signal) => client.stat(remotePath('/in/a'), { signal }) },
  read: {
    requests: ['OPEN', 'READ'],
    run: (client, signal) => client.read(remotePath('/in/a'), { write: () => undefined }, { signal }),
  },
  write: {
    requests: ['OPEN', 'WRITE'],
    run: (client, signal) => client.write(remotePath('/in/b'), chunks(Buffer.alloc(100_000)), { signal }),
  },
  rename: {
    requests: ['RENAME'],
    run: (client, signal) =>
      client.rename(remotePath('/in/a'), remotePath('/in/c'), { signal, replace: false }),
  },
  'replacing rename': {
    requests: ['POSIX-RENAME'],
    run: (client, signal) =>
      client.rename(remotePath('/in/a'), remotePath('/in/c'), { signal, replace: true }),
  },
  remove: { requests: ['REMOVE'], run: (client, signal) => client.remove(remotePath('/in/a'), { signal }) },
  'make folder': {
    requests: ['MKDIR'],
    run: (client, signal) => client.makeFolder(remotePath('/in/new'), { signal }),
  },
  'remove folder': {
    requests: ['RMDIR'],
    run: (client, signal) => client.removeFolder(remotePath('/in/empty'), { signal }),
  },
  'set time': {
    requests: ['SETSTAT'],
    run: (client, signal) => client.setModifiedTime(remotePath('/in/a'), 0, { signal }),
  },
};

const POINTS = Object.entries(VERBS).flatMap(([name, { requests }]) =>
  requests.map((request) => [name, request] as const),
);

const contents = () => new MemoryTree({ 'in/a': zeros(100_000), 'in/sub/x': 'x' });

function rehearse(): Promise<Rehearsal> {
  const tree = contents();
  return rehearseConnected({ root: tree });
}

function verb(name: string) {
  const found = VERBS[name];
  if (found === undefined) throw new Error(`no verb ${name}`);
  return found;
}

/** Runs the verb while the given request meets the deed; silence is followed by the time limit. */
async function struck(rehearsal: Rehearsal, name: string, request: string, deed: SessionDeed) {
  const { client, partner, clock } = rehearsal;
  partner.inject({ at: { command: request, nth: 1 }, do: deed });
  const outcome = failure(verb(name).run(client, freshCall().signal));
  if (deed.kind === 'silence' || deed.kind === 'noAnswer') {
    await partner.seen(request);
    clock.advance(TIMEOUT_MS);
  }
  return outcome;
}

describe.each(POINTS)('when %s is at %s', (name, request) => {
  it.each(['close', 'reset'] as const)(
    'and the server does %s, it is CONNECTION_LOST with 7',
    async (kind) => {
      await using rehearsal = await rehearse();
      const error = await struck(rehearsal, name, request, { kind });
      expect(error).toMatchObject({
        code: 'CONNECTION_LOST',
        lastCode: 7,
        retry: 'transient',
        sessionLost: true,
      });
      const later = await failure(rehearsal.client.stat(remotePath('/'), freshCall()));
      expect(later).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7, sessionLost: true });
      await rehearsal.partner.whenIdle();
    },
  );

  it.each(['silence', 'noAnswer'] as const)('and the server gives %s, it is TIMEOUT with 8', async (kind) => {
    await using rehearsal = await rehearse();
    const error = await struck(rehearsal, name, request, { kind });
    expect(error).toMatchObject({ code: 'TIMEOUT', lastCode: 8, sessionLost: true });
    await rehearsal.partner.whenIdle();
  });

  it('and the server sends garbage or too much, it is PROTOCOL_VIOLATION with 5', async () => {
    for (const deed of [{ kind: 'garbage' }, { kind: 'endlessReply', megabytes: 100 }] as const) {
      await using rehearsal = await rehearse();
      const error = await struck(rehearsal, name, request, deed);
      expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION', lastCode: 5, sessionLost: true });
      await rehearsal.partner.whenIdle();
    }
  });

  it('and the server refuses with status 3, it is PERMISSION_DENIED and the session goes on', async () => {
    await using rehearsal = await rehearse();
    const error = await struck(rehearsal, name, request, {
      kind: 'reply',
      code: 3,
      text: 'Keep\u001b[31m out',
    });
    expect(error).toMatchObject({
      code: 'PERMISSION_DENIED',
      lastCode: 3,
      retry: 'permanent',
      sessionLost: false,
    });
    expect(error.reply).toBe('Keep\\x1b[31m out');
    expect((await rehearsal.client.stat(remotePath('/in/sub/x'), freshCall())).sizeBytes).toBe(1);
  });

  it('and it is cancelled, it is CANCELLED at once and the connection goes', async () => {
    await using rehearsal = await rehearse();
    const { client, partner } = rehearsal;
    partner.inject({ at: { command: request, nth: 1 }, do: { kind: 'noAnswer' } });
    const abort = new AbortController();
    const outcome = failure(verb(name).run(client, abort.signal));
    await partner.seen(request);
    abort.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED', sessionLost: true });
    await partner.whenIdle();
  });

  it('and the client is closed, it is CLOSED', async () => {
    await using rehearsal = await rehearse();
    const { client, partner } = rehearsal;
    partner.inject({ at: { command: request, nth: 1 }, do: { kind: 'noAnswer' } });
    const outcome = failure(verb(name).run(client, freshCall().signal));
    await partner.seen(request);
    const closed = client.close();
    expect(await outcome).toMatchObject({ code: 'CLOSED', sessionLost: true });
    await closed;
    await partner.whenIdle();
  });
});

describe('a status', () => {
  it.each([
    [1, 'REFUSED', 1],
    [2, 'NOT_FOUND', 2],
    [3, 'PERMISSION_DENIED', 3],
    [4, 'REFUSED', 4],
    [5, 'REFUSED', 5],
    [6, 'CONNECTION_LOST', 6],
    [7, 'CONNECTION_LOST', 7],
    [8, 'UNSUPPORTED', 4],
    [11, 'ALREADY_EXISTS', 4],
    [14, 'NO_SPACE', 4],
    [15, 'NO_SPACE', 4],
    [99, 'REFUSED', 4],
  ])('%i is %s and %i in the log', async (code, ours, logged) => {
    await using rehearsal = await rehearse();
    const error = await struck(rehearsal, 'remove', 'REMOVE', { kind: 'reply', code });
    expect(error).toMatchObject({ code: ours, lastCode: logged, phase: 'remove' });
    expect(error.message).toContain(`(SFTP status ${code})`);
  });

  it('of success where a value was due is PROTOCOL_VIOLATION', async () => {
    for (const [name, request] of [
      ['read', 'OPEN'],
      ['list', 'OPENDIR'],
      ['list', 'READDIR'],
      ['stat', 'STAT'],
    ] as const) {
      await using rehearsal = await rehearse();
      const error = await struck(rehearsal, name, request, { kind: 'reply', code: 0 });
      expect(error).toMatchObject({ code: 'PROTOCOL_VIOLATION', lastCode: 5, sessionLost: true });
    }
  });
});

describe('the CLOSE of an upload', () => {
  const write = (client: SftpClient) => verb('write').run(client, freshCall().signal);

  it.each([
    ['close', 7],
    ['reset', 7],
    ['silence', 8],
    ['noAnswer', 8],
    ['garbage', 5],
  ] as const)('that meets %s is REPLY_LOST with %i: the bytes were acknowledged', async (kind, lastCode) => {
    await using rehearsal = await rehearse();
    const error = await struck(rehearsal, 'write', 'CLOSE', { kind });
    expect(error).toMatchObject({
      code: 'REPLY_LOST',
      lastCode,
      phase: 'write',
      retry: 'transient',
      sessionLost: true,
    });
  });

  it('that is refused fails the upload: the server may have lost data', async () => {
    await using rehearsal = await rehearse();
    const error = await struck(rehearsal, 'write', 'CLOSE', { kind: 'reply', code: 4 });
    expect(error).toMatchObject({ code: 'REFUSED', lastCode: 4, phase: 'write', sessionLost: false });
    await write(rehearsal.client);
  });

  it('that is cancelled stays CANCELLED', async () => {
    await using rehearsal = await rehearse();
    const { client, partner } = rehearsal;
    partner.inject({ at: { command: 'CLOSE' }, do: { kind: 'noAnswer' } });
    const abort = new AbortController();
    const outcome = failure(verb('write').run(client, abort.signal));
    await partner.seen('CLOSE');
    abort.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the CLOSE of a download or a listing', () => {
  it.each([
    ['read', { kind: 'reply', code: 4 }],
    ['read', { kind: 'close' }],
    ['list', { kind: 'reply', code: 4 }],
    ['list', { kind: 'reset' }],
  ] as const)('of %s proves nothing, so that %j changes nothing', async (name, deed) => {
    await using rehearsal = await rehearse();
    rehearsal.partner.inject({ at: { command: 'CLOSE' }, do: deed });
    const outcome = await verb(name).run(rehearsal.client, freshCall().signal);
    if (name === 'read') expect(outcome).toEqual({ lastCode: 0, bytes: 100_000 });
    else expect(outcome).toHaveLength(2);
  });
});

describe('a session between two calls', () => {
  it.each(['close', 'reset'] as const)(
    'that the server ends by %s is known to the next call',
    async (kind) => {
      await using rehearsal = await rehearse();
      await rehearsal.partner.interrupt({ kind });
      await rehearsal.partner.whenIdle();
      const error = await failure(rehearsal.client.stat(remotePath('/'), freshCall()));
      expect(error).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7, sessionLost: true });
    },
  );

  it('whose keep-alive messages stay unanswered is over', async () => {
    await using rehearsal = await rehearseConnected({ root: contents() }, { keepAliveMs: 5 });
    await rehearsal.partner.interrupt({ kind: 'silence' });
    const error = await failure(rehearsal.client.stat(remotePath('/'), freshCall()));
    expect(error).toMatchObject({ code: 'TIMEOUT', lastCode: 8, sessionLost: true });
  });

  it('is not disturbed by keep-alive messages', async () => {
    await using rehearsal = await rehearseConnected({ root: contents() }, { keepAliveMs: 1 });
    for (let turn = 0; turn < 50; turn += 1) await rehearsal.client.stat(remotePath('/in/a'), freshCall());
  });
});
