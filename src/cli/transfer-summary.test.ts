import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../core/error-codes.js';
import { remotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { BatchFailure, BatchPlace, BatchRequest, BatchResult } from '../transfers/batch-request.js';
import { DEFAULT_TRANSFER_OPTIONS } from '../transfers/transfer-options.js';
import { retryCommand, summaryLine, summaryLines, type SummaryContext } from './transfer-summary.js';
import { styleFor } from './style.js';
import { displayWords, type WordsOptions } from './transfer-words.js';

const local: BatchPlace = {
  endpoint: {
    label: 'local',
    options: { kind: 'local' },
    columns: { protocol: 'local', host: 'localhost', port: 0, user: 'me' },
    maxConnections: 4,
    finalName: 'temporary',
  },
  path: remotePath('/out/*.xml'),
  text: 'out/*.xml',
};

const acme: BatchPlace = {
  endpoint: {
    ...local.endpoint,
    label: 'acme',
    columns: { protocol: 'ftp', host: 'ftp.acme.example', port: 21, user: 'orders' },
    options: { kind: 'ftp' } as never,
  },
  path: remotePath('/in/'),
  text: 'acme:/in/',
};

const request: BatchRequest = {
  source: local,
  destination: acme,
  operation: 'upload',
  recursive: false,
  missingSourceOk: false,
  dryRun: false,
  transfer: DEFAULT_TRANSFER_OPTIONS,
};

const call = { name: 'copy', args: [], flags: { retries: '0', verbose: 1, json: true, pins: ['A', 'B'] } };
const style = styleFor({ hasColor: false });

function failure(code: ErrorCode, changes: Partial<Omit<BatchFailure, 'error'>> = {}) {
  return {
    source: '/out/a b.xml',
    target: '/in/a b.xml',
    delivered: false,
    error: new TransferError({
      code,
      lastCode: 550,
      phase: 'write',
      message: 'ftp.acme.example:21 STOR /in/a: 550 \u001b[2Jno',
      reply: '550 no',
    }),
    ...changes,
  };
}

function result(changes: Partial<BatchResult>): BatchResult {
  return {
    succeeded: 12,
    skipped: 3,
    failed: 0,
    cancelled: 0,
    notAttempted: 0,
    proofs: [],
    movedBytes: 1_288_490_189,
    elapsedMs: 42_000,
    planned: 0,
    leftovers: [],
    failures: [],
    ...changes,
  };
}

const linesOf = (changes: Partial<BatchResult>, context: Partial<SummaryContext> = {}) =>
  summaryLines(result(changes), { call, request, os: 'linux', style, logFolder: '/logs', ...context });

describe('the summary', () => {
  it('counts in one line', () => {
    expect(summaryLine(result({ failed: 1 }), request)).toBe('12 sent, 1 failed, 3 skipped, 1.2 GiB in 42 s');
    expect(summaryLine(result({ skipped: 0 }), { ...request, operation: 'download' })).toBe(
      '12 fetched, 1.2 GiB in 42 s',
    );
    expect(summaryLine(result({ planned: 4 }), { ...request, dryRun: true })).toBe(
      '4 planned, nothing was written',
    );
  });

  it('tells how the content was proven, to whoever asked for that', () => {
    const asked = { ...request, transfer: { ...request.transfer, verify: 'checksum' as const } };
    const byServer = { proof: 'checksum', facts: { algorithm: 'sha256', computedBy: 'server' } } as const;
    const readBack = { proof: 'read-back', facts: { algorithm: 'sha256', computedBy: 'us' } } as const;
    expect(summaryLine(result({ proofs: [{ ...byServer, files: 12 }] }), asked)).toMatch(
      /in 42 s, proven by SHA-256, computed by the server$/,
    );
    expect(
      summaryLine(
        result({
          proofs: [
            { ...byServer, files: 10 },
            { ...readBack, files: 2 },
          ],
        }),
        asked,
      ),
    ).toMatch(
      /in 42 s, 10 proven by SHA-256, computed by the server, 2 proven by reading back \(SHA-256, computed by us\)$/,
    );
    expect(summaryLine(result({ proofs: [{ ...byServer, files: 12 }] }), request)).toMatch(/in 42 s$/);
  });

  it('tells each failure in words, with its remedy and the command that sends it again', () => {
    const lines = linesOf({ failed: 1, failures: [failure('PERMISSION_DENIED')] });
    expect(lines).toEqual([
      'failed: /out/a b.xml: ftp.acme.example:21 STOR /in/a: 550 \\x1b[2Jno',
      expect.stringMatching(
        /^ {2}Why: This user may not do this\. The server said: "550 no" \(550 .*, over ftp\)$/,
      ),
      "  The partner's side: Check the account's rights on the folder.",
      '  See: docs/reference/errors.md#PERMISSION_DENIED (or: tally code PERMISSION_DENIED)',
      "  Again: tally copy '/out/a b.xml' 'acme:/in/a b.xml' --retries 0 --pin A --pin B",
      '12 sent, 1 failed, 3 skipped, 1.2 GiB in 42 s',
      'client log: /logs',
    ]);
  });

  it('never shows the password of a proxy in the command that sends it again', () => {
    const flags = { proxy: 'http://gate:3128,socks5://tally:hunter2@dmz' };
    const command = retryCommand({ name: 'copy', args: [], flags }, ['a', 'acme:/a'], 'linux');
    expect(command).toBe("tally copy a acme:/a --proxy 'http://gate:3128,socks5://tally:***@dmz'");
  });

  it('names the file on S3 with its bucket once, and our own -1 over SFTP as ours', () => {
    const at = (label: string, protocol: 's3' | 'sftp') => ({
      ...acme,
      endpoint: { ...acme.endpoint, label, columns: { ...acme.endpoint.columns, protocol } },
    });
    const linesAt = (destination: BatchPlace) => {
      const error = failure('ALREADY_EXISTS').error.with({ lastCode: -1, side: 'us' });
      return linesOf(
        { failed: 1, failures: [{ ...failure('ALREADY_EXISTS'), target: '/bkt/in/a', error }] },
        { request: { ...request, destination }, call: { ...call, flags: {} } },
      ).join('\n');
    };
    expect(linesAt(at('s3://key%3A1@bkt', 's3'))).toContain(
      "Again: tally copy '/out/a b.xml' s3://key%3A1@bkt/in/a\n",
    );
    expect(linesAt(at('acme', 's3'))).toContain("Again: tally copy '/out/a b.xml' acme:/bkt/in/a\n");
    expect(linesAt(at('acme', 'sftp'))).toContain(
      '(-1 failed although the other side was content, over sftp)',
    );
  });

  it('says of what a proxy answered that it was the proxy, over every protocol', () => {
    const said = (lastCode: number, protocol: 'sftp' | 'http' | 'ftp') => {
      const error = new TransferError({
        code: 'PROXY_FAILED',
        lastCode,
        phase: 'proxy',
        message: 'SOCKS5 proxy gate:1080: it failed',
        reply: 'SOCKS5 reply 1',
      });
      const columns = { ...acme.endpoint.columns, protocol };
      const destination = { ...acme, endpoint: { ...acme.endpoint, columns } };
      return linesOf(
        { failed: 1, failures: [{ ...failure('PROXY_FAILED'), error }] },
        { request: { ...request, destination } },
      )[1];
    };
    expect(said(1, 'sftp')).toContain('The proxy said: "SOCKS5 reply 1" (1 SOCKS proxy failed, over sftp)');
    expect(said(500, 'http')).toContain('(500 said by the proxy, over http)');
    expect(said(500, 'ftp')).toContain('(500 said by the proxy, over ftp)');
    expect(said(407, 'ftp')).toContain('(407 proxy wants a login, over ftp)');
  });

  it('never says "again" of what has been delivered', () => {
    const lines = linesOf({ failed: 1, failures: [failure('SOURCE_NOT_REMOVED', { delivered: true })] });
    expect(lines.join('\n')).not.toContain('Again:');
    expect(lines.join('\n')).toContain('do not send again');
  });

  it('says what of a failed file stays for the next run', () => {
    const lines = linesOf({ failed: 1, failures: [failure('CONNECTION_LOST', { keptBytes: 12_582_912 })] });
    expect(lines).toContain('  Kept: up to 12.0 MiB of it stay on the target for the next run to go on with');
  });

  it('says how many failures it leaves out', () => {
    const failures = Array.from({ length: 10 }, () => failure('REFUSED'));
    const lines = linesOf({ failed: 47, failures });
    expect(lines).toContain('and 37 more failures: the client log has them all');
  });

  it('tells what stopped the batch once, although a file failed for it', () => {
    const broken = failure('CONNECTION_LOST');
    const lines = linesOf({ failed: 1, failures: [broken], stoppedBy: broken.error, notAttempted: 5 });
    expect(lines.filter((line) => line.includes('The connection broke off'))).toHaveLength(1);
    expect(lines).toContain('12 sent, 1 failed, 3 skipped, 5 not attempted, 1.2 GiB in 42 s');
  });

  it('names what is left on the target', () => {
    expect(linesOf({ leftovers: ['/in/.a.x.tally'] })).toContain(
      'left on the target, remove it by hand: /in/.a.x.tally',
    );
  });
});

describe('the command that sends a file again', () => {
  it('is not given where it would do something else', () => {
    expect(retryCommand(call, ['/out/a*.xml', 'acme:/in/'], 'linux')).toBeUndefined();
    expect(retryCommand(call, ['/out/a\nb', 'acme:/in/'], 'linux')).toBeUndefined();
  });

  it('names the target as it is called at the end, so it does not rename it once more', () => {
    const renaming = { ...call, flags: { renameTo: 'sub/%FS.FILE_NAME%', retries: '0' } };
    expect(retryCommand(renaming, ['/out/a', 'acme:/in/sub/a'], 'linux')).toBe(
      'tally copy /out/a acme:/in/sub/a --retries 0',
    );
  });
});

describe('the lines of a running transfer', () => {
  const file = { id: 1, source: '/out/a.xml', target: '/in/a.xml', sizeBytes: 3 };
  const success = {
    kind: 'succeeded',
    receipt: { lastCode: 226, bytes: 2048 },
    proof: 'size',
    notes: [],
  } as const;
  const words = (changes: Partial<WordsOptions> = {}) =>
    displayWords(request, {
      os: 'linux',
      style,
      isQuiet: false,
      verbosity: 0,
      isStopping: () => false,
      ...changes,
    });

  it('leave a success out, unless it was asked for, is remarkable, or everything is stopping', () => {
    expect(words().settled(file, success)).toBeUndefined();
    const line = 'sent         /out/a.xml -> acme:/in/a.xml (2.0 KiB, proven by size)';
    expect(words({ verbosity: 1 }).settled(file, success)).toBe(line);
    expect(words({ isStopping: () => true }).settled(file, success)).toBe(line);
    const proven = {
      ...success,
      proof: 'checksum',
      proofFacts: { algorithm: 'md5', computedBy: 'server' },
    } as const;
    expect(words({ verbosity: 1 }).settled(file, proven)).toContain('proven by MD5, computed by the server');
    const noted = { ...success, notes: ['the reply was lost; settled by size'] };
    expect(words().settled(file, noted)).toContain('the reply was lost');
  });

  it('tell of a cancelled file what became of it', () => {
    expect(words().settled(file, { kind: 'cancelled', rolledBack: true })).toContain('rolled back');
    expect(words().settled(file, { kind: 'cancelled', rolledBack: false })).toContain(
      'is left on the target',
    );
  });

  it('tell a failure even when quiet', () => {
    const { error } = failure('REFUSED');
    const line = words({ isQuiet: true }).settled(file, { kind: 'failed', error, delivered: false });
    const late = failure('AFTER_COMMAND_FAILED').error;
    const delivered = words().settled(file, { kind: 'failed', error: late, delivered: true });
    expect(delivered).toMatch(/^delivered {4}/);
    expect(line).toMatch(/^failed {7}\/out\/a\.xml: .*\(550 .*, over ftp\)$/);
    expect(line).not.toContain('\u001b');
  });
});
