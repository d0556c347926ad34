import { type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tally } from '../e2e/tally-process.js';
import { temporaryFolder } from '../platform/temporary-folder.js';

const FILES = 60;
/** kill -9 when so many names appeared in the target's folder, temporary ones included; each time a new process. */
const KILLS = [1, 2, 3, 5, 8, 11, 13, 17, 21, 4, 6, 9];

const SETTINGS = `clientLog: { folder: ./logs }
stateFolder: ./state
api: { enabled: false }
rules:
  send:
    on: { folder: { path: ./exchange/outbox, settle: 0s, sweep: 1s } }
    do:
      - move: { from: "%FS.PATH%", to: ./exchange/inbox/ }
        ifFailed:
          - stop: thisRule
`;

describe('a daemon that is killed again and again', () => {
  it('moves every file exactly once, none in part, and each has its line', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'exchange/outbox'), { recursive: true });
    await mkdir(join(folder, 'exchange/inbox'));
    await writeFile(join(folder, 'tallyman.yaml'), SETTINGS);
    const names = Array.from({ length: FILES }, (_, index) => `f${index}.csv`);
    for (const name of names) await writeFile(join(folder, 'exchange/outbox', name), content(name));
    for (const count of KILLS) await liveUntil(folder, () => afterNames(folder, count), 'SIGKILL');
    await liveUntil(folder, () => allArrived(folder), 'SIGTERM');

    expect(await readdir(join(folder, 'exchange/outbox'))).toEqual([]);
    expect((await readdir(join(folder, 'exchange/inbox'))).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(await readFile(join(folder, 'exchange/inbox', name), 'utf8')).toBe(content(name));
    }
    const lines = await logLines(folder);
    for (const name of names) {
      const ofFile = new Set(lines.filter((line) => line.includes(`/outbox/${name}`)));
      expect(ofFile.size, `${name} stands in the log as sent once`).toBe(1);
    }
  }, 300_000);
});

function content(name: string): string {
  return `${name}\n`.repeat(2_000);
}

/** Ends the daemon by a signal once `reached` resolves; a daemon that ends by itself before is an error. */
async function liveUntil(
  folder: string,
  reached: () => Promise<void>,
  signal: NodeJS.Signals,
): Promise<void> {
  let child: ChildProcess | undefined;
  const ended = tally(['daemon'], { folder, started: (started) => (child = started) });
  const why = await Promise.race([reached().then(() => undefined), ended]);
  if (why !== undefined) throw new Error(`the daemon ended by itself: ${why.stderr}${why.stdout}`);
  child?.kill(signal);
  const { exitCode, stderr } = await ended;
  if (signal === 'SIGTERM') expect(exitCode, stderr).toBe(0);
}

/** When so many names have appeared, or all files have arrived. */
function afterNames(folder: string, count: number): Promise<void> {
  const appeared = new Promise<void>((resolve) => {
    let seen = 0;
    const watcher = watch(join(folder, 'exchange/inbox'), () => {
      if (++seen < count) return;
      watcher.close();
      resolve();
    });
  });
  return Promise.race([appeared, allArrived(folder)]);
}

function allArrived(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(join(folder, 'exchange/outbox'), () => void look());
    const look = async () => {
      if ((await readdir(join(folder, 'exchange/outbox'))).length > 0) return;
      watcher.close();
      resolve();
    };
    void look();
  });
}

/** Of the client log, without headers. A local move writes no other lines than those of files that were sent. */
async function logLines(folder: string): Promise<readonly string[]> {
  const logs = (await readdir(join(folder, 'logs'))).filter((name) => /^cl\d+\.log$/.test(name));
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, 'logs', name), 'utf8')));
  return texts.flatMap((text) => text.split(/\r?\n/)).filter((line) => line !== '' && !line.startsWith('#'));
}
