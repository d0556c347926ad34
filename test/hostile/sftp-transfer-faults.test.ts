import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../src/simulator/faults.js';
import {
  makeSshKey,
  startSftpPartner,
  type SftpPartner,
  type SftpPartnerOptions,
} from '../../src/simulator/sftp-partner.js';
import type { SftpDeed } from '../../src/simulator/sftp-session.js';
import type { SftpOptions } from '../../src/protocols/sftp/sftp-options.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { sftpEndpoint } from '../platform/partner-endpoint.js';
import { expectPromise, moveScene, runMove, type Direction, type MoveScene } from './move-scene.js';

const hostKey = makeSshKey();

async function partnerOf(place: MoveScene, options: Partial<SftpPartnerOptions> = {}): Promise<SftpPartner> {
  const partner = await startSftpPartner({
    root: place.remote,
    user: 'u',
    password: 'p4ssw0rd',
    hostKeys: [hostKey],
    ...options,
  });
  onTestFinished(() => partner.stop());
  return partner;
}

function endpointOf(partner: SftpPartner, timeoutMs: number, changes: Partial<SftpOptions> = {}): Endpoint {
  return sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] }, { timeoutMs, ...changes });
}

const POINTS: Record<Direction, readonly string[]> = {
  upload: ['CONNECT', 'AUTH', 'SUBSYSTEM', 'INIT', 'STAT', 'OPEN', 'WRITE', 'CLOSE', 'POSIX-RENAME'],
  download: ['CONNECT', 'AUTH', 'SUBSYSTEM', 'INIT', 'STAT', 'OPEN', 'READ', 'CLOSE', 'REMOVE'],
};

const KINDS: Record<string, SftpDeed> = {
  'closes the connection': { kind: 'close' },
  'resets the connection': { kind: 'reset' },
  'falls silent': { kind: 'silence' },
  'gives no answer': { kind: 'noAnswer' },
  'answers failure': { kind: 'reply', code: 4 },
  'answers no permission': { kind: 'reply', code: 3 },
  'answers garbage': { kind: 'garbage' },
};

describe.each(['upload', 'download'] as const)('%s with an SFTP server', (direction) => {
  const cases = POINTS[direction].flatMap((point) =>
    Object.entries(KINDS).flatMap(([words, deed]) =>
      (deed.kind === 'reply' ? ARRIVAL : BOTH).map((moment) => ({ point, words, deed, moment })),
    ),
  );
  it.each(cases)(
    'that $words at $point ($moment) keeps the promise, in one run and with retries',
    async (row) => {
      const { point, deed, moment } = row;
      for (const retries of [0, 3]) {
        const place = await moveScene(direction);
        const partner = await partnerOf(place);
        partner.inject({ at: { command: point, nth: 1, moment }, do: deed });
        const run = await runMove(place, endpointOf(partner, 500), retries);
        await expectPromise(place, run);
        // The fault strikes once: a transient failure is over at the next attempt.
        const error = run.result.stoppedBy ?? run.result.failures[0]?.error;
        if (retries > 0 && error !== undefined) {
          expect(error.retry, `${error.code}: ${error.message}`).not.toBe('transient');
        }
        await partner.whenIdle();
      }
    },
  );
});

const ARRIVAL = ['arrival'] as const;
const BOTH = ['arrival', 'answer'] as const;

interface Row {
  readonly name: string;
  readonly direction: Direction;
  readonly options?: Partial<SftpPartnerOptions>;
  readonly fault?: Fault<SftpDeed>;
  readonly session?: Partial<SftpOptions>;
  /** Lines as `result code`. */
  readonly lines: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: 'all is well', direction: 'upload', lines: ['0 0'] },
  { name: 'all is well', direction: 'download', lines: ['0 0'] },
  { name: 'one request at a time', direction: 'upload', session: { sequential: true }, lines: ['0 0'] },
  {
    name: 'no posix-rename',
    direction: 'upload',
    options: { habits: { posixRename: false } },
    lines: ['0 0'],
  },
  {
    name: 'every rename refused',
    direction: 'upload',
    options: { habits: { posixRename: false, rename: 'refused' } },
    lines: ['1 3'],
  },
  {
    name: 'reads come reversed, short and twice',
    direction: 'download',
    options: { habits: { readOrder: 'reversed', longestReadBytes: 1000, repliesTwice: true } },
    lines: ['0 0'],
  },
  {
    name: 'CLOSE answered with an error',
    direction: 'upload',
    fault: { at: { command: 'CLOSE' }, do: { kind: 'reply', code: 4 } },
    lines: ['1 4'],
  },
  {
    name: 'the answer to CLOSE is lost with the connection',
    direction: 'upload',
    fault: { at: { command: 'CLOSE', nth: 1, moment: 'answer' }, do: { kind: 'close' } },
    lines: ['0 0'],
  },
  {
    name: 'the file ends early',
    direction: 'download',
    fault: { at: { command: 'OPEN' }, do: { kind: 'truncate', afterBytes: 1_000 } },
    lines: ['1 -1'],
  },
  {
    name: 'writes acknowledged and thrown away',
    direction: 'upload',
    fault: { at: { command: 'OPEN' }, do: { kind: 'loseWrites' } },
    lines: ['1 -1'],
  },
  {
    name: 'the disk over there is full',
    direction: 'upload',
    fault: { at: { command: 'OPEN' }, do: { kind: 'diskFull', afterBytes: 100_000 } },
    lines: ['1 4'],
  },
  {
    name: 'the answers stall',
    direction: 'download',
    fault: { at: { command: 'OPEN' }, do: { kind: 'stall', afterBytes: 1_000 } },
    lines: ['1 8'],
  },
  {
    name: 'lost in the middle',
    direction: 'download',
    fault: { at: { command: 'OPEN' }, do: { kind: 'afterBytes', bytes: 1_000, do: { kind: 'close' } } },
    lines: ['1 7'],
  },
  {
    name: 'the login is refused',
    direction: 'upload',
    options: { password: 'another' },
    lines: ['1 3'],
  },
  {
    name: 'the source cannot be removed',
    direction: 'download',
    fault: { at: { command: 'REMOVE' }, do: { kind: 'reply', code: 3 } },
    lines: ['0 0', '1 3'],
  },
  {
    name: 'silent from the start',
    direction: 'upload',
    fault: { at: { command: 'CONNECT' }, do: { kind: 'silence' } },
    lines: ['1 2000'],
  },
];

describe('the code of each fault in the log', () => {
  it.each(ROWS)('$direction: $name -> $lines', async (row) => {
    const place = await moveScene(row.direction);
    const partner = await partnerOf(place, row.options);
    if (row.fault !== undefined) partner.inject(row.fault);
    const endpoint = endpointOf({ ...partner, password: 'p4ssw0rd' }, 2_000, row.session);
    const run = await runMove(place, endpoint, 0);
    await expectPromise(place, run);
    expect(run.lines, run.result.failures[0]?.error.message ?? run.result.stoppedBy?.message).toEqual(
      row.lines,
    );
  });
});
