import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from '../../src/simulator/ftp-partner.js';
import { startSftpPartner } from '../../src/simulator/sftp-partner.js';
import type { FtpOptions } from '../../src/protocols/ftp/ftp-options.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { runBatchFixture } from '../platform/batch-fixture.js';
import { ftpEndpoint, sftpEndpoint } from '../platform/partner-endpoint.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';

/** Options of EFT's actions that show only on the wire; the table is docs/reference/eft-options.md. */

async function scene(changes: Partial<FtpPartnerOptions> = {}) {
  const here = await temporaryFolder();
  const root = await temporaryFolder();
  await mkdir(join(root, 'in'));
  const partner = await startFtpPartner({ root, user: 'u', password: 'p', ...changes });
  onTestFinished(() => partner.stop());
  return { here, root, partner };
}

const said = (partner: FtpPartner, begin: string) =>
  partner.transcript.filter(({ from, text }) => from === 'client' && text.startsWith(begin));

it('files of the listed extensions go in text mode, all others byte for byte', async () => {
  const { here, root, partner } = await scene();
  for (const name of ['a.TXT', 'b.bin']) await writeFile(join(here, name), 'one\ntwo\n');
  const { result } = await runBatchFixture(testPlatform(), {
    source: join(here, '*'),
    destination: '/in/',
    destinationEndpoint: ftpEndpoint(partner),
    transfer: { asciiExtensions: ['txt', 'inf', 'html', 'htm'], parallel: 1 },
  });
  expect(result.succeeded).toBe(2);
  const modes = partner.transcript.flatMap(
    ({ text }) => /^(?:TYPE ([AI])|STOR .*([ab]\.\w+))/.exec(text)?.slice(1) ?? [],
  );
  const order = modes.filter((part) => part !== undefined).join(' ');
  expect(order).toMatch(/A a\.TXT/);
  expect(order).toMatch(/I b\.bin/);
  expect(await readFile(join(root, 'in', 'b.bin'), 'latin1')).toBe('one\ntwo\n');
});

it('so many files go at a time, and no more', async () => {
  const { here, partner } = await scene();
  for (let index = 0; index < 12; index += 1) await writeFile(join(here, `${index}`), 'x'.repeat(10_000));
  await runBatchFixture(testPlatform(), {
    source: join(here, '*'),
    destination: '/in/',
    destinationEndpoint: { ...ftpEndpoint(partner), maxConnections: 8 },
    transfer: { parallel: 3 },
  });
  expect(said(partner, 'STOR')).toHaveLength(12);
  expect(said(partner, 'USER').length).toBeLessThanOrEqual(3);
});

describe.each(['ftp', 'sftp'] as const)('the time of last change over %s', (kind) => {
  async function endpointTo(root: string): Promise<Endpoint> {
    if (kind === 'ftp') {
      const partner = await startFtpPartner({ root, user: 'u', password: 'p' });
      onTestFinished(() => partner.stop());
      return ftpEndpoint(partner);
    }
    const partner = await startSftpPartner({ root, user: 'u', password: 'p' });
    onTestFinished(() => partner.stop());
    return sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] });
  }

  it.each(['upload', 'download'] as const)(
    'is kept by an %s when asked, and only then',
    async (operation) => {
      const [here, root] = [await temporaryFolder(), await temporaryFolder()];
      const endpoint = await endpointTo(root);
      const from = operation === 'upload' ? here : root;
      const to = operation === 'upload' ? root : here;
      await writeFile(join(from, 'a'), 'x');
      await utimes(join(from, 'a'), 1_500_000_000, 1_500_000_000);
      const timeAfter = async (keepTime: boolean) => {
        await runBatchFixture(testPlatform(), {
          source: operation === 'upload' ? join(here, 'a') : '/a',
          destination: operation === 'upload' ? '/copy' : join(here, 'copy'),
          ...(operation === 'upload' ? { destinationEndpoint: endpoint } : { sourceEndpoint: endpoint }),
          operation,
          transfer: { keepTime },
        });
        return (await stat(join(to, 'copy'))).mtimeMs;
      };
      expect(await timeAfter(true)).toBe(1_500_000_000_000);
      expect(await timeAfter(false)).toBeGreaterThan(1_600_000_000_000);
    },
  );
});

describe('data connections', () => {
  async function verbs(changes: Partial<FtpOptions>) {
    const { here, partner } = await scene();
    await writeFile(join(here, 'a'), 'x');
    const { result } = await runBatchFixture(testPlatform(), {
      source: join(here, 'a'),
      destination: '/in/',
      destinationEndpoint: ftpEndpoint(partner, changes),
    });
    expect(result.succeeded).toBe(1);
    return partner.transcript
      .filter(({ from, text }) => from === 'client' && /^(EPSV|PASV|EPRT|PORT)/.test(text))
      .map(({ text }) => text);
  }

  it('are opened by us in passive mode, extended or not', async () => {
    expect(await verbs({ dataMode: 'passive' })).toEqual(['EPSV']);
    expect(await verbs({ dataMode: 'passive', extendedCommands: false })).toEqual(['PASV']);
  });

  it('are opened by the server in active mode, to a port of the range', async () => {
    const [command = ''] = await verbs({ dataMode: 'active', activePorts: { min: 42_100, max: 42_199 } });
    expect(command).toMatch(/^EPRT \|1\|127\.0\.0\.1\|421\d\d\|$/);
  });
});

it('a server that says nothing is given up after the connection time-out', async () => {
  const { here, partner } = await scene({
    faults: [{ at: { command: 'CONNECT' }, do: { kind: 'silence' } }],
  });
  await writeFile(join(here, 'a'), 'x');
  const { result, lines } = await runBatchFixture(testPlatform(), {
    source: join(here, 'a'),
    destination: '/in/',
    destinationEndpoint: ftpEndpoint(partner, { timeoutMs: 200 }),
  });
  expect(result.stoppedBy?.code).toBe('TIMEOUT');
  expect(lines).toEqual(['1 2000']);
});
