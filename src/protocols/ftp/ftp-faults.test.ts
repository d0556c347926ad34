import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import type { TransferError } from '../../core/transfer-error.js';
import type { FtpClient } from './ftp-client.js';
import type { FtpOptions } from './ftp-options.js';
import { clientFor, startScriptedServer, type Answer, type Script } from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };
const file = remotePath('/file');

async function* source(text: string) {
  yield Buffer.from(text);
}

const ignore = { write: () => undefined };

interface Deed {
  readonly run: (client: FtpClient) => Promise<unknown>;
  /** Every command on its way, each of which can go wrong. */
  readonly verbs: readonly string[];
  readonly options?: Partial<FtpOptions>;
  readonly script?: Script;
}

async function listAll(client: FtpClient): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const entry of client.list(remotePath('/folder'), call)) entries.push(entry);
  return entries;
}

const never: Script = { CWD: (session) => session.say('550 no') };

const DEEDS: Readonly<Record<string, Deed>> = {
  connect: { run: async () => undefined, verbs: ['GREETING', 'USER', 'PASS', 'FEAT', 'OPTS', 'TYPE'] },
  'list by MLSD': { run: listAll, verbs: ['EPSV', 'MLSD'] },
  'list by LIST': {
    run: listAll,
    verbs: ['PWD', 'CWD', 'EPSV', 'LIST'],
    options: { machineListings: false },
  },
  'list over PASV': { run: listAll, verbs: ['PASV'], options: { extendedCommands: false } },
  'stat by MLST': { run: (client) => client.stat(file, call), verbs: ['MLST'] },
  'stat by SIZE': {
    run: (client) => client.stat(file, call),
    verbs: ['PWD', 'SIZE', 'MDTM'],
    options: { machineListings: false },
    script: never,
  },
  read: { run: (client) => client.read(file, ignore, call), verbs: ['EPSV', 'RETR'] },
  'read on': {
    run: (client) => client.read(file, ignore, { ...call, offset: 5 }),
    verbs: ['EPSV', 'REST', 'RETR'],
  },
  'read text': {
    run: (client) => client.read(file, ignore, { ...call, ascii: true }),
    verbs: ['TYPE A', 'EPSV', 'RETR'],
  },
  write: { run: (client) => client.write(file, source('x'), call), verbs: ['EPSV', 'STOR'] },
  append: {
    run: (client) => client.write(file, source('x'), { ...call, offset: 21 }),
    verbs: ['SIZE', 'EPSV', 'APPE'],
  },
  'write on': {
    run: (client) => client.write(file, source('x'), { ...call, offset: 5 }),
    verbs: ['SIZE', 'EPSV', 'REST', 'STOR'],
  },
  rename: {
    run: (client) => client.rename(file, remotePath('/new'), { ...call, replace: true }),
    verbs: ['RNFR', 'RNTO'],
  },
  remove: { run: (client) => client.remove(file, call), verbs: ['DELE'] },
  makeFolder: { run: (client) => client.makeFolder(file, call), verbs: ['MKD'] },
  removeFolder: { run: (client) => client.removeFolder(file, call), verbs: ['RMD'] },
  setModifiedTime: { run: (client) => client.setModifiedTime(file, 0, call), verbs: ['MFMT'] },
  command: { run: (client) => client.command('SITE UMASK 022', call), verbs: ['SITE'] },
};

interface Fault {
  readonly answer: Answer;
  readonly code: TransferError['code'];
  readonly lastCode: number;
  readonly timeoutMs?: number;
}

const HUGE = Buffer.alloc(1024 * 1024, 'x');

/** Writes without end for as long as the client takes it. */
function flood(start: string): Answer {
  return (session) => {
    const more = () => {
      while (session.control.writable && session.control.write(HUGE));
    };
    session.control.on('drain', more);
    session.control.write(start);
    more();
  };
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'closes the connection': {
    answer: (session) => void session.control.end(),
    code: 'CONNECTION_LOST',
    lastCode: 10054,
  },
  'resets the connection': {
    answer: (session) => void session.control.resetAndDestroy(),
    code: 'CONNECTION_LOST',
    lastCode: 10054,
  },
  'says 421': { answer: (session) => session.say('421 going down'), code: 'SERVER_BUSY', lastCode: 421 },
  'says 421 and closes': {
    answer: (session) => void session.control.end('421 Too many connections from you\r\n'),
    code: 'TOO_MANY_CONNECTIONS',
    lastCode: 421,
  },
  'keeps silent': { answer: () => undefined, code: 'TIMEOUT', lastCode: 2000, timeoutMs: 400 },
  'stops in the middle of a reply': {
    answer: (session) => void session.control.write('220-and'),
    code: 'TIMEOUT',
    lastCode: 2000,
    timeoutMs: 400,
  },
  'speaks another protocol': {
    answer: (session) => session.say('HTTP/1.1 400 Bad Request'),
    code: 'PROTOCOL_VIOLATION',
    lastCode: 10053,
  },
  'sends a line without end': { answer: flood('220 '), code: 'LIMIT_EXCEEDED', lastCode: 10053 },
};

describe.concurrent.each(Object.entries(DEEDS))('%s', (_name, deed) => {
  describe.concurrent.each(deed.verbs)('on %s, when the server', (verb) => {
    it.each(Object.entries(FAULTS))(
      '%s, fails with its code, loses the session and leaves nothing open',
      async (_fault, fault) => {
        await using server = await startScriptedServer(spoilt(deed.script, verb, fault.answer));
        const client = clientFor(server, {
          ...deed.options,
          ...(fault.timeoutMs === undefined ? {} : { timeoutMs: fault.timeoutMs }),
        });
        const failure = client.connect(call).then(() => deed.run(client));
        await expect(failure).rejects.toMatchObject({
          code: codeOf(fault, verb),
          lastCode: fault.lastCode,
          sessionLost: true,
        });
        await expect(client.stat(file, call)).rejects.toMatchObject({
          lastCode: fault.lastCode,
          sessionLost: true,
        });
        await client.close();
        await server.quiet();
      },
    );
  });
});

/** An upload begins without a 150 after a while: all bytes are out then, and whether the server has them is to be found out. */
function codeOf(fault: Fault, verb: string): TransferError['code'] {
  return fault.code === 'TIMEOUT' && ['STOR', 'APPE'].includes(verb) ? 'REPLY_LOST' : fault.code;
}

/** `TYPE A` spoils only the second TYPE, the one for text. */
function spoilt(script: Script | undefined, verb: string, answer: Answer): Script {
  if (verb !== 'TYPE A') return { ...script, [verb]: answer };
  return {
    ...script,
    TYPE: (session, type) => (type === 'A' ? answer(session, type) : session.say('200 fine')),
  };
}
