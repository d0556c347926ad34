import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Platform } from '../../src/core/platform.js';
import { remotePath, type RemotePath } from '../../src/core/remote-path.js';
import { FtpClient } from '../../src/protocols/ftp/ftp-client.js';
import { testPlatform } from '../platform/test-platform.js';
import { startProftpd } from '../servers/proftpd.js';
import type { TestServer } from '../servers/test-server.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { chunks, collect, KeepingSink, noise } from '../suites/bytes.js';
import { ftpOptions } from '../suites/targets/ftp-target.js';

/** What FTP has beyond the contract that all protocols share. */

const call = { signal: new AbortController().signal };

/** A platform that tells of each socket it has dialled. */
function telling(dialled: (socket: Socket) => void): Platform {
  const platform = testPlatform();
  const dial: Platform['dialer']['dial'] = async (target, options) => {
    const socket = await platform.dialer.dial(target, options);
    dialled(socket);
    return socket;
  };
  return {
    ...platform,
    dialer: Object.assign(Object.create(platform.dialer) as typeof platform.dialer, { dial }),
  };
}

async function connected(server: TestServer): Promise<{ client: FtpClient; control: Socket }> {
  const sockets: Socket[] = [];
  const client = new FtpClient(
    ftpOptions(server),
    telling((socket) => void sockets.push(socket)),
  );
  await client.connect(call);
  return { client, control: sockets[0]! };
}

describe.each([
  { name: 'ProFTPD', start: startProftpd },
  { name: 'vsftpd', start: startVsftpd },
])('$name', ({ start }) => {
  it('has its 421 in the log when it ended the session for idling', async () => {
    await using server = await start({ idleSeconds: 1 });
    const { client, control } = await connected(server);
    await once(control, 'close');
    for (let again = 0; again < 2; again += 1) {
      await expect(client.stat(remotePath('/'), call)).rejects.toMatchObject({
        lastCode: 421,
        sessionLost: true,
        retry: 'transient',
      });
    }
    await client.close();
  });

  it('never sees a line break that a path was forged with', async () => {
    await using server = await start({});
    writeFileSync(join(server.root, 'there'), 'x');
    const there = remotePath('/there');
    const { client } = await connected(server);
    for (const bad of ['a\r\nDELE b', 'a\nb', 'a\rb', 'a\0b']) {
      const path = bad as RemotePath;
      const calls = [
        () => collect(client.list(path, call)),
        () => client.stat(path, call),
        () => client.read(path, new KeepingSink(), call),
        () => client.write(path, chunks(noise(1)), call),
        () => client.rename(path, there, { ...call, replace: true }),
        () => client.rename(there, path, { ...call, replace: true }),
        () => client.remove(path, call),
        () => client.makeFolder(path, call),
        () => client.removeFolder(path, call),
        () => client.setModifiedTime(path, 0, call),
      ];
      for (const forged of calls) {
        await expect(forged()).rejects.toMatchObject({ code: 'NAME_REFUSED', sessionLost: false });
      }
    }
    expect(server.log()).not.toContain('DELE');
    await client.close();
  });
});
