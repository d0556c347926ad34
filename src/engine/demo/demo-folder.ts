import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoPartners } from '../../simulator/demo-partners.js';
import { DEMO_RULES_TEXT, fillRuleFolders } from './demo-rules.js';

/** The connections of the demo, in the order that they are shown. */
export const DEMO_CONNECTIONS = [
  { name: 'demo-sftp', title: 'SFTP', root: 'sftp' },
  { name: 'demo-ftp', title: 'FTP', root: 'ftp' },
  { name: 'demo-ftpes', title: 'FTPS, explicit TLS', root: 'ftpsExplicit' },
  { name: 'demo-ftps', title: 'FTPS, implicit TLS', root: 'ftpsImplicit' },
] as const;

const MEBIBYTE = 1024 * 1024;

/** Names as partners send them: spaces, umlauts, and the character that parts the columns of the log. */
const OUTGOING_FILES: readonly (readonly [string, Buffer])[] = [
  ['Bestellung März.xml', Buffer.from('<order number="4711"><item count="12">Kaffee</item></order>\n')],
  ['prices; final.csv', Buffer.from(priceLines())],
  ['photos.zip', randomBytes(4 * MEBIBYTE)],
];

const INCOMING_NAME = 'catalogue 2026.csv';

function priceLines(): string {
  return Array.from({ length: 2000 }, (_, index) => `article ${index};${(index * 7) % 100}.90;EUR\n`).join(
    '',
  );
}

/** A folder to work in: the one named, or a new temporary one. */
export async function makeDemoFolder(named: string | undefined): Promise<string> {
  if (named === undefined) return mkdtemp(join(tmpdir(), 'tallyman-demo-'));
  await mkdir(named, { recursive: true });
  return named;
}

/** Files to send and to fetch, the password, the CA and a `tallyman.yaml` that names the partners. */
export async function fillDemoFolder(folder: string, partners: DemoPartners): Promise<void> {
  for (const name of ['outbox', 'inbox', 'secrets']) await mkdir(join(folder, name), { recursive: true });
  for (const [name, bytes] of OUTGOING_FILES) await writeFile(join(folder, 'outbox', name), bytes);
  for (const { root, title } of DEMO_CONNECTIONS) {
    await writeFile(join(partners.roots[root], 'out', INCOMING_NAME), `from;${title}\n${priceLines()}`);
  }
  for (const { name } of DEMO_CONNECTIONS) await mkdir(join(folder, 'inbox', name), { recursive: true });
  await fillRuleFolders(folder);
  await writeFile(join(folder, 'secrets', 'password'), `${partners.password}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'secrets', 'wrong-password'), 'a wrong one\n', { mode: 0o600 });
  await writeFile(join(folder, 'ca.pem'), partners.certificate.authority);
  await writeFile(join(folder, 'tallyman.yaml'), settingsText(partners));
}

function settingsText(partners: DemoPartners): string {
  const { user, ftp, ftpsExplicit, ftpsImplicit, sftp, refusedPort } = partners;
  const place = (scheme: string, host: string, port: number) => `${scheme}://${user}@${host}:${port}`;
  return `# Made by "tally demo". The partners run only while the demo does.
clientLog: { folder: ./logs, tenthColumn: true }
stateFolder: ./state
connections:
  demo-sftp:
    url: ${place('sftp', sftp.host, sftp.port)}
    password: { file: ./secrets/password }
    hostKeys: ["${sftp.hostKeyFingerprint}"]
  demo-ftp:
    url: ${place('ftp', ftp.host, ftp.port)}
    password: { file: ./secrets/password }
  demo-ftpes:                       # explicit TLS
    url: ${place('ftpes', ftpsExplicit.host, ftpsExplicit.port)}
    password: { file: ./secrets/password }
    ca: ./ca.pem
  demo-ftps:                        # implicit TLS
    url: ${place('ftps', ftpsImplicit.host, ftpsImplicit.port)}
    password: { file: ./secrets/password }
    ca: ./ca.pem
  demo-down:                        # nobody listens there
    url: ${place('ftp', '127.0.0.1', refusedPort)}
    password: { file: ./secrets/password }
    retries: 0
${DEMO_RULES_TEXT}`;
}
