import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { startSftpPartner } from '../../src/simulator/sftp-partner.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, type TallyRun } from './tally-process.js';

const NEW = Buffer.alloc(3_000_000, 'new content ');
const OLD = 'old content';
const PASSWORD = 'secret word';

type Direction = 'upload' | 'download';
type Server = 'ftp' | 'sftp';

/** Each word is what the client says at the moment of its death; after `PAUSED` bytes the partner stands still. */
const MOMENTS: Record<`${Server} ${Direction}`, readonly string[]> = {
  'ftp upload': ['USER', 'MLST', 'EPSV', 'STOR', 'PAUSED', 'RNFR', 'RNTO'],
  'ftp download': ['USER', 'EPSV', 'RETR', 'PAUSED', 'DELE'],
  'sftp upload': ['OPEN', 'WRITE', 'PAUSED', 'CLOSE', 'STAT', 'EXTENDED'],
  'sftp download': ['OPEN', 'READ', 'PAUSED', 'CLOSE', 'REMOVE'],
};

async function scene(server: Server, direction: Direction) {
  const folder = await temporaryFolder();
  const [local, remote] = [join(folder, 'local'), join(folder, 'remote')];
  await mkdir(local);
  await mkdir(remote);
  const [from, to] = direction === 'upload' ? [local, remote] : [remote, local];
  await writeFile(join(from, 'f.dat'), NEW);
  await writeFile(join(to, 'f.dat'), OLD);
  const options = { root: remote, user: 'u', password: PASSWORD };
  const partner = server === 'ftp' ? await startFtpPartner(options) : await startSftpPartner(options);
  onTestFinished(() => partner.stop());
  const trust = 'hostKeyFingerprint' in partner ? ['--host-key', partner.hostKeyFingerprint] : [];
  const words =
    direction === 'upload'
      ? ['move', 'local/f.dat', `${partner.url}/f.dat`, ...trust]
      : ['move', `${partner.url}/f.dat`, 'local/f.dat', ...trust];
  return { folder, from, to, partner, words };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Runs the move and kills it with SIGKILL as soon as the partner hears the word. */
async function killedAt(moment: string, server: Server, { folder, partner, words }: Scene): Promise<void> {
  const paused = { ftp: ['STOR', 'RETR'], sftp: ['WRITE', 'READ'] }[server];
  const waitFor = moment === 'PAUSED' ? paused : [moment];
  if (moment === 'PAUSED') {
    for (const command of paused) {
      partner.inject({ at: { command, nth: 1 }, do: { kind: 'stall', afterBytes: 1_000_000 } } as never);
    }
  }
  const environment = { TALLY_PASSWORD: PASSWORD };
  await tally(words, {
    folder,
    environment,
    started: (child) => {
      void Promise.race(waitFor.map((word) => partner.seen(word))).then(() => child.kill('SIGKILL'));
    },
  });
  partner.clearFaults();
  await partner.whenIdle();
}

async function expectPromise({ from, to }: Scene): Promise<void> {
  const target = await readFile(join(to, 'f.dat'));
  const isNew = target.equals(NEW);
  expect(isNew || target.toString() === OLD, 'the target is whole, new or old').toBe(true);
  if (!isNew) expect(await readdir(from), 'the source stays').toEqual(['f.dat']);
}

describe.each(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[])('kill -9 in an %s', (name) => {
  const [server, direction] = name.split(' ') as [Server, Direction];
  it.each(MOMENTS[name])('at %s: the next run completes, and clears what was left', async (moment) => {
    const place = await scene(server, direction);
    await killedAt(moment, server, place);
    await expectPromise(place);
    // The source may be gone already: then the file was delivered, and there is nothing more to move.
    const wasMoved = (await readdir(place.from)).length === 0;
    const next: TallyRun = await tally([...place.words, ...(wasMoved ? ['--missing-source-ok'] : [])], {
      folder: place.folder,
      environment: { TALLY_PASSWORD: PASSWORD },
    });
    expect(next.exitCode, next.stderr).toBe(0);
    expect((await readFile(join(place.to, 'f.dat'))).equals(NEW), 'the target is whole').toBe(true);
    expect(await readdir(place.from)).toEqual([]);
    expect(await readdir(place.to), 'nothing is left on the target').toEqual(['f.dat']);
  });
});
