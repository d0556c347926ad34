import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HOSTILE_NAMES } from '../../src/simulator/faults.js';
import { MemoryTree, zeros } from '../../src/simulator/memory-tree.js';
import { makeSshKey, startSftpPartner, type SftpPartnerOptions } from '../../src/simulator/sftp-partner.js';
import type { ForgeAnswer } from '../../src/simulator/sftp-session.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { runBatchFixture } from '../platform/batch-fixture.js';
import { sftpEndpoint } from '../platform/partner-endpoint.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import { data, forging, handle, headOf, names, status, stray, version } from './forged-sftp-answers.js';
import { expectPromise, moveScene, runMove, type Direction } from './move-scene.js';

const hostKey = makeSshKey();
const TIMEOUT_MS = 1_000;

async function endpointOf(
  options: Pick<SftpPartnerOptions, 'root'> & Partial<SftpPartnerOptions>,
): Promise<Endpoint> {
  const partner = await startSftpPartner({
    user: 'u',
    password: 'p4ssw0rd',
    hostKeys: [hostKey],
    ...options,
  });
  onTestFinished(() => partner.stop());
  return sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] }, { timeoutMs: TIMEOUT_MS });
}

interface Row {
  readonly name: string;
  readonly direction: Direction;
  readonly forge?: () => ForgeAnswer;
  readonly options?: Partial<SftpPartnerOptions>;
  /** Lines as `result code`. */
  readonly lines: readonly string[];
}

const both = (row: Omit<Row, 'direction'>): readonly Row[] => [
  { ...row, direction: 'upload' },
  { ...row, direction: 'download' },
];

const SOUND = ['0 0'];
/** Table C: a badly formatted message. */
const ODD = ['1 5'];

const ROWS: readonly Row[] = [
  ...both({
    name: 'answers to questions that nobody asked, between the right ones',
    forge: () => (answer, command) => (command === 'INIT' ? [answer] : [stray(), answer, stray()]),
    lines: SOUND,
  }),
  ...both({ name: 'every answer twice', options: { habits: { repliesTwice: true } }, lines: SOUND }),
  ...both({ name: 'version 6 in the hello', forge: () => forging('INIT', () => [version(6)]), lines: ODD }),
  ...both({ name: 'version 2 in the hello', forge: () => forging('INIT', () => [version(2)]), lines: ODD }),
  ...both({
    name: 'a second hello in the middle',
    forge: () => forging('OPEN', (answer) => [version(3), answer]),
    lines: ODD,
  }),
  ...both({
    name: 'OPEN answered by "ok", without a handle',
    forge: () => forging('OPEN', (answer) => [status(answer, 0)]),
    lines: ODD,
  }),
  ...both({
    name: 'OPEN answered by data',
    forge: () => forging('OPEN', (answer) => [data(answer, Buffer.from('x'))]),
    lines: ['1 4'],
  }),
  ...both({
    name: 'STAT answered by a handle',
    forge: () => forging('STAT', (answer) => [handle(answer, 'h')]),
    lines: ODD,
  }),
  ...both({
    name: 'STAT answered by no names',
    forge: () => forging('STAT', (answer) => [names(answer, 0)]),
    lines: ODD,
  }),
  ...both({
    name: 'a status that no draft knows',
    forge: () => forging('OPEN', (answer) => [status(answer, 0x7fffffff)]),
    lines: ['1 4'],
  }),
  ...both({ name: 'a packet of no length', forge: () => forging('OPEN', () => [headOf(0)]), lines: ODD }),
  ...both({
    name: 'a packet of 2 GiB',
    forge: () => forging('OPEN', () => [headOf(0x7fffffff)]),
    lines: ODD,
  }),
  ...both({
    name: 'a packet of 4 GiB',
    forge: () => forging('OPEN', () => [headOf(0xffffffff)]),
    lines: ODD,
  }),
  ...both({
    name: 'half a packet, and then nothing more',
    forge: () => forging('OPEN', (answer) => [answer.subarray(0, 7)]),
    lines: ['1 8'],
  }),
  ...both({
    name: 'a packet that ends in the middle of its fields',
    forge: () =>
      forging('OPEN', (answer) => [Buffer.concat([Buffer.from([0, 0, 0, 7]), answer.subarray(4, 11)])]),
    lines: ODD,
  }),
  {
    name: 'DATA answers without data, again and again',
    direction: 'download',
    forge: () => forging('READ', (answer) => [data(answer, Buffer.alloc(0))]),
    lines: ODD,
  },
  {
    name: 'one DATA answer without data',
    direction: 'download',
    forge: () => {
      let first = true;
      return forging('READ', (answer) => {
        const forged = first ? data(answer, Buffer.alloc(0)) : answer;
        first = false;
        return [forged];
      });
    },
    lines: SOUND,
  },
  {
    name: 'more data than was asked for',
    direction: 'download',
    forge: () => forging('READ', (answer) => [data(answer, Buffer.alloc(262_000))]),
    options: { habits: { limits: 'none' } },
    lines: ODD,
  },
  {
    name: 'CLOSE answered by a handle',
    direction: 'upload',
    forge: () => forging('CLOSE', (answer) => [handle(answer, 'h')]),
    lines: SOUND,
  },
  {
    name: 'READ answered by "ok"',
    direction: 'download',
    forge: () => forging('READ', (answer) => [status(answer, 0)], 2),
    lines: ODD,
  },
  {
    name: 'reads shorter than asked for, answered in reverse order',
    direction: 'download',
    options: { habits: { longestReadBytes: 4096, readOrder: 'reversed' } },
    lines: SOUND,
  },
  {
    name: 'the end of the file told before its middle',
    direction: 'download',
    forge: () => forging('READ', (answer) => [status(answer, 1, 'End of file')], 2),
    lines: ['1 -1'],
  },
  {
    name: 'a file that is longer than it was told',
    direction: 'download',
    options: { faults: [{ at: { command: 'STAT' }, do: { kind: 'wrongSize', byBytes: -1_000 } }] },
    lines: ['1 -1'],
  },
  {
    name: 'a file that is shorter than it was told',
    direction: 'download',
    options: { faults: [{ at: { command: 'STAT' }, do: { kind: 'wrongSize', byBytes: 1_000 } }] },
    lines: ['1 -1'],
  },
  {
    name: 'a wrong size told of what was stored',
    direction: 'upload',
    options: { faults: [{ at: { command: 'STAT' }, do: { kind: 'wrongSize', byBytes: 1 } }] },
    lines: ['1 -1'],
  },
  {
    name: 'WRITE answered by a handle, and stored all the same',
    direction: 'upload',
    forge: () => forging('WRITE', (answer) => [handle(answer, 'h')]),
    lines: SOUND,
  },
  {
    name: 'the third WRITE refused',
    direction: 'upload',
    forge: () => forging('WRITE', (answer) => [status(answer, 4, 'Failure')], 3),
    lines: ['1 4'],
  },
  {
    name: 'writes acknowledged and lost',
    direction: 'upload',
    options: { faults: [{ at: { command: 'OPEN' }, do: { kind: 'loseWrites' } }] },
    lines: ['1 -1'],
  },
  {
    name: 'CLOSE refused after all was written',
    direction: 'upload',
    forge: () => forging('CLOSE', (answer) => [status(answer, 4, 'Failure')]),
    lines: ['1 4'],
  },
  {
    name: 'every refusal with a name and lines of its own',
    direction: 'upload',
    forge: () => forging('OPEN', (answer) => [status(answer, 3, 'no\r\n2026-01-01; forged; \x1b[31m')]),
    lines: ['1 3'],
  },
  ...both({
    name: 'a banner of a thousand lines before the login',
    options: { habits: { banner: 'all work and no play\r\n'.repeat(1_000) } },
    lines: SOUND,
  }),
  ...both({
    name: 'a banner that is longer than any packet may be',
    options: { habits: { banner: 'all work and no play\r\n'.repeat(10_000) } },
    lines: ['1 10053'],
  }),
  ...both({
    name: 'an answer of one byte in a while',
    options: {
      faults: [{ at: { command: 'OPEN' }, do: { kind: 'endlessReply', megabytes: 0.2, bytesPerSecond: 20 } }],
    },
    lines: ['1 8'],
  }),
];

describe('a hostile SFTP server', () => {
  it.each(ROWS)('$direction: $name -> $lines', async ({ direction, forge, options, lines }) => {
    const place = await moveScene(direction);
    const endpoint = await endpointOf({
      root: place.remote,
      ...options,
      ...(forge === undefined ? {} : { forge: forge() }),
    });
    const run = await runMove(place, endpoint, 0);
    await expectPromise(place, run);
    const error = run.result.failures[0]?.error ?? run.result.stoppedBy;
    expect(run.lines, error?.message).toEqual(lines);
    expect(error?.message ?? '').not.toMatch(/[\r\n\u001b]/);
    expect(error?.dialogue?.join('\n') ?? '').not.toContain('p4ssw0rd');
  });
});

it('a file that does not end where it was told to is given up, and fills no disk', async () => {
  const place = await moveScene('download');
  const endless = 300_000_000;
  const partner = await startSftpPartner({
    root: new MemoryTree({ '/f.dat': zeros(endless) }),
    user: 'u',
    password: 'p4ssw0rd',
    hostKeys: [hostKey],
    faults: [{ at: { command: 'STAT' }, do: { kind: 'wrongSize', byBytes: 600_000 - endless } }],
  });
  onTestFinished(() => partner.stop());
  const endpoint = sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] });
  const run = await runMove(place, endpoint, 0);
  await expectPromise(place, run);
  expect(run.lines).toEqual(['1 -1']);
  expect(partner.transcript.filter(({ text }) => text.startsWith('DATA')).length).toBeLessThan(200);
});

describe('a hostile listing', () => {
  it('with names that lead elsewhere writes nowhere else, and tells each', async () => {
    const folder = await temporaryFolder();
    const local = join(folder, 'local');
    await mkdir(local);
    await writeFile(join(folder, 'x'), 'mine');
    const endpoint = await endpointOf({
      root: new MemoryTree({ '/in/good': 'good' }),
      faults: [{ at: { command: 'OPENDIR' }, do: { kind: 'hostileNames' } }],
    });
    const run = await runBatchFixture(testPlatform(), {
      source: '/in/*',
      sourceEndpoint: endpoint,
      destination: `${local}/`,
      operation: 'download',
    });
    expect((await readdir(folder)).sort()).toEqual(['local', 'x']);
    expect(await readdir(local)).toContain('good');
    expect(run.result.succeeded).toBe(1);
    // Names that are sound as a path do not exist at the server; those that are not are never asked for.
    expect(run.result.failed + run.warnings.length).toBeGreaterThanOrEqual(HOSTILE_NAMES.length - 2);
    for (const text of run.warnings) expect(text).not.toMatch(/[\r\n\u001b]/);
  });

  it('without end is left when somebody cancels, and nothing was moved', async () => {
    const local = await temporaryFolder();
    const partner = await startSftpPartner({
      root: new MemoryTree({ '/in/good': 'good' }),
      user: 'u',
      password: 'p4ssw0rd',
      hostKeys: [hostKey],
      faults: [{ at: { command: 'OPENDIR' }, do: { kind: 'endlessListing' } }],
    });
    onTestFinished(() => partner.stop());
    const stop = new AbortController();
    const running = runBatchFixture(testPlatform(), {
      source: '/in/*.xml',
      sourceEndpoint: sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] }),
      destination: `${local}/`,
      operation: 'download',
      signal: stop.signal,
    });
    await partner.seen('READDIR', 50);
    stop.abort();
    const { result } = await running;
    expect([result.succeeded, result.stoppedBy?.code]).toEqual([0, 'CANCELLED']);
    expect(await readdir(local)).toEqual([]);
  });
});
