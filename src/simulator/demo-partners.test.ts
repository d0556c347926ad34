import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startDemoPartners, type DemoPartners } from './demo-partners.js';
import { FtpDialogue } from './ftp-dialogue.testing.js';
import { openSftp, type SftpDialogue } from './sftp-dialogue.testing.js';

let folder: string;
let partners: DemoPartners;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-partners-'));
  partners = await startDemoPartners(folder);
});

afterEach(async () => {
  await partners.stop();
  await rm(folder, { recursive: true });
});

describe.each(['ftp', 'ftpsExplicit', 'ftpsImplicit'] as const)('the demo partner %s', (name) => {
  test('takes a push, and gives it back', async () => {
    const dialogue = await FtpDialogue.login(partners[name]);
    expect(await dialogue.store('in/order.xml', Buffer.from('<order/>'))).toBe(226);
    expect(await readFile(join(partners.roots[name], 'in/order.xml'), 'utf8')).toBe('<order/>');
    await writeFile(join(partners.roots[name], 'out/prices.csv'), 'a;b\n');
    const pulled = await dialogue.retrieve('out/prices.csv');
    expect(pulled).toEqual({ code: 226, bytes: Buffer.from('a;b\n') });
    dialogue.close();
  });

  test('refuses a wrong password with 530 and a missing file with 550', async () => {
    const stranger = await FtpDialogue.open(partners[name]);
    expect((await stranger.ask(`USER ${partners.user}`)).code).toBe(331);
    expect((await stranger.ask('PASS wrong')).code).toBe(530);
    stranger.close();
    const dialogue = await FtpDialogue.login(partners[name]);
    expect((await dialogue.retrieve('out/none.csv')).code).toBe(550);
    dialogue.close();
  });
});

describe('the demo partner sftp', () => {
  test('takes a push, and gives it back; a missing file is status 2', async () => {
    const sftp: SftpDialogue = await openSftp(partners.sftp);
    await sftp.store('/in/order.xml', Buffer.from('<order/>'));
    expect(await readFile(join(partners.roots.sftp, 'in/order.xml'), 'utf8')).toBe('<order/>');
    expect((await sftp.retrieve('/in/order.xml')).toString()).toBe('<order/>');
    await expect(sftp.retrieve('/in/none.xml')).rejects.toMatchObject({ code: 2 });
    sftp.close();
  });

  test('refuses a wrong password', async () => {
    await expect(openSftp({ ...partners.sftp, password: 'wrong' })).rejects.toMatchObject({
      level: 'client-authentication',
    });
  });
});

test('nobody listens at the refused port', async () => {
  const socket = connect(partners.refusedPort, '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('once stopped, no partner listens or holds a connection', async () => {
  const dialogue = await FtpDialogue.login(partners.ftp);
  const over = dialogue.closed;
  await partners.stop();
  await over;
  for (const partner of [partners.ftp, partners.ftpsExplicit, partners.ftpsImplicit, partners.sftp]) {
    expect(partner.openConnections).toBe(0);
    const socket = connect(partner.port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  }
});
