import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FtpOptions } from '../../src/protocols/ftp/ftp-options.js';
import { HOSTILE_NAMES, type Fault } from '../../src/simulator/faults.js';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from '../../src/simulator/ftp-partner.js';
import type { FtpDeed } from '../../src/simulator/ftp-session.js';
import { MemoryTree } from '../../src/simulator/memory-tree.js';
import { runBatchFixture } from '../platform/batch-fixture.js';
import { ftpEndpoint } from '../platform/partner-endpoint.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import { freePort } from '../servers/free-port.js';
import { expectPromise, moveScene, runMove, type Direction } from './move-scene.js';

async function partnerOf(
  options: Pick<FtpPartnerOptions, 'root'> & Partial<FtpPartnerOptions>,
): Promise<FtpPartner> {
  const partner = await startFtpPartner({ user: 'u', password: 'p4ssw0rd', ...options });
  onTestFinished(() => partner.stop());
  return partner;
}

interface Row {
  readonly name: string;
  readonly direction: Direction;
  readonly options?: Partial<FtpPartnerOptions>;
  readonly fault?: Fault<FtpDeed> | (() => Promise<Fault<FtpDeed>>);
  readonly client?: Partial<FtpOptions>;
  /** Lines as `result code`; what comes of it may hang on which of two events is first. */
  readonly lines: readonly string[] | readonly (readonly string[])[];
}

const both = (row: Omit<Row, 'direction'>): readonly Row[] => [
  { ...row, direction: 'upload' },
  { ...row, direction: 'download' },
];

/** These bytes in place of the answer; the command is not carried out. */
const says = (command: string, bytes: string, nth = 1): Fault<FtpDeed> => ({
  at: { command, nth },
  do: { kind: 'garbage', bytes: Buffer.from(bytes, 'latin1') },
});

const SOUND = ['0 226'];
/** We broke off. */
const BROKEN_OFF = ['1 10053'];
/** All was said to be well, and it was not. */
const NOT_SO = ['1 -1'];
const CLOCK = ['1 2000'];

/** What stands on the control connection. */
const CONTROL_ROWS: readonly Row[] = [
  ...both({
    name: 'a reply that never ends its line',
    fault: { at: { command: 'FEAT' }, do: { kind: 'endlessReply', megabytes: 2 } },
    lines: BROKEN_OFF,
  }),
  ...both({
    name: 'a reply that never ends its lines',
    fault: { at: { command: 'FEAT' }, do: { kind: 'endlessReply', megabytes: 3, shape: 'lines' } },
    lines: BROKEN_OFF,
  }),
  ...both({
    name: 'a reply that drips, byte by byte',
    fault: { at: { command: 'TYPE' }, do: { kind: 'endlessReply', megabytes: 1, bytesPerSecond: 20 } },
    lines: CLOCK,
  }),
  ...both({
    name: 'replies that nobody asked for',
    fault: says('FEAT', '211-F\r\n SIZE\r\n211 End\r\n200 one\r\n226 two\r\n'),
    lines: SOUND,
  }),
  ...both({
    name: 'replies without end that nobody asked for',
    fault: says('FEAT', '200 x\r\n'.repeat(300)),
    lines: BROKEN_OFF,
  }),
  ...both({
    name: 'bytes of Telnet before a reply',
    fault: says('PASS', '\xff\xfb\x01230 in\r\n'),
    lines: BROKEN_OFF,
  }),
  ...both({ name: 'a NUL before a reply', fault: says('PASS', '\x00230 in\r\n'), lines: BROKEN_OFF }),
  ...both({ name: 'a code that is none', fault: says('PASS', '999 in\r\n'), lines: BROKEN_OFF }),
  ...both({ name: 'a code of two digits', fault: says('PASS', '23 in\r\n'), lines: BROKEN_OFF }),
  ...both({
    name: 'a multi-line reply that ends with another code',
    fault: says('FEAT', '211-F\r\n SIZE\r\n212 End\r\n211 End\r\n'),
    lines: SOUND,
  }),
  ...both({
    name: 'lines that end with LF alone',
    fault: says('FEAT', '211-F\n SIZE\n211 End\n'),
    lines: SOUND,
  }),
  {
    name: '226 at once, and not a byte taken',
    direction: 'upload',
    fault: says('STOR', '150 go\r\n226 got it\r\n'),
    // The look at the copy says what became of it.
    lines: [['1 550'], CLOCK],
  },
  {
    name: '226 at once, and not a byte given',
    direction: 'download',
    fault: says('RETR', '150 go\r\n226 sent\r\n'),
    lines: [NOT_SO, CLOCK],
  },
  {
    name: '421 in the middle of the file',
    direction: 'download',
    fault: {
      at: { command: 'RETR' },
      do: { kind: 'afterBytes', bytes: 1_000, do: { kind: 'replyThenClose', code: 421 } },
    },
    lines: ['1 421'],
  },
  {
    name: '421 in the middle of the file',
    direction: 'upload',
    fault: {
      at: { command: 'STOR' },
      do: { kind: 'afterBytes', bytes: 1_000, do: { kind: 'replyThenClose', code: 421 } },
    },
    lines: ['1 421'],
  },
  {
    name: 'the control connection ended in the middle of the file',
    direction: 'upload',
    fault: { at: { command: 'STOR' }, do: { kind: 'afterBytes', bytes: 1_000, do: { kind: 'close' } } },
    lines: ['1 10054'],
  },
  {
    name: 'the control connection reset in the middle of the file',
    direction: 'download',
    fault: { at: { command: 'RETR' }, do: { kind: 'afterBytes', bytes: 1_000, do: { kind: 'reset' } } },
    lines: ['1 10054'],
  },
];

/** A port of this machine where nothing listens. */
async function closedPort(command: string): Promise<Fault<FtpDeed>> {
  return { at: { command }, do: { kind: 'announce', port: await freePort() } };
}

const NO_EPSV = { habits: { without: ['EPSV'] } };

/** Where data is said to flow. */
const ADDRESS_ROWS: readonly Row[] = [
  ...both({
    name: 'PASV to another host',
    options: NO_EPSV,
    fault: { at: { command: 'PASV' }, do: { kind: 'announce', host: '10.9.8.7' } },
    lines: SOUND,
  }),
  ...both({
    name: 'PASV to a port where nobody is',
    options: NO_EPSV,
    fault: () => closedPort('PASV'),
    lines: ['1 10061'],
  }),
  ...both({
    name: 'PASV to the port of another service',
    options: NO_EPSV,
    fault: { at: { command: 'PASV' }, do: { kind: 'announce', port: 22 } },
    lines: BROKEN_OFF,
  }),
  ...both({
    name: 'PASV with four numbers',
    options: NO_EPSV,
    fault: says('PASV', '227 Entering Passive Mode (127,0,0,1)\r\n'),
    lines: BROKEN_OFF,
  }),
  ...both({
    name: 'PASV with numbers beyond a byte',
    options: NO_EPSV,
    fault: says('PASV', '227 Entering Passive Mode (127,0,0,1,999,999)\r\n'),
    lines: BROKEN_OFF,
  }),
  ...both({ name: 'EPSV to port 0', fault: says('EPSV', '229 (|||0|)\r\n'), lines: BROKEN_OFF }),
  ...both({
    name: 'EPSV to a port beyond the last',
    fault: says('EPSV', '229 (|||99999|)\r\n'),
    lines: BROKEN_OFF,
  }),
  ...both({
    name: 'EPSV without a port',
    fault: says('EPSV', '229 extended passive mode\r\n'),
    lines: BROKEN_OFF,
  }),
  ...both({
    name: 'EPSV to a port where nobody is, while PASV is right',
    fault: () => closedPort('EPSV'),
    lines: SOUND,
  }),
];

/** What flows, and what is said of it. */
const DATA_ROWS: readonly Row[] = [
  {
    name: 'the data ends early, and 226 says that it is complete',
    direction: 'upload',
    fault: { at: { command: 'STOR' }, do: { kind: 'truncate', afterBytes: 1_000 } },
    lines: NOT_SO,
  },
  {
    name: 'the data connection ends early with 426',
    direction: 'download',
    fault: { at: { command: 'RETR' }, do: { kind: 'dropData', afterBytes: 1_000 } },
    lines: ['1 426'],
  },
  {
    name: 'the data connection ends early with 226',
    direction: 'download',
    fault: { at: { command: 'RETR' }, do: { kind: 'dropData', afterBytes: 1_000, thenCode: 226 } },
    lines: NOT_SO,
  },
  {
    name: 'the data connection is reset, and 226 says that all is well',
    direction: 'upload',
    fault: {
      at: { command: 'STOR' },
      do: { kind: 'dropData', afterBytes: 1_000, how: 'reset', thenCode: 226 },
    },
    lines: NOT_SO,
  },
  {
    name: 'the data connection is reset, and 551 follows',
    direction: 'upload',
    fault: {
      at: { command: 'STOR' },
      do: { kind: 'dropData', afterBytes: 1_000, how: 'reset', thenCode: 551 },
    },
    lines: ['1 551'],
  },
  {
    name: 'the data connection is dropped without a word',
    direction: 'download',
    fault: {
      at: { command: 'RETR' },
      do: { kind: 'dropData', afterBytes: 1_000, how: 'reset', thenCode: 'no-reply' },
    },
    lines: ['1 10054'],
  },
  {
    name: '226 comes before the data, which then stalls',
    direction: 'download',
    options: { habits: { completion: 'early' } },
    fault: { at: { command: 'RETR' }, do: { kind: 'stall', afterBytes: 1_000 } },
    lines: CLOCK,
  },
  {
    name: '226 comes before the data, which then ends early',
    direction: 'download',
    options: { habits: { completion: 'early' } },
    fault: { at: { command: 'RETR' }, do: { kind: 'truncate', afterBytes: 1_000 } },
    lines: NOT_SO,
  },
  {
    name: 'neither 150 nor any byte comes',
    direction: 'download',
    options: { habits: { preliminaryReply: false } },
    fault: { at: { command: 'RETR' }, do: { kind: 'stall', afterBytes: 0 } },
    lines: CLOCK,
  },
  {
    name: 'no reply at all to the command',
    direction: 'upload',
    fault: { at: { command: 'STOR' }, do: { kind: 'noAnswer' } },
    lines: [CLOCK, NOT_SO],
  },
  {
    name: 'the bytes come a few at a time, slower than the limit for all of them',
    direction: 'download',
    client: { timeoutMs: 1_500 },
    fault: { at: { command: 'RETR' }, do: { kind: 'slow', bytesPerSecond: 250_000 } },
    lines: SOUND,
  },
  {
    name: 'the bytes drip',
    direction: 'download',
    client: { timeoutMs: 500 },
    fault: { at: { command: 'RETR' }, do: { kind: 'slow', bytesPerSecond: 20 } },
    lines: CLOCK,
  },
  {
    name: 'the bytes are taken a few at a time, slower than the limit for all of them',
    direction: 'upload',
    client: { timeoutMs: 1_500 },
    fault: { at: { command: 'STOR' }, do: { kind: 'slow', bytesPerSecond: 250_000 } },
    lines: SOUND,
  },
  {
    name: 'the size is told too large',
    direction: 'download',
    fault: { at: { command: 'MLST' }, do: { kind: 'wrongSize', byBytes: 10 } },
    lines: NOT_SO,
  },
  {
    name: 'the size is told too small',
    direction: 'download',
    fault: { at: { command: 'MLST' }, do: { kind: 'wrongSize', byBytes: -10 } },
    lines: NOT_SO,
  },
  {
    name: 'the size of the copy is told too large',
    direction: 'upload',
    fault: { at: { command: 'MLST' }, do: { kind: 'wrongSize', byBytes: 10 } },
    lines: NOT_SO,
  },
  {
    name: 'the size of the copy is told too small',
    direction: 'upload',
    fault: { at: { command: 'MLST' }, do: { kind: 'wrongSize', byBytes: -10 } },
    lines: NOT_SO,
  },
];

/** TLS of the data connections. */
const TLS_ROWS: readonly Row[] = [
  ...both({ name: 'all is well', options: { security: 'explicit' }, lines: SOUND }),
  ...both({
    name: 'data connections end without close_notify',
    options: { security: 'explicit', tls: { closeNotify: 'omitted' } },
    lines: SOUND,
  }),
  {
    name: 'the data is cut without close_notify, and 226 says that it is complete',
    direction: 'download',
    options: { security: 'explicit', tls: { closeNotify: 'omitted' } },
    fault: { at: { command: 'RETR' }, do: { kind: 'truncate', afterBytes: 1_000 } },
    lines: NOT_SO,
  },
  ...both({
    name: 'TLS 1.3 whose tickets are demanded back on every data connection',
    options: { security: 'explicit', tls: { minVersion: '1.3', sessionReuse: 'required' } },
    lines: SOUND,
  }),
  ...both({
    name: 'a session to resume is demanded, and none was ever given',
    options: {
      security: 'explicit',
      tls: { sessionTickets: 'none', maxVersion: '1.2', sessionReuse: 'required' },
    },
    lines: ['1 522'],
  }),
  ...both({
    name: 'TLS on the data connection is refused when asked for',
    options: { security: 'explicit' },
    fault: { at: { command: 'PROT' }, do: { kind: 'reply', code: 536 } },
    lines: ['1 536'],
  }),
  ...both({
    name: 'clear text follows AUTH TLS, for us to take as protected',
    options: { security: 'explicit' },
    fault: says('AUTH', '234 go\r\n230 you are in\r\n'),
    lines: BROKEN_OFF,
  }),
];

describe.each([
  ['the control connection', CONTROL_ROWS],
  ['the address of the data connection', ADDRESS_ROWS],
  ['the data', DATA_ROWS],
  ['TLS', TLS_ROWS],
])('a hostile or broken FTP server: %s', (_part, rows) => {
  it.each(rows)('$direction: $name -> $lines', async (row) => {
    const place = await moveScene(row.direction);
    const partner = await partnerOf({ root: place.remote, ...row.options });
    const fault = typeof row.fault === 'function' ? await row.fault() : row.fault;
    if (fault !== undefined) partner.inject(fault);
    const { certificate } = partner;
    const endpoint = ftpEndpoint(partner, {
      timeoutMs: 1_000,
      security: row.options?.security ?? 'none',
      tls: { ca: certificate === undefined ? [] : [certificate.authority], pins: [] },
      ...row.client,
    });
    const run = await runMove(place, endpoint, 0);
    await expectPromise(place, run);
    const failure = run.result.failures[0]?.error ?? run.result.stoppedBy;
    const accepted = typeof row.lines[0] === 'string' ? [row.lines] : row.lines;
    expect(accepted, `${failure?.code}: ${failure?.message}`).toContainEqual(run.lines);
    expect(partner.openConnections, 'nothing is left open').toBe(0);
  });
});

describe('a hostile listing', () => {
  it.each([true, false])(
    'with names that lead elsewhere writes nowhere else (MLSD: %s)',
    async (machineListings) => {
      const folder = await temporaryFolder();
      const local = join(folder, 'local');
      await mkdir(local);
      await writeFile(join(folder, 'x'), 'mine');
      // A name of 64 KiB breaks the whole listing off; that is the next case.
      const names = HOSTILE_NAMES.filter((name) => name.length < 1_000);
      const partner = await partnerOf({
        root: new MemoryTree({ '/in/good': 'good' }),
        faults: ['MLSD', 'LIST'].map((command) => ({ at: { command }, do: { kind: 'hostileNames', names } })),
      });
      const run = await runBatchFixture(testPlatform(), {
        source: '/in/*',
        sourceEndpoint: ftpEndpoint(partner, { timeoutMs: 2_000, machineListings }),
        destination: `${local}/`,
        operation: 'download',
      });
      expect((await readdir(folder)).sort()).toEqual(['local', 'x']);
      expect(await readdir(local)).toContain('good');
      expect(run.result.succeeded).toBe(1);
      for (const text of run.warnings) expect(text).not.toMatch(/[\r\n\u001b]/);
      // No name reached a command line with its control characters.
      const said = partner.transcript.filter(({ from }) => from === 'client').map(({ text }) => text);
      expect(said.filter((text) => /[\0\r\n\u001b]/.test(text))).toEqual([]);
    },
  );

  it('with a line of 64 KiB is broken off, and nothing was moved', async () => {
    const local = await temporaryFolder();
    const partner = await partnerOf({
      root: new MemoryTree({ '/in/good': 'good' }),
      faults: [{ at: { command: 'MLSD' }, do: { kind: 'hostileNames', names: ['L'.repeat(70_000)] } }],
    });
    const run = await runBatchFixture(testPlatform(), {
      source: '/in/*',
      sourceEndpoint: ftpEndpoint(partner, { timeoutMs: 2_000 }),
      destination: `${local}/`,
      operation: 'download',
    });
    expect(run.lines).toEqual(['1 10053']);
    expect(await readdir(local)).toEqual([]);
  });

  it('without end is left when somebody cancels, and nothing was moved', async () => {
    const local = await temporaryFolder();
    const partner = await partnerOf({
      root: new MemoryTree({ '/in/good': 'good' }),
      faults: [{ at: { command: 'MLSD' }, do: { kind: 'endlessListing' } }],
    });
    const stop = new AbortController();
    const running = runBatchFixture(testPlatform(), {
      source: '/in/*.xml',
      sourceEndpoint: ftpEndpoint(partner, { timeoutMs: 2_000 }),
      destination: `${local}/`,
      operation: 'download',
      signal: stop.signal,
    });
    await partner.seen('MLSD');
    stop.abort();
    const { result } = await running;
    expect([result.succeeded, result.stoppedBy?.code]).toEqual([0, 'CANCELLED']);
    expect(await readdir(local)).toEqual([]);
  });

  it('of another form than any known is told line by line, and what is known is moved', async () => {
    const local = await temporaryFolder();
    const partner = await partnerOf({
      root: new MemoryTree({ '/in/good': 'good' }),
      faults: [{ at: { command: 'LIST' }, do: { kind: 'hostileNames', names: ['x\r\nno form at all'] } }],
    });
    const run = await runBatchFixture(testPlatform(), {
      source: '/in/*',
      sourceEndpoint: ftpEndpoint(partner, { timeoutMs: 2_000, machineListings: false }),
      destination: `${local}/`,
      operation: 'download',
    });
    expect(run.warnings.join('\n')).toContain('no form at all');
    expect(await readdir(local)).toEqual(['good']);
  });
});
