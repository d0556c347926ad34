import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../src/simulator/faults.js';
import type { FtpDeed } from '../../src/simulator/ftp-session.js';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from '../../src/simulator/ftp-partner.js';
import { ftpEndpoint } from '../platform/partner-endpoint.js';
import { expectPromise, moveScene, runMove, type Direction, type MoveScene } from './move-scene.js';

async function partnerOf(place: MoveScene, options: Partial<FtpPartnerOptions> = {}): Promise<FtpPartner> {
  const partner = await startFtpPartner({ root: place.remote, user: 'u', password: 'p4ssw0rd', ...options });
  onTestFinished(() => partner.stop());
  return partner;
}

const VERBS: Record<Direction, readonly string[]> = {
  upload: ['CONNECT', 'USER', 'PASS', 'FEAT', 'TYPE', 'MLST', 'EPSV', 'STOR', 'RNFR', 'RNTO'],
  download: ['CONNECT', 'USER', 'PASS', 'FEAT', 'TYPE', 'MLST', 'EPSV', 'RETR', 'DELE'],
};

const KINDS: Record<string, FtpDeed> = {
  'closes the connection': { kind: 'close' },
  'resets the connection': { kind: 'reset' },
  'falls silent': { kind: 'silence' },
  'answers 421 and closes': { kind: 'replyThenClose', code: 421, text: 'Service not available' },
  'answers 421': { kind: 'reply', code: 421, text: 'Service not available' },
  'answers 550': { kind: 'reply', code: 550, text: 'No' },
  'answers 451': { kind: 'reply', code: 451, text: 'Local error' },
  'answers garbage': { kind: 'garbage' },
  'answers a line without end': { kind: 'endlessReply', megabytes: 2, shape: 'line' },
  'answers lines without end': { kind: 'endlessReply', megabytes: 3, shape: 'lines' },
};

const ARRIVAL = ['arrival'] as const;
const BOTH = ['arrival', 'answer'] as const;

describe.each(['upload', 'download'] as const)('%s with an FTP server', (direction) => {
  const cases = VERBS[direction].flatMap((verb) =>
    Object.entries(KINDS).flatMap(([words, deed]) =>
      // A refusal in place of the answer to something that was done is a lie of its own; elsewhere it is the same.
      (deed.kind === 'reply' && verb !== 'RNTO' ? ARRIVAL : BOTH).map((moment) => ({
        verb,
        words,
        deed,
        moment,
      })),
    ),
  );
  it.each(cases)(
    'that $words at $verb ($moment) keeps the promise, in one run and with retries',
    async (row) => {
      const { verb, deed, moment } = row;
      for (const retries of [0, 3]) {
        const place = await moveScene(direction);
        const partner = await partnerOf(place);
        partner.inject({ at: { command: verb, nth: 1, moment }, do: deed });
        const run = await runMove(place, ftpEndpoint(partner, { timeoutMs: 300 }), retries);
        await expectPromise(place, run);
        // The fault strikes once: a transient failure is over at the next attempt.
        const error = run.result.stoppedBy ?? run.result.failures[0]?.error;
        if (retries > 0 && error !== undefined)
          expect(error.retry, `${error.code}: ${error.message}`).not.toBe('transient');
        expect(partner.openConnections, 'nothing is left open').toBe(0);
      }
    },
  );
});

interface Row {
  readonly name: string;
  readonly direction: Direction;
  readonly options?: Partial<FtpPartnerOptions>;
  readonly fault?: Fault<FtpDeed>;
  /** Lines as `result code`. */
  readonly lines: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: 'all is well', direction: 'upload', lines: ['0 226'] },
  { name: 'all is well', direction: 'download', lines: ['0 226'] },
  {
    name: '250 closes the transfer',
    direction: 'upload',
    options: { habits: { completionCode: 250 } },
    lines: ['0 250'],
  },
  {
    name: '226 comes early',
    direction: 'download',
    options: { habits: { completion: 'early' } },
    lines: ['0 226'],
  },
  {
    name: 'no 150 announces it',
    direction: 'download',
    options: { habits: { preliminaryReply: false } },
    lines: ['0 226'],
  },
  {
    name: 'no MLST, no EPSV',
    direction: 'download',
    options: { habits: { without: ['MLST', 'MLSD', 'EPSV'] } },
    lines: ['0 226'],
  },
  {
    name: 'rename refuses existing names',
    direction: 'upload',
    options: { habits: { rename: 'refuses-existing' } },
    lines: ['0 226'],
  },
  {
    name: 'rename is refused',
    direction: 'upload',
    options: { habits: { rename: 'refused' } },
    lines: ['1 553'],
  },
  {
    name: 'the password is wrong',
    direction: 'upload',
    fault: { at: { command: 'PASS' }, do: { kind: 'reply', code: 530, text: 'Login incorrect' } },
    lines: ['1 530'],
  },
  {
    name: 'too many sessions',
    direction: 'upload',
    options: { connectionLimit: { count: 0, code: 421 } },
    lines: ['1 421'],
  },
  {
    name: 'the disk over there is full',
    direction: 'upload',
    fault: { at: { command: 'STOR' }, do: { kind: 'diskFull', afterBytes: 100_000 } },
    lines: ['1 452'],
  },
  {
    name: 'uploaded bytes are thrown away',
    direction: 'upload',
    fault: { at: { command: 'STOR' }, do: { kind: 'loseWrites' } },
    lines: ['1 -1'],
  },
  {
    name: 'the file ends early and 226 says it is complete',
    direction: 'download',
    fault: { at: { command: 'RETR' }, do: { kind: 'truncate', afterBytes: 1_000 } },
    lines: ['1 -1'],
  },
  {
    name: 'the data connection stalls',
    direction: 'download',
    fault: { at: { command: 'RETR' }, do: { kind: 'stall', afterBytes: 1_000 } },
    lines: ['1 2000'],
  },
  {
    name: 'the data connection stalls',
    direction: 'upload',
    fault: { at: { command: 'STOR' }, do: { kind: 'stall', afterBytes: 1_000 } },
    lines: ['1 2000'],
  },
  {
    name: 'the 226 is lost with the connection',
    direction: 'upload',
    fault: { at: { command: 'STOR', nth: 1, moment: 'answer' }, do: { kind: 'close' } },
    lines: ['0 213'],
  },
  {
    name: 'the 226 never comes',
    direction: 'upload',
    fault: { at: { command: 'STOR', nth: 1, moment: 'answer' }, do: { kind: 'silence' } },
    lines: ['0 213'],
  },
  {
    name: 'the 226 is lost with the connection',
    direction: 'download',
    fault: { at: { command: 'RETR', nth: 1, moment: 'answer' }, do: { kind: 'close' } },
    lines: ['0 213'],
  },
  {
    name: 'the reply to RNTO is lost, the rename was done',
    direction: 'upload',
    fault: { at: { command: 'RNTO', nth: 1, moment: 'answer' }, do: { kind: 'close' } },
    lines: ['1 10054'],
  },
  {
    name: 'the source cannot be removed',
    direction: 'download',
    fault: { at: { command: 'DELE' }, do: { kind: 'reply', code: 550, text: 'No' } },
    lines: ['0 226', '1 550'],
  },
  {
    name: 'the server is silent from the start',
    direction: 'upload',
    fault: { at: { command: 'CONNECT' }, do: { kind: 'silence' } },
    lines: ['1 2000'],
  },
  {
    name: 'the server resets after the data command',
    direction: 'upload',
    fault: { at: { command: 'STOR' }, do: { kind: 'reset' } },
    lines: ['1 10054'],
  },
];

describe('the code of each fault in the log', () => {
  it.each(ROWS)('$direction: $name -> $lines', async (row) => {
    const place = await moveScene(row.direction);
    const partner = await partnerOf(place, row.options);
    if (row.fault !== undefined) partner.inject(row.fault);
    const run = await runMove(place, ftpEndpoint(partner, { timeoutMs: 2_000 }), 0);
    await expectPromise(place, run);
    expect(run.lines, run.result.failures[0]?.error.message ?? run.result.stoppedBy?.message).toEqual(
      row.lines,
    );
  });
});
