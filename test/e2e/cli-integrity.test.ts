import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, type TallyRun } from './tally-process.js';

async function scene(settings: string) {
  const folder = await temporaryFolder();
  const root = await temporaryFolder();
  for (const name of ['a.xml', 'b.xml']) await writeFile(join(folder, name), `<${name}/>`);
  await mkdir(join(root, 'in'));
  const partner = await startFtpPartner({
    root,
    user: 'orders',
    password: 'p',
    habits: { checksums: ['XCRC', 'XSHA512'] },
  });
  onTestFinished(() => partner.stop());
  const connection = `connections:\n  acme:\n    url: ${partner.url}\n${settings}`;
  await writeFile(join(folder, 'tallyman.yaml'), connection);
  const run = (...words: readonly string[]): Promise<TallyRun> =>
    tally(words, { folder, environment: { TALLY_PASSWORD: 'p' } });
  return { folder, inbox: join(root, 'in'), partner, run };
}

it('a proof by content is told in the closing line and as data, with who computed it', async () => {
  const { run, inbox } = await scene('');
  const words = await run(
    'copy',
    '*.xml',
    'acme:/in/',
    '--verify',
    'checksum',
    '--rename-to',
    '%FS.FILE_NAME%.new',
  );
  expect(words.stderr).toMatch(/^2 sent, .*, proven by SHA-512, computed by the server$/m);
  expect((await readdir(inbox)).sort()).toEqual(['a.xml.new', 'b.xml.new']);

  const data = await run('copy', 'a.xml', 'acme:/in/', '--verify', 'checksum', '--jsonl', '-q');
  const [file, result] = data.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const facts = { algorithm: 'sha512', computedBy: 'server' };
  expect(file).toMatchObject({ outcome: { kind: 'succeeded', proof: 'checksum', proofFacts: facts } });
  expect(result).toMatchObject({ proofs: [{ proof: 'checksum', facts, files: 1 }] });
});

it('a command after the file that is refused: delivered, a line of its own, exit code 7, never sent again', async () => {
  const { run, folder, inbox, partner } = await scene(
    '    after: [{ rename: { from: "%FS.PATH%", to: "/no/such/folder/x" } }]\n    retries: 2\n',
  );
  const { exitCode, stderr } = await run('move', 'a.xml', 'acme:/in/');
  expect(stderr).toMatch(/^delivered +.*a\.xml: delivered, but the command after the transfer/m);
  expect(exitCode).toBe(7);
  expect(await readdir(inbox)).toEqual(['a.xml']);
  expect(await readdir(folder)).not.toContain('a.xml');
  const [log = ''] = await readdir(join(folder, 'logs'));
  const lines = (await readFile(join(folder, 'logs', log), 'utf8')).trim().split('\n');
  expect(lines.map((line) => line.split('; ').at(-1))).toEqual(['226;', '550;']);
  expect(partner.transcript.filter(({ text }) => text.startsWith('STOR'))).toHaveLength(1);
});

it('a drop-box is sent to blind, and the outcome says so', async () => {
  const { run, inbox, partner } = await scene('    preset: drop-box\n');
  const { exitCode, stderr } = await run('copy', 'a.xml', 'acme:/in/a.xml');
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^sent .*not proven, sent blind: /m);
  expect(await readdir(inbox)).toEqual(['a.xml']);
  const verbs = partner.transcript.map(({ text }) => text.split(' ')[0]);
  expect(verbs).not.toContain('RNFR');
  expect(verbs).not.toContain('MFMT');
});
