import ssh2, { type SFTPWrapper } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { MemoryTree } from '../../simulator/memory-tree.js';
import { startSftpPartner } from '../../simulator/sftp-partner.js';
import { readData, sftpHello, tapMessages, type LoginAnswer } from './ssh2-internals.js';

/** A plain ssh2 session, without our client around it. */
async function withSession(
  run: (sftp: SFTPWrapper, answers: readonly LoginAnswer[]) => Promise<void>,
): Promise<void> {
  const partner = await startSftpPartner({ root: new MemoryTree({ a: 'tally' }), user: 'u', password: 'p' });
  const client = new ssh2.Client();
  const answers: LoginAnswer[] = [];
  try {
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      client
        .on('error', reject)
        .on('ready', () =>
          client.sftp((error, session) => (error === undefined ? resolve(session) : reject(error))),
        );
      client.connect({ host: partner.host, port: partner.port, username: 'u', password: 'p' });
      tapMessages(client, {
        onLoginRefused: (answer) => void answers.push(answer),
        onDisconnect: () => undefined,
      });
    });
    await run(sftp, answers);
  } finally {
    client.destroy();
    await partner.stop();
  }
}

describe('what ssh2 keeps to itself', () => {
  it('are the methods that the server takes, after the first refusal', async () => {
    await withSession(async (_sftp, answers) => {
      expect(answers).toEqual([
        { methods: ['password', 'publickey', 'keyboard-interactive'], partial: false },
      ]);
    });
  });

  it('are limits and extensions of the server', async () => {
    await withSession(async (sftp) => {
      const hello = sftpHello(sftp);
      expect(hello.limits).toEqual({
        told: true,
        packetBytes: 262_144,
        readBytes: 261_120,
        writeBytes: 261_120,
      });
      expect(hello.version).toBe(3);
      expect(hello.extensions['posix-rename@openssh.com']).toBe('1');
    });
  });

  it('is the data as it came, which is ours without a copy', async () => {
    await withSession(async (sftp) => {
      const handle = await new Promise<Buffer>((resolve, reject) =>
        sftp.open('/a', 1, (error, opened) => (error === undefined ? resolve(opened) : reject(error))),
      );
      const read = (position: number) =>
        new Promise((resolve) =>
          readData(sftp, { handle, position, length: 100 }, (error, data) =>
            resolve(error ?? data?.toString()),
          ),
        );
      expect(await Promise.all([read(0), read(2), read(5)])).toEqual([
        'tally',
        'lly',
        expect.objectContaining({ code: 1 }),
      ]);
    });
  });
});
