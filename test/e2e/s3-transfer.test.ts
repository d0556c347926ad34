import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startScriptedS3, type S3Script } from '../servers/s3-scripted.js';
import { MIB, noise } from '../suites/bytes.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, type TallyOptions } from './tally-process.js';

const CONTENT = noise(17 * MIB + 5);
const SECRET = 'the-s3cret/key+';

async function scene(script: S3Script) {
  const server = await startScriptedS3(script);
  onTestFinished(() => server.stop());
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out', 'f.dat'), CONTENT);
  await writeFile(
    join(folder, 'tallyman.yaml'),
    `connections:
  acme:
    protocol: s3
    endpoint: http://${server.host}:${server.port}
    user: AKIA1
    password: { env: ACME_SECRET }
    partSize: 5M
`,
  );
  const run = (words: readonly string[], more: Partial<TallyOptions> = {}) =>
    tally(words, { folder, environment: { ACME_SECRET: SECRET }, ...more });
  const lines = async () => {
    const names = (await readdir(join(folder, 'logs'))).filter((name) => name.startsWith('cl'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, 'logs', name), 'utf8')));
    return texts.join('').trimEnd().split('\n');
  };
  return { server, folder, run, lines };
}

describe('tally with an S3 endpoint', () => {
  it('goes on with what a run that was killed had sent, and clears nothing of it', async () => {
    let kill = () => {};
    // Silence within the third part, and the end.
    const { server, folder, run, lines } = await scene(({ operation, nth }) => {
      if (operation !== 'Part' || nth !== 3) return false;
      kill();
      return true;
    });
    const words = ['move', 'out/f.dat', 'acme:/bucket/in/'];
    await run(words, { started: (child) => (kill = () => void child.kill('SIGKILL')) });
    expect([...server.objects.keys()]).toEqual([]);
    expect([...server.uploads.values()].map(({ parts }) => [...parts.keys()])).toEqual([[1, 2]]);
    expect(await readdir(join(folder, 'out'))).toEqual(['f.dat']);

    const { exitCode, stderr } = await run(words);
    expect(exitCode, stderr).toBe(0);
    expect(server.objects.get('bucket/in/f.dat')?.content.equals(CONTENT)).toBe(true);
    expect(await readdir(join(folder, 'out'))).toEqual([]);
    expect([...server.uploads.keys()]).toEqual([]);
    expect(
      server.asked.filter((each) => each === 'Part'),
      'two parts were sent once',
    ).toHaveLength(5);
    const [line] = (await lines()).slice(-1);
    expect(line).toMatch(
      new RegExp(
        `; s3; 127\\.0\\.0\\.1; ${server.port}; AKIA1; .*/out/f\\.dat; /bucket/in/f\\.dat; upload; 200;$`,
      ),
    );
  });

  it('traces what was said, and never the secret or a signature', async () => {
    const { folder, run } = await scene(() => false);
    const words = ['copy', 'out/f.dat', 'acme:/bucket/in/', '--trace', 'trace.txt'];
    expect((await run(words)).exitCode).toBe(0);
    const trace = await readFile(join(folder, 'trace.txt'), 'utf8');
    expect(trace).toMatch(/> POST \/bucket\/in\/f\.dat\?uploads/);
    expect(trace).toMatch(/< 200 OK/);
    expect(trace).not.toMatch(/Signature=|AWS4-HMAC/);
    expect(trace).not.toContain(SECRET);
  });
});
