import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { freePort } from '../servers/free-port.js';
import { startMicrosocks } from '../servers/microsocks.js';
import { startOpenssh } from '../servers/openssh.js';
import { startTinyproxy } from '../servers/tinyproxy.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { tally } from './tally-process.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out', 'a.bin'), Buffer.alloc(200_000, 5));
});

function started<Server extends { stop(): Promise<void> }>(server: Server): Server {
  onTestFinished(() => server.stop());
  return server;
}

/** Protocol, host and code of each line. */
async function lines(): Promise<readonly string[]> {
  const [name = ''] = await readdir(join(folder, 'logs'));
  const text = await readFile(join(folder, 'logs', name), 'utf8');
  const columns = text
    .trim()
    .split('\n')
    .map((line) => line.split('; '));
  return columns.map((each) => [each[1], each[3], each[8]].join(' '));
}

describe('tally through a proxy', () => {
  it('of --proxy pushes by SFTP, logs the partner, and shows no password', async () => {
    const [server, proxy] = [started(await startOpenssh()), started(await startMicrosocks())];
    const place = `sftp://${server.user}@${server.host}:${server.port}${server.remoteRoot}/`;
    const words = ['--proxy', `socks5://${proxy.user}:${proxy.password}@${proxy.host}:${proxy.port}`];
    const trust = ['--host-key', server.hostKeys.join(',')];
    const environment = { TALLY_PASSWORD: server.password };
    const done = await tally(['copy', 'out/*', place, ...words, ...trust], { folder, environment });
    expect([done.stderr, done.exitCode]).toEqual([expect.stringContaining('the password in --proxy'), 0]);
    expect(done.stderr).not.toContain(proxy.password);
    expect(await readdir(server.root)).toEqual(['a.bin']);
    expect(await lines()).toEqual([`sftp ${server.port} 0;`]);
  });

  it('of the settings pushes by FTP, data connections included', async () => {
    const [server, proxy] = [started(await startVsftpd()), started(await startTinyproxy())];
    await writeFile(
      join(folder, 'tallyman.yaml'),
      `connections:
  acme:
    url: ftp://${server.user}@${server.host}:${server.port}
    password: { env: ACME_PASSWORD }
    proxy: { url: "http://${proxy.user}@${proxy.host}:${proxy.port}", password: { env: GATE_PASSWORD } }
`,
    );
    const environment = { ACME_PASSWORD: server.password, GATE_PASSWORD: proxy.password };
    const done = await tally(['copy', 'out/*', 'acme:/'], { folder, environment });
    expect([done.stderr, done.exitCode]).toEqual([expect.any(String), 0]);
    expect(await readdir(server.root)).toEqual(['a.bin']);
    expect(await lines()).toEqual([`ftp ${server.port} 226;`]);
    expect(proxy.log().match(/Established connection/g)?.length).toBeGreaterThan(1);
  });

  it('that refuses our password says so, with 11 in the log and exit code 4', async () => {
    const proxy = started(await startMicrosocks());
    const environment = { TALLY_PASSWORD: 'x', TALLY_PROXY: `socks5://u:wr0ng@${proxy.host}:${proxy.port}` };
    const failed = await tally(['copy', 'out/*', 'ftp://u@127.0.0.1:21/'], { folder, environment });
    expect(failed.exitCode, failed.stderr).toBe(4);
    expect(failed.stderr).toContain(
      `SOCKS5 proxy ${proxy.host}:${proxy.port}: it refused our user or password`,
    );
    expect(failed.stderr).toContain('PROXY_AUTH_REJECTED');
    expect(failed.stderr).not.toContain('wr0ng');
    expect(await lines()).toEqual(['ftp 21 11;']);
  });

  it('that is not there says so, with 12 in the log and exit code 5', async () => {
    const environment = { TALLY_PASSWORD: 'x', TALLY_PROXY: `socks4a://127.0.0.1:${await freePort()}` };
    const words = ['copy', 'out/*', 'ftp://u@127.0.0.1:21/', '--retries', '0'];
    const failed = await tally(words, { folder, environment });
    expect(failed.exitCode, failed.stderr).toBe(5);
    expect(failed.stderr).toContain('PROXY_UNREACHABLE');
    expect(await lines()).toEqual(['ftp 21 12;']);
  });
});
