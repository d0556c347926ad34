import { describe, expect, it } from 'vitest';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { FailureBook } from './failure-book.js';
import { FileIdentifier } from './file-identity.js';
import { failed, incompleteLine, linesOf, succeeded } from './log-lines.testing.js';
import {
  retryCandidate,
  type CandidateContext,
  type RetryCandidate,
  type RetryRefusal,
} from './retry-candidate.js';
import type { RetryPartner } from './retry-partner.js';

const acme: RetryPartner = {
  name: 'acme',
  host: 'sftp.acme.example',
  port: 22,
  user: 'orders',
  protocol: 'sftp',
};
const usual: CandidateContext = { partners: [acme], choices: [], mappings: [], isWindows: false };

function candidateOf(
  records: ReadRecord | readonly ReadRecord[],
  changes: Partial<CandidateContext> = {},
): RetryCandidate | RetryRefusal {
  const context = { ...usual, ...changes };
  const book = new FailureBook({ query: undefined, identifier: new FileIdentifier(context) });
  for (const line of linesOf([records].flat())) book.take(line);
  const [file] = book.findings().files;
  if (file === undefined) throw new TypeError('nothing failed');
  return retryCandidate(file, context);
}

describe('a file that can be planned', () => {
  it('goes through the connection of its line, in its direction', () => {
    expect(candidateOf(failed())).toMatchObject({
      kind: 'candidate',
      partner: acme,
      operation: 'upload',
      source: '/srv/out/a.xml',
      target: '/in/a.xml',
    });
    expect(candidateOf(failed({ operation: 'download' }))).toMatchObject({
      kind: 'candidate',
      operation: 'download',
      source: '/in/a.xml',
      target: '/srv/out/a.xml',
    });
  });

  it('lies where a mapping says, also on both ends of a local copy', () => {
    const mappings = [{ from: 'C:\\out', to: '/srv/out' }];
    const windows = failed({ localPath: 'C:\\Out\\x\\a.xml' });
    expect(candidateOf(windows, { mappings })).toMatchObject({
      source: '/srv/out/x/a.xml',
      target: '/in/a.xml',
    });
    const local = failed({ protocol: 'local', localPath: 'C:\\out\\a', remotePath: 'c:\\out\\done\\' });
    expect(candidateOf(local, { mappings })).toMatchObject({
      partner: undefined,
      source: '/srv/out/a',
      target: '/srv/out/done/a',
    });
  });

  it('needs no mapping on its own kind of machine', () => {
    const windows = failed({ localPath: 'C:\\out\\a.xml' });
    expect(candidateOf(windows, { isWindows: true })).toMatchObject({ source: 'C:\\out\\a.xml' });
  });
});

describe('a file that cannot be planned is told with its reason:', () => {
  const refusal = (records: ReadRecord | readonly ReadRecord[], changes: Partial<CandidateContext> = {}) => {
    const found = candidateOf(records, changes);
    if (found.kind !== 'refusal') throw new TypeError(`it can: ${JSON.stringify(found)}`);
    return found;
  };

  it('two ways to read the line, both shown', () => {
    const candidates = [
      { localPath: '/a;b', remotePath: '/c' },
      { localPath: '/a', remotePath: 'b;/c' },
    ];
    const { why, reason } = refusal(failed({ ...candidates[0], candidates }));
    expect(why).toBe('ambiguous');
    expect(reason).toContain('/a;b and /c; or /a and b;/c');
  });

  it('a later success that may be about it', () => {
    const candidates = [
      { localPath: '/srv/out/a.xml', remotePath: '/in/a.xml' },
      { localPath: '/x', remotePath: '/y' },
    ];
    expect(refusal([failed(), succeeded({ candidates })])).toMatchObject({
      why: 'ambiguous',
      reason: expect.stringContaining('cl260301.log:2') as string,
    });
  });

  it('a last line without its end', () => {
    const book = new FailureBook({ query: undefined, identifier: new FileIdentifier(usual) });
    book.take(incompleteLine(failed()));
    const [file] = book.findings().files;
    expect(file && retryCandidate(file, usual)).toMatchObject({ why: 'incomplete' });
  });

  it('a mask, with the command that does it again', () => {
    const push = failed({ localPath: '/srv/out/*.xml', remotePath: '/in/' });
    expect(refusal(push)).toMatchObject({
      why: 'mask',
      advice: expect.stringContaining(`tally copy '/srv/out/*.xml' 'acme:/in/'`) as string,
    });
    const pull = failed({ operation: 'download', localPath: '/srv/in/', remotePath: '/out/*.csv' });
    expect(refusal(pull).advice).toContain(`tally copy 'acme:/out/*.csv' '/srv/in/'`);
  });

  it.each([
    ['operation', { operation: 'mkdir' }],
    ['operation', { operation: 'download', protocol: 'local' }],
    ['path', { localPath: '' }],
    ['path', { remotePath: '' }],
    ['path', { localPath: 'out/a.xml' }],
    ['path', { localPath: '/srv/out/../../etc/passwd' }],
    ['path', { remotePath: '/in/../../a.xml' }],
    ['path', { localPath: '/srv/out/a\nb.xml' }],
    ['path', { protocol: 'local', remotePath: 'relative' }],
  ])('%s of %j', (why, changes) => expect(refusal(failed(changes)).why).toBe(why));

  it('a path that leads upwards behind its mapping', () => {
    const mappings = [{ from: 'C:\\out', to: '/srv/out' }];
    expect(refusal(failed({ localPath: 'C:\\out\\..\\secret' }), { mappings }).why).toBe('path');
  });

  it('a path of Windows on another machine, with the flag to give', () => {
    expect(refusal(failed({ localPath: 'C:\\outbound\\acme\\a.xml' }))).toMatchObject({
      why: 'unmapped',
      advice: expect.stringContaining(String.raw`--map 'C:\outbound=/folder`) as string,
    });
    const share = refusal(failed({ localPath: '\\\\files\\out\\acme\\a.xml' }));
    expect(share.advice).toContain(String.raw`--map '\\files\out=/folder`);
  });

  it('a path of another machine on Windows', () => {
    const { why, advice } = refusal(failed(), { isWindows: true });
    expect(why).toBe('unmapped');
    expect(advice).toContain(String.raw`--map "/srv/out=D:\folder`);
  });

  it('no connection, with the settings to add', () => {
    const { why, reason, advice } = refusal(failed({ host: 'Other.example', port: 2222 }));
    expect(why).toBe('no-connection');
    expect(reason).toBe('no connection of the settings is sftp orders@Other.example:2222');
    expect(advice?.split('\n')).toEqual([
      'For sftp orders@Other.example:2222, add to tallyman.yaml:',
      '  connections:',
      '    other.example:',
      '      url: sftp://orders@Other.example:2222',
      '      password: { env: OTHER_EXAMPLE_PASSWORD }',
      '      hostKeys: ["SHA256:..."]',
    ]);
  });

  it.each([
    [{ protocol: 'ftps', port: 21 }, 'ftpes://orders@h.example'],
    [{ protocol: 'ftps', port: 990 }, 'ftps://orders@h.example'],
    [{ protocol: 'ftp', port: 21, user: 'anonymous' }, 'ftp://h.example'],
    [{ protocol: 'ftp', port: 2121, user: 'a b@c' }, 'ftp://a%20b%40c@h.example:2121'],
    [{ protocol: 'sftp', port: undefined, user: '' }, 'sftp://USER@h.example'],
    [{ protocol: 'https', port: 443 }, 'https://orders@h.example'],
    [{ protocol: 'http', port: 8080, user: '' }, 'http://h.example:8080'],
  ])('no connection for %j: url %s', (changes, url) => {
    const { advice } = refusal(failed({ host: 'h.example', ...changes }));
    expect(advice?.split('\n')).toContain(`      url: ${url}`);
  });

  it('no connection, for a protocol that this version does not speak', () => {
    expect(refusal(failed({ protocol: 'as2', host: 'h' })).advice).toContain('as2 is not spoken');
  });

  it('no connection over S3, with the endpoint to add', () => {
    const { advice } = refusal(failed({ protocol: 's3', host: 'minio.example', port: 9000, user: 'AK:1' }));
    expect(advice?.split('\n').slice(2)).toEqual([
      '    minio.example:',
      '      protocol: s3',
      '      endpoint: https://minio.example:9000',
      '      user: AK:1',
      '      password: { env: MINIO_EXAMPLE_PASSWORD }',
    ]);
  });

  it('no connection, but one of the same host', () => {
    const { reason, advice } = refusal(failed({ user: 'invoices' }));
    expect(reason).toContain('(near: acme is sftp, port 22, user orders)');
    expect(advice).toContain('--connection invoices@sftp.acme.example:22=acme');
  });

  it('two connections that fit, with the flag to give', () => {
    expect(refusal(failed(), { partners: [acme, { ...acme, name: 'twin' }] })).toMatchObject({
      why: 'several-connections',
      reason: 'two connections fit: acme, twin',
      advice: expect.stringContaining('--connection orders@sftp.acme.example:22=acme') as string,
    });
  });

  it('another protocol', () => {
    const plain = { ...acme, protocol: 'ftp' } as const;
    expect(refusal(failed({ protocol: 'ftps' }), { partners: [plain] })).toMatchObject({
      why: 'other-protocol',
      reason: 'the line says ftps, but connection acme speaks ftp',
    });
  });

  it('whatever the line holds, nothing of it steers a terminal', () => {
    const hostile = '\u001b[31m\u202e';
    const { reason, advice } = refusal(
      failed({ host: `h${hostile}`, user: hostile, protocol: `ftp${hostile}` }),
    );
    expect(`${reason}${advice}`).not.toMatch(/[\u001b\u202e]/);
  });
});
