import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { temporaryFolder } from '../platform/temporary-folder.js';

const WRITER = fileURLToPath(new URL('./store-writer.ts', import.meta.url));
const platform = createNodePlatform();

/** Starts a writer; `line` is told what it says. */
function startWriter(file: string, line: (text: string) => void): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout !== null) createInterface(child.stdout).on('line', line);
  return child;
}

describe('a process that writes to a store', () => {
  it('loses nothing that it acknowledged when it is killed, and lets go of the store', async () => {
    const file = join(await temporaryFolder(), 'store.sqlite');
    const said = new Map<string, string>();
    for (const enough of [40, 400, 900]) {
      let lines = 0;
      const child = startWriter(file, (text) => {
        const [kind = '', id = '', name = ''] = text.split(' ');
        if (kind !== 'open') said.set(`${kind} ${id}`, name);
        lines += 1;
        if (lines === enough) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const store = await openSqliteStore({ file, access: 'write', platform });
      for (const [what, name] of said) {
        const [kind, id] = what.split(' ');
        if (kind === 'run') expect((await store.runs.get(Number(id)))?.eventKey).toBe(name);
        else {
          const [attempt] = await store.transfers.find(undefined, { beforeId: Number(id) + 1, limit: 1 });
          expect([attempt?.id, attempt?.localPath]).toEqual([Number(id), name]);
        }
      }
      expect(await store.upkeep.check()).toEqual([]);
      await store.close();
    }
    expect(said.size).toBeGreaterThan(100);
  });

  it('keeps others from writing, says who it is, and lets them read', async () => {
    const file = join(await temporaryFolder(), 'store.sqlite');
    const child = startWriter(file, (text) => child.emit('said', text));
    await once(child, 'said');
    const refusal = {
      code: 'STORE_BUSY',
      message: expect.stringContaining(`process ${child.pid} on ${hostname()}`) as string,
    };
    await expect(openSqliteStore({ file, access: 'write', platform })).rejects.toMatchObject(refusal);
    await once(child, 'said');
    const reader = await openSqliteStore({ file, access: 'read', platform });
    expect((await reader.runs.list({ limit: 5 })).length).toBeGreaterThan(0);
    await expect(reader.runs.askCancel(1)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const copy = `${file}.copy`;
    await reader.upkeep.backup(copy);
    await reader.close();
    child.kill('SIGKILL');
    await once(child, 'close');
    const restored = await openSqliteStore({ file: copy, access: 'write', platform });
    expect((await restored.runs.list({ limit: 5 })).length).toBeGreaterThan(0);
    expect(await restored.upkeep.check()).toEqual([]);
    await restored.close();
  });
});
