import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSftpPartner } from '../../src/simulator/sftp-partner.js';
import { freePort } from '../servers/free-port.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tallyProgram } from './tally-process.js';

const project = join(import.meta.dirname, '../..');
const readme = await readFile(join(project, 'README.md'), 'utf8');

/** The lines of all shell blocks, without their remarks. */
const commands = [...readme.matchAll(/```sh\n([^]*?)```/g)]
  .flatMap((block) => (block[1] ?? '').split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');

/** What a test cannot run inside itself: `npm test` is running, `npm start` is tally demo, the others change the machine. */
const NOT_RUN = ['npm start', 'npm test', 'npm link', 'npm run bench', 'export TALLY_PASSWORD=...'];

/** The rule of the README, as it stands there. */
const rules = /```yaml\n(rules:\n[^]*?)```/.exec(readme)?.[1] ?? '';

describe('the README', () => {
  it('shows only npm scripts that exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    const named = commands.flatMap((line) => /^npm (?:run )?(start|test|bench|lint)$/.exec(line)?.[1] ?? []);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
    expect(scripts).toMatchObject({ start: expect.stringContaining('tally.js demo') as string });
  });

  it('shows only commands that work, in the order in which they stand', async () => {
    const root = await temporaryFolder();
    for (const name of ['in', 'out', 'reports']) await mkdir(join(root, name));
    await writeFile(join(root, 'out', 'prices.csv'), '1;2');
    const partner = await startSftpPartner({ root, user: 'orders', password: 'p' });
    onTestFinished(() => partner.stop());
    const folder = await temporaryFolder();
    for (const name of ['outbox', 'inbox', 'reports', 'orders']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'outbox', 'a.xml'), '<a/>');
    await writeFile(join(folder, 'reports', 'r.txt'), 'r');
    await writeFile(join(folder, 'orders', 'o1.xml'), '<o/>');
    await writeFile(
      join(folder, 'tallyman.yaml'),
      `clientLog: { folder: ./logs, tenthColumn: true }
stateFolder: ./state
api: { port: ${await freePort()} }
${rules}connections:
  acme:
    url: ${partner.url}
    password: { env: ACME_PASSWORD }
    hostKeys: ["${partner.hostKeyFingerprint}"]
`,
    );
    const { hostname, port } = new URL(partner.url);
    await writeFile(join(folder, 'outbox', 'inv_0301.xml'), '<a/>');
    const logLine = (time: string, result: string) =>
      `2026-03-01 ${time}; sftp; ${hostname}; ${port}; orders; ${folder}/outbox/inv_0301.xml; /in/inv_0301.xml; upload; ${result};\n`;
    await writeFile(
      join(folder, 'cl260301.log'),
      logLine('02:07:44', '10060; 1') + logLine('02:12:02', '4; 1'),
    );
    const shell = `tally() { "${process.execPath}" "${tallyProgram}" "$@"; }\n`;
    const environment = {
      HOME: folder,
      ACME_PASSWORD: 'p',
      TALLY_PASSWORD: 'p',
      TALLY_HOST_KEY: partner.hostKeyFingerprint,
    };
    for (const line of commands.filter((command) => !NOT_RUN.includes(command))) {
      expect(line, 'a command that this test knows how to run').toMatch(/^tally /);
      // The move before has taken the file away, as it should.
      await writeFile(join(folder, 'outbox', `${commands.indexOf(line)}.xml`), '<a/>');
      if (line === 'tally daemon') {
        onTestFinished(await startedDaemon(folder, environment));
        continue;
      }
      const real = line.replace('sftp://orders@sftp.acme.example', partner.url);
      await promisify(execFile)('/bin/bash', ['-c', shell + real], { cwd: folder, env: environment });
    }
  });
});

/** Resolves once the daemon has made and ended its first run; the answer stops it. */
async function startedDaemon(folder: string, environment: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const daemon = spawn(process.execPath, [tallyProgram, 'daemon'], { cwd: folder, env: environment });
  const exit = once(daemon, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    daemon.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('"type":"run.ended"')) resolve();
    });
    daemon.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    daemon.once('exit', () => reject(new Error(`the daemon ended: ${said}`)));
  });
  return async () => {
    daemon.kill('SIGTERM');
    await exit;
  };
}
