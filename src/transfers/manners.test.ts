import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner, type FtpPartnerOptions } from '../simulator/ftp-partner.js';
import { startSftpPartner } from '../simulator/sftp-partner.js';
import { runBatchFixture, type BatchRecord } from '../../test/platform/batch-fixture.js';
import { CheckingPools, serverSays, type CheckingHabits } from '../../test/platform/checking-place.js';
import { ftpEndpoint, sftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { Outcome } from '../core/outcome.js';
import type { Endpoint } from './endpoint.js';
import { DEFAULT_MANNERS, type Manners } from './manners.js';
import type { TransferOptions } from './transfer-options.js';

interface Sent extends BatchRecord {
  readonly outcome: Outcome | undefined;
}

async function send(
  endpoint: Endpoint,
  place: { readonly outbox: string; readonly destination: string },
  transfer: Partial<TransferOptions> = {},
): Promise<Sent> {
  let outcome: Outcome | undefined;
  const record = await runBatchFixture(testPlatform(), {
    source: join(place.outbox, 'a.xml'),
    destination: place.destination,
    destinationEndpoint: endpoint,
    transfer,
    observer: { fileSettled: (_file, settled) => (outcome = settled) },
  });
  return { ...record, outcome };
}

async function ftpScene(changes: Partial<FtpPartnerOptions> = {}) {
  const outbox = await temporaryFolder();
  const root = await temporaryFolder();
  await mkdir(join(root, 'in'));
  await writeFile(join(outbox, 'a.xml'), 'crates');
  await utimes(join(outbox, 'a.xml'), 1_600_000_000, 1_600_000_000);
  const partner = await startFtpPartner({ root, user: 'u', password: 'p', ...changes });
  onTestFinished(() => partner.stop());
  const endpoint = (manners: Partial<Manners>, finalName: Endpoint['finalName'] = 'temporary'): Endpoint => ({
    ...ftpEndpoint(partner),
    finalName,
    manners: { ...DEFAULT_MANNERS, ...manners },
  });
  const heard = () =>
    partner.transcript.filter(({ from }) => from === 'client').map(({ text }) => text.split(' ')[0]);
  return { outbox, destination: '/in/a.xml', inbox: join(root, 'in'), partner, endpoint, heard };
}

describe('a partner that takes every file at once', () => {
  it('has accepted it where that is allowed, and the outcome says that nothing is proven', async () => {
    const scene = await ftpScene({ habits: { uploadNames: 'hidden' } });
    const { result, outcome, lines } = await send(
      scene.endpoint({ goneAfterUploadOk: true }, 'direct'),
      scene,
      { verify: 'checksum' },
    );
    expect(result).toMatchObject({ succeeded: 1, failed: 0 });
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      proof: 'none',
      notes: [expect.stringContaining('the partner took the file at once')],
    });
    expect(lines).toEqual(['0 226']);
  });

  it('has lost it where that is not allowed, and the source of a move stays', async () => {
    const scene = await ftpScene({ habits: { uploadNames: 'hidden' } });
    const { result, lines } = await send(scene.endpoint({}, 'direct'), scene, { removeSource: true });
    expect(result.failures[0]?.error.code).toBe('NOT_FOUND');
    expect(lines).toEqual(['1 550']);
    expect(await readdir(scene.outbox)).toEqual(['a.xml']);
  });

  it('may not take it under a name of ours: that would be a loss', async () => {
    const scene = await ftpScene({ habits: { uploadNames: 'hidden' } });
    const { result } = await send(scene.endpoint({ goneAfterUploadOk: true }), scene);
    expect(result).toMatchObject({ succeeded: 0, failed: 1 });
  });
});

describe('statAfterUpload: false', () => {
  it('asks nothing after the upload, over FTP and SFTP, and calls the copy not proven', async () => {
    const scene = await ftpScene();
    const blind = { statAfterUpload: false };
    const { outcome } = await send(scene.endpoint(blind), scene, { verify: 'checksum' });
    expect(outcome).toMatchObject({ proof: 'none', notes: [expect.stringContaining('sent blind')] });
    const heard = scene.heard();
    const after = heard.slice(heard.indexOf('STOR') + 1);
    expect(after.filter((verb) => !['RNFR', 'RNTO', 'QUIT', 'NOOP'].includes(verb ?? ''))).toEqual([]);
    expect(await readdir(scene.inbox)).toEqual(['a.xml']);

    const root = await temporaryFolder();
    const partner = await startSftpPartner({ root, user: 'u', password: 'p' });
    onTestFinished(() => partner.stop());
    const endpoint = {
      ...sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] }),
      manners: { ...DEFAULT_MANNERS, ...blind },
    };
    const sent = await send(endpoint, { ...scene, destination: '/a.xml' });
    expect(sent.outcome).toMatchObject({ kind: 'succeeded', proof: 'none' });
    const verbs = partner.transcript.filter(({ from }) => from === 'client').map(({ text }) => text);
    const written = verbs.findIndex((text) => text.startsWith('CLOSE'));
    expect(written).toBeGreaterThan(0);
    expect(verbs.slice(written).filter((text) => /^L?STAT|^FSTAT/.test(text))).toEqual([]);
  });

  it('keeps the proof of a server that compared by itself', async () => {
    const { outcome } = await sendChecking({ comparesBy: 'sha256' }, { statAfterUpload: false }, 'checksum');
    expect(outcome).toMatchObject({ proof: 'checksum', proofFacts: { algorithm: 'sha256' } });
  });
});

async function sendChecking(
  habits: CheckingHabits,
  manners: Partial<Manners>,
  verify: TransferOptions['verify'],
  keepTime = false,
) {
  const folder = await temporaryFolder();
  for (const name of ['from', 'to']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'from', 'a'), 'crates');
  await utimes(join(folder, 'from', 'a'), 1_600_000_000, 1_600_000_000);
  const endpoint = {
    ...ftpEndpoint({ host: 'partner', port: 21, user: 'u', password: 'p' }),
    manners: { ...DEFAULT_MANNERS, ...manners },
  };
  const platform = testPlatform();
  const pools = new CheckingPools(endpoint, platform, habits);
  let outcome: Outcome | undefined;
  const record = await runBatchFixture(platform, {
    source: join(folder, 'from', 'a'),
    destination: join(folder, 'to', 'a'),
    destinationEndpoint: endpoint,
    transfer: { verify, keepTime },
    pools,
    observer: { fileSettled: (_file, settled) => (outcome = settled) },
  });
  return { ...record, outcome, asked: pools.asked, target: join(folder, 'to', 'a') };
}

describe('keepTime', () => {
  it('gives the copy the time of the source', async () => {
    const { outcome, target } = await sendChecking({}, {}, 'size', true);
    expect(outcome).toMatchObject({ kind: 'succeeded', notes: [] });
    expect((await stat(target)).mtimeMs).toBe(1_600_000_000_000);
  });

  it('sets no time where setTimes is false, and says so', async () => {
    const { outcome, asked } = await sendChecking({}, { setTimes: false }, 'size', true);
    expect(asked).not.toContain('setModifiedTime');
    expect(outcome).toMatchObject({
      notes: ['the time was not kept: setTimes is off for the connection'],
    });
  });

  it('says that a server which cannot set it did not, unless its file shows the time all the same', async () => {
    const cannot = { capabilities: { setModifiedTime: false } };
    const lost = await sendChecking(cannot, {}, 'size', true);
    expect(lost.outcome).toMatchObject({ notes: ['the time was not kept: the server cannot set it'] });
    const along = await sendChecking(
      { ...cannot, stored: (path) => utimes(path, 1_600_000_000, 1_600_000_000) },
      {},
      'size',
      true,
    );
    expect(along.outcome).toMatchObject({ notes: [] });
  });

  it('fails the attempt with the code of a server that offers it and refuses', async () => {
    const { lines, result } = await sendChecking(
      { refuses: (verb) => (verb === 'setModifiedTime' ? serverSays('REFUSED', 550) : undefined) },
      {},
      'size',
      true,
    );
    expect(lines).toEqual(['1 550']);
    expect(result.failed).toBe(1);
  });
});

describe('list: false', () => {
  async function fetch(source: string, recursive = false) {
    const scene = await ftpScene();
    await writeFile(join(scene.inbox, 'b.xml'), 'there');
    const record = await runBatchFixture(testPlatform(), {
      source,
      destination: `${scene.outbox}/`,
      sourceEndpoint: scene.endpoint({ list: false }),
      operation: 'download',
      recursive,
    });
    return { ...record, heard: scene.heard(), here: await readdir(scene.outbox) };
  }

  it('fetches a file by its name without any listing', async () => {
    const { result, heard, here } = await fetch('/in/b.xml');
    expect(result.succeeded).toBe(1);
    expect(here.sort()).toEqual(['a.xml', 'b.xml']);
    expect(heard.filter((verb) => ['LIST', 'NLST', 'MLSD'].includes(verb ?? ''))).toEqual([]);
  });

  it.each([
    ['/in/*.xml', false],
    ['/in', true],
  ])('refuses %s, which would have to be listed', async (source, recursive) => {
    const { result, heard } = await fetch(source, recursive);
    expect(result.stoppedBy).toMatchObject({ code: 'UNSUPPORTED', side: 'us' });
    expect(heard).not.toContain('MLSD');
  });
});
