import { rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  startSftpPartner,
  type SftpPartner,
  type SftpPartnerOptions,
} from '../../src/simulator/sftp-partner.js';
import type { SftpOptions } from '../../src/protocols/sftp/sftp-options.js';
import { runBatchFixture, type BatchRecord } from '../platform/batch-fixture.js';
import { sftpEndpoint } from '../platform/partner-endpoint.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import { noise } from '../suites/bytes.js';

const content = noise(700_000);

interface Scene {
  readonly partner: SftpPartner;
  readonly local: string;
  readonly remote: string;
  readonly fetch: (transfer?: object) => Promise<BatchRecord>;
  readonly send: (transfer?: object) => Promise<BatchRecord>;
}

async function scene(
  options: Partial<SftpPartnerOptions> = {},
  session: Partial<SftpOptions> = {},
): Promise<Scene> {
  const [local, remote] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(local, 'out.bin'), content);
  await writeFile(join(remote, 'in.bin'), content);
  const partner = await startSftpPartner({ root: remote, user: 'u', password: 'p', ...options });
  onTestFinished(() => partner.stop());
  const endpoint = sftpEndpoint({ ...partner, fingerprints: partner.hostKeyFingerprints }, session);
  return {
    partner,
    local,
    remote,
    fetch: (transfer = {}) =>
      runBatchFixture(testPlatform(), {
        source: '/in.bin',
        sourceEndpoint: endpoint,
        destination: `${local}/in.bin`,
        operation: 'download',
        transfer,
      }),
    send: (transfer = {}) =>
      runBatchFixture(testPlatform(), {
        source: `${local}/out.bin`,
        destination: '/out.bin',
        destinationEndpoint: endpoint,
        transfer,
      }),
  };
}

/** First words of what the client said. */
function asked({ transcript }: SftpPartner): readonly string[] {
  return transcript.filter(({ from }) => from === 'client').map(({ text }) => text.split(' ')[0] ?? '');
}

async function expectWhole({ local, remote }: Scene): Promise<void> {
  expect((await readFile(join(local, 'in.bin'))).equals(content)).toBe(true);
  expect((await readFile(join(remote, 'out.bin'))).equals(content)).toBe(true);
}

describe('what SFTP asks of a server', () => {
  it('holds no SETSTAT and no REALPATH unless times are to be kept: many refuse them', async () => {
    const place = await scene({ habits: { setAttributes: 'refused' } });
    expect([(await place.fetch()).lines, (await place.send()).lines]).toEqual([['0 0'], ['0 0']]);
    await expectWhole(place);
    const words = asked(place.partner);
    for (const word of ['SETSTAT', 'FSETSTAT', 'REALPATH', 'LSTAT', 'OPENDIR'])
      expect(words).not.toContain(word);
  });

  it('opens a source once: some servers take it away with its first reading', async () => {
    const place = await scene();
    await place.fetch();
    expect(asked(place.partner).filter((word) => word === 'OPEN')).toHaveLength(1);
  });

  it('never asks for more than 32 KiB where the server tells no limits', async () => {
    const place = await scene({ habits: { limits: 'none' } });
    await place.fetch();
    await place.send();
    await expectWhole(place);
    const sizes = place.partner.transcript
      .filter(({ text }) => /^(READ|WRITE) /.test(text))
      .map(({ text }) => Number(text.split(' ').at(-1)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(32_768);
  });

  it('keeps to the limits that the server tells', async () => {
    const limits = { packetBytes: 8_192, readBytes: 4_096, writeBytes: 2_048, openHandles: 1 };
    const place = await scene({ habits: { limits } });
    await place.fetch();
    await place.send();
    await expectWhole(place);
    const sizes = (word: string) =>
      place.partner.transcript
        .filter(({ text }) => text.startsWith(`${word} `))
        .map(({ text }) => Number(text.split(' ').at(-1)));
    expect(Math.max(...sizes('READ'))).toBeLessThanOrEqual(4_096);
    expect(Math.max(...sizes('WRITE'))).toBeLessThanOrEqual(2_048);
  });
});

describe('requests under way at a time', () => {
  /** How many requests came before the first had its answer, which never comes. */
  async function underWay(word: 'READ' | 'WRITE', sequential: boolean): Promise<number> {
    const place = await scene({ habits: { limits: 'none' } }, { sequential, timeoutMs: 400 });
    place.partner.inject({ at: { command: word }, do: { kind: 'noAnswer' } });
    const run = await (word === 'READ' ? place.fetch() : place.send());
    expect(run.lines).toEqual(['1 8']);
    return asked(place.partner).filter((asking) => asking === word).length;
  }

  it.each(['READ', 'WRITE'] as const)(
    'are several %s as a rule, and one in sequential mode',
    async (word) => {
      expect(await underWay(word, false)).toBeGreaterThan(1);
      expect(await underWay(word, true)).toBe(1);
    },
  );

  it('in sequential mode go from the beginning to the end', async () => {
    const place = await scene({ habits: { limits: 'none' } }, { sequential: true });
    await place.fetch();
    await place.send();
    await expectWhole(place);
    for (const word of ['READ', 'WRITE']) {
      const positions = place.partner.transcript
        .filter(({ text }) => text.startsWith(`${word} `))
        .map(({ text }) => Number(text.split(' ')[2]));
      expect(positions).toEqual([...positions].sort((one, other) => one - other));
      expect(positions.length).toBeGreaterThan(10);
    }
  });
});

describe('a server that takes a file away once it was read', () => {
  const takingAway = async () => {
    let taken = '';
    const place = await scene({
      forge: (answer, command) => {
        if (command === 'CLOSE') rmSync(taken, { force: true });
        return [answer];
      },
    });
    taken = join(place.remote, 'in.bin');
    return place;
  };

  it.each([false, true])('has not lost it: our copy is delivered (move: %s)', async (removeSource) => {
    const place = await takingAway();
    const run = await place.fetch({ removeSource });
    expect([run.result.succeeded, run.lines[0]]).toEqual([1, '0 0']);
    expect((await readFile(join(place.local, 'in.bin'))).equals(content)).toBe(true);
  });

  it('but half a copy is none', async () => {
    const place = await takingAway();
    place.partner.inject({ at: { command: 'OPEN' }, do: { kind: 'truncate', afterBytes: 1_000 } });
    const run = await place.fetch();
    expect(run.lines).toEqual(['1 -1']);
    expect(await readdir(place.local)).toEqual(['out.bin']);
  });
});
