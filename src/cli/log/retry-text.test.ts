import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import type { RetryRow } from '../../engine/log-retry/retry-plan.js';
import type { FileSighting } from '../../engine/log-retry/sighting.js';
import { failed, testLog } from '../../log-tools/retry/log-lines.testing.js';
import { localEndpoint } from '../../../test/platform/batch-fixture.js';
import { ftpEndpoint } from '../../../test/platform/partner-endpoint.js';
import { DEFAULT_TRANSFER_VALUES } from '../../settings/transfer-settings.js';
import { inPlanOrder, planCounts, planData, planNotes, writePlan, type PlanWords } from './retry-text.js';
import type { Output } from '../output.js';
import { styleFor } from '../style.js';
import { textWidth } from '../text-width.js';

const words: PlanWords = { partners: [], timeZone: 'UTC', os: 'linux' };

const endpoint = { ...ftpEndpoint({ host: 'h', port: 21, user: 'u', password: 'p' }), label: 'acme' };

function sighting(sizeBytes: number, modified: string): FileSighting {
  return { kind: 'file', sizeBytes, modifiedMs: Date.parse(modified), precisionMs: 1000 };
}

function row(name: string, plan: RetryRow['plan'], changes: Partial<RetryRow> = {}): RetryRow {
  const source = remotePath(`/srv/out/${name}`);
  const target = remotePath(`/in/${name}`);
  const record = failed({ localPath: source, remotePath: target });
  return {
    file: {
      identity: { endpoint: '=acme', operation: 'upload', source, target },
      last: { record, file: testLog, lineNumber: 7 },
      attempts: 2,
      doubt: undefined,
      deliveredBefore: undefined,
      replacedFrom: undefined,
    },
    route: {
      end: { name: 'acme', endpoint, transfer: DEFAULT_TRANSFER_VALUES },
      operation: 'upload',
      source,
      target,
    },
    look: {
      source: sighting(1536, '2026-03-01T09:00:00Z'),
      target: { kind: 'missing' },
      targetPath: target,
    },
    plan,
    ...changes,
  };
}

const SEND = { action: 'send', reason: 'it is not there', overwrite: 'skip' } as const;
const LEAVE = { action: 'leave', why: 'arrived', reason: 'already there, same size' } as const;
const REFUSE = { action: 'refuse', why: 'mask', reason: 'a mask names no file', advice: 'do this' } as const;

const rows = [
  row('mask', REFUSE, { route: undefined, look: undefined }),
  row('there.xml', LEAVE),
  row('a file with a rather long name, 長い名前.xml', SEND),
];

async function written(
  width: number | undefined,
  shown: readonly RetryRow[] = rows,
): Promise<readonly string[]> {
  let text = '';
  const output: Output = {
    isTerminal: width !== undefined,
    hasColor: false,
    size: () => ({ columns: width ?? 80, rows: 24 }),
    isClosed: false,
    write: (piece) => {
      text += String(piece);
      return undefined;
    },
  };
  await writePlan(inPlanOrder(shown), words, output, styleFor(output));
  return text.split('\n').slice(0, -1);
}

describe('the plan', () => {
  it('is parted by tabs in a pipe, with a heading, what is sent first', async () => {
    const lines = await written(undefined);
    expect(lines.map((line) => line.split('\t')[0])).toEqual(['plan', 'send', 'left out', 'cannot']);
    expect(lines[2]?.split('\t')).toEqual([
      'left out',
      'there.xml',
      '/srv/out -> acme:/in',
      '2026-03-01 02:10:44, 2 attempts',
      '10060 no answer to the connection attempt',
      '1.5 KiB of 2026-03-01 09:00:00, changed since',
      'not there',
      'already there, same size',
    ]);
  });

  it('is a table on a wide terminal, and told in blocks on all others, cutting nothing', async () => {
    const [heading = '', ...table] = await written(300);
    expect(heading).toMatch(/^plan +file +from -> to/);
    expect(table).toHaveLength(3);
    expect((await written(100)).slice(0, 4)).toEqual([
      'send     a file with a rather long name, 長い名前.xml  /srv/out -> acme:/in',
      '         failed 2026-03-01 02:10:44, 2 attempts: 10060 no answer to the connection attempt',
      '         source: 1.5 KiB of 2026-03-01 09:00:00, changed since; target: not there',
      '         it is not there',
    ]);
  });

  it.each([20, 21, 33, 50, 80, 120, 200])('keeps within %i columns', async (width) => {
    for (const line of await written(width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });

  it('leaves nothing that steers a terminal', async () => {
    const hostile = row('\u001b]0;x\u0007\u202e.xml'.replace(/[\u0000-\u001f]/g, '\u009b'), SEND);
    for (const width of [undefined, 40, 300]) {
      expect((await written(width, [hostile])).join('\n')).not.toMatch(
        /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202e]/,
      );
    }
  });

  it('of nothing is nothing', async () => {
    expect(await written(undefined, [])).toEqual([]);
    expect(await written(80, [])).toEqual([]);
  });

  it('says where both ends are here, and where the name differs', async () => {
    const end = { name: 'local', endpoint: localEndpoint, transfer: DEFAULT_TRANSFER_VALUES };
    const [source, target] = [remotePath('/srv/a'), remotePath('/mnt/b')];
    const local = row('a', SEND, { route: { end, operation: 'upload', source, target } });
    expect((await written(undefined, [local]))[1]).toContain('/srv/a -> /mnt/b');
    expect(planData(local, words)).toMatchObject({ from: '/srv/a', to: '/mnt/b', connection: undefined });
  });
});

it('sums up, and tells each advice once', () => {
  const findings = { files: [], recovered: 1234, hasForgottenSuccesses: false };
  const plan = { rows: [...rows, ...rows], findings };
  expect(planNotes(plan, planCounts(plan))).toEqual([
    'do this',
    '2 to send (3.0 KiB), 2 left out, 2 that cannot be planned, 1,234 succeeded later.',
  ]);
  const none = { rows: [], findings: { ...findings, recovered: 0 } };
  expect(planNotes(none, planCounts(none))).toEqual(['Nothing to send.']);
});
