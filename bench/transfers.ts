/**
 * One large file over SFTP and FTP on loopback, push and pull, beside the peers, in the same minutes.
 *
 *   npm run bench                      1 GiB, 3 rounds
 *   npm run bench -- --size 256 --rounds 5
 *
 * Each round runs every tool once, one after another, so that a noisy minute hits all of them. Everything lies in
 * memory (/dev/shm) where there is one, so that protocols are measured and not a disk. Printed are the medians, and
 * the ratio to the yardstick of the issue: OpenSSH's sftp for SFTP, curl for FTP; above 1 = Tallyman is faster.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

if (existsSync('/dev/shm')) process.env['TMPDIR'] = '/dev/shm';

const { startOpenssh } = await import('../test/servers/openssh.js');
const { startVsftpd } = await import('../test/servers/vsftpd.js');
const { testKeyFile } = await import('../test/servers/test-keys.js');

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

interface Tool {
  readonly name: string;
  readonly push: (from: string, to: string) => Command;
  readonly pull: (from: string, to: string) => Command;
}

interface Figures {
  readonly seconds: number[];
  readonly memoryMiB: number[];
}

const { values } = parseArgs({
  options: { size: { type: 'string', default: '1024' }, rounds: { type: 'string', default: '3' } },
});
const sizeMiB = Number(values.size);
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'tally-bench-'));
const tally = join(import.meta.dirname, '../dist/bin/tally.js');
const ssh = await startOpenssh();
const ftp = await startVsftpd();
const key = testKeyFile('client-ed25519');
const sshOptions = [
  '-i',
  key,
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'LogLevel=ERROR',
];

function tallyCommand(source: string, destination: string, more: readonly string[] = []): Command {
  const args = [
    tally,
    'copy',
    source,
    destination,
    '--log-folder',
    join(folder, 'logs'),
    '--progress',
    'none',
    '-q',
    ...more,
  ];
  const environment = { TALLY_STATE_FOLDER: join(folder, 'state'), TALLY_PASSWORD: ftp.password };
  return { program: process.execPath, args, environment };
}

function sftpTools(): Tool[] {
  const url = (path: string) => `sftp://${ssh.user}@${ssh.host}:${ssh.port}${path}`;
  const trust = ['--identity', key, '--host-key', ssh.hostKeys[0] ?? ''];
  const batch = (line: string): Command => ({
    program: 'sftp',
    args: [...sshOptions, '-P', String(ssh.port), '-b', '-', `${ssh.user}@${ssh.host}`],
    input: `${line}\n`,
  });
  const lftp = (line: string): Command => ({
    program: 'lftp',
    args: [
      '-c',
      `set sftp:connect-program "ssh -a -x ${sshOptions.join(' ')}"; open -u ${ssh.user},x sftp://${ssh.host}:${ssh.port}; ${line}`,
    ],
  });
  const remote = (path: string) =>
    `:sftp,host=${ssh.host},port=${ssh.port},user=${ssh.user},key_file=${key}:${path}`;
  const rclone = (from: string, to: string): Command => ({
    program: 'rclone',
    args: ['copyto', from, to, '--ignore-times', '--multi-thread-streams', '1'],
  });
  return [
    {
      name: 'tally',
      push: (from, to) => tallyCommand(from, url(to), trust),
      pull: (from, to) => tallyCommand(url(from), to, trust),
    },
    {
      name: 'sftp',
      push: (from, to) => batch(`put ${from} ${to}`),
      pull: (from, to) => batch(`get ${from} ${to}`),
    },
    {
      name: 'lftp',
      push: (from, to) => lftp(`put ${from} -o ${to}`),
      pull: (from, to) => lftp(`get ${from} -o ${to}`),
    },
    {
      name: 'rclone',
      push: (from, to) => rclone(from, remote(to)),
      pull: (from, to) => rclone(remote(from), to),
    },
  ];
}

function ftpTools(): Tool[] {
  const login = `${ftp.user}:${ftp.password}`;
  const url = (path: string) => `ftp://${ftp.user}@${ftp.host}:${ftp.port}${path}`;
  const curlUrl = (path: string) => `ftp://${login}@${ftp.host}:${ftp.port}/%2F${path.slice(1)}`;
  const curl = (...args: string[]): Command => ({ program: 'curl', args: ['-sS', ...args] });
  const lftp = (line: string): Command => ({
    program: 'lftp',
    args: ['-c', `open -u ${ftp.user},${ftp.password} ftp://${ftp.host}:${ftp.port}; ${line}`],
  });
  const remote = (path: string) =>
    `:ftp,host=${ftp.host},port=${ftp.port},user=${ftp.user},pass=${obscured(ftp.password)}:${path}`;
  const rclone = (from: string, to: string): Command => ({
    program: 'rclone',
    args: ['copyto', from, to, '--ignore-times', '--multi-thread-streams', '1'],
  });
  return [
    {
      name: 'tally',
      push: (from, to) => tallyCommand(from, url(to)),
      pull: (from, to) => tallyCommand(url(from), to),
    },
    {
      name: 'curl',
      push: (from, to) => curl('-T', from, curlUrl(to)),
      pull: (from, to) => curl('-o', to, curlUrl(from)),
    },
    {
      name: 'lftp',
      push: (from, to) => lftp(`put ${from} -o ${to}`),
      pull: (from, to) => lftp(`get ${from} -o ${to}`),
    },
    {
      name: 'rclone',
      push: (from, to) => rclone(from, remote(to)),
      pull: (from, to) => rclone(remote(from), to),
    },
  ];
}

function obscured(password: string): string {
  return execFileSync('rclone', ['obscure', password], { encoding: 'utf8' }).trim();
}

/** Runs a command to its end; the highest resident memory is read from /proc while it lives. */
async function timed(command: Command): Promise<{ seconds: number; memoryMiB: number }> {
  const started = performance.now();
  const child = spawn(command.program, command.args, {
    env: { ...process.env, RCLONE_CONFIG: '/dev/null', ...command.environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdin.end(command.input ?? '');
  let memoryMiB = 0;
  const watch = setInterval(() => (memoryMiB = Math.max(memoryMiB, residentMiB(child.pid))), 20);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new TypeError(`${command.program} ended with ${code}: ${complaint}`);
  return { seconds: (performance.now() - started) / 1000, memoryMiB };
}

function residentMiB(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function makeFile(path: string): Promise<void> {
  const stream = createWriteStream(path);
  const block = randomBytes(1024 * 1024);
  for (let count = 0; count < sizeMiB; count += 1) {
    if (!stream.write(block)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

function assertSame(one: string, other: string): void {
  execFileSync('cmp', [one, other]);
}

async function measure(
  label: string,
  tools: readonly Tool[],
  server: { readonly root: string; readonly remoteRoot: string },
): Promise<string[]> {
  const local = join(folder, 'file');
  const fetched = join(folder, 'fetched');
  const stored = join(server.root, 'stored');
  const remote = `${server.remoteRoot.replace(/\/$/, '')}/stored`;
  const figures = new Map<string, Figures>();
  for (let round = 0; round < rounds; round += 1) {
    for (const tool of tools) {
      rmSync(stored, { force: true });
      record(figures, `push ${tool.name}`, await timed(tool.push(local, remote)));
      assertSame(local, stored);
      rmSync(fetched, { force: true });
      record(figures, `pull ${tool.name}`, await timed(tool.pull(remote, fetched)));
      assertSame(local, fetched);
    }
  }
  return ['push', 'pull'].flatMap((way) => rowsOf(label, way, tools, figures));
}

function record(
  figures: Map<string, Figures>,
  name: string,
  run: { seconds: number; memoryMiB: number },
): void {
  const known = figures.get(name) ?? { seconds: [], memoryMiB: [] };
  known.seconds.push(run.seconds);
  known.memoryMiB.push(run.memoryMiB);
  figures.set(name, known);
}

function rowsOf(label: string, way: string, tools: readonly Tool[], figures: Map<string, Figures>): string[] {
  const own = median(figures.get(`${way} tally`)?.seconds ?? []);
  return tools.map(({ name }) => {
    const { seconds, memoryMiB } = figures.get(`${way} ${name}`) ?? { seconds: [], memoryMiB: [] };
    const spread = `${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}`;
    const speed = (sizeMiB / median(seconds)).toFixed(0);
    const ratio = (median(seconds) / own).toFixed(2);
    return `| ${label} ${way} | ${name} | ${median(seconds).toFixed(2)} | ${spread} | ${speed} | ${ratio} | ${Math.max(...memoryMiB).toFixed(0)} |`;
  });
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

try {
  await makeFile(join(folder, 'file'));
  const rows = [...(await measure('SFTP', sftpTools(), ssh)), ...(await measure('FTP', ftpTools(), ftp))];
  process.stdout.write(
    `${sizeMiB} MiB, ${rounds} rounds, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n\n`,
  );
  process.stdout.write(
    '| what | tool | median s | min-max s | MiB/s | time / tally | peak MiB |\n|---|---|---|---|---|---|---|\n',
  );
  process.stdout.write(`${rows.join('\n')}\n`);
} finally {
  await ssh.stop();
  await ftp.stop();
  rmSync(folder, { recursive: true });
}
