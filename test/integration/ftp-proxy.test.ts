import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import type { FtpOptions, FtpProxyLogin } from '../../src/protocols/ftp/ftp-options.js';
import { expectPromise, moveScene, runMove, type Direction } from '../hostile/move-scene.js';
import { ftpEndpoint } from '../platform/partner-endpoint.js';
import { freePort } from '../servers/free-port.js';
import { ftpProxyLogin, startFtpProxy } from '../servers/ftp-proxy.js';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { startVsftpd } from '../servers/vsftpd.js';

const JOINED: FtpProxyLogin = { style: 'user@host', separator: '@' };
const OWN: FtpProxyLogin = {
  style: 'custom',
  commands: ['USER %proxyuser%', 'PASS %proxypass%', 'USER %user%@%host%:%port%', 'PASS %pass%'],
};

async function proxyOptions(login: FtpProxyLogin, password = ftpProxyLogin.password) {
  const proxy = await startFtpProxy();
  onTestFinished(() => proxy.stop());
  const { host, port } = proxy;
  const ftpProxy = { host, port, user: ftpProxyLogin.user, password: new Secret(password), login };
  return { proxy, options: { ftpProxy, timeoutMs: 5_000 } satisfies Partial<FtpOptions> };
}

async function sceneWithPartner(direction: Direction) {
  const place = await moveScene(direction);
  const partner = await startFtpPartner({ root: place.remote, user: 'u', password: 'p4ssw0rd' });
  onTestFinished(() => partner.stop());
  return { place, partner };
}

describe('a whole transfer through an FTP proxy', () => {
  const cases = (['upload', 'download'] as const).flatMap((direction) =>
    [JOINED, { style: 'open' } as const, OWN].map((login) => ({ direction, login })),
  );
  it.each(cases)('$direction, $login.style', async ({ direction, login }) => {
    const { place, partner } = await sceneWithPartner(direction);
    const { options } = await proxyOptions(login);
    const run = await runMove(place, ftpEndpoint(partner, options), 0);
    await expectPromise(place, run);
    expect(run.lines, run.result.stoppedBy?.message).toEqual(['0 226']);
    // The line names the partner, not the proxy.
    expect(run.attempts[0]?.columns).toMatchObject({ host: partner.host, port: partner.port, user: 'u' });
  });

  it('reaches vsftpd', async () => {
    const server = await startVsftpd();
    onTestFinished(() => server.stop());
    const { options } = await proxyOptions(JOINED);
    const place = { ...(await moveScene('upload')), remote: server.root };
    const run = await runMove(place, ftpEndpoint(server, options), 0);
    expect(run.lines, run.result.stoppedBy?.message).toEqual(['0 226']);
  });

  it('that refuses us names the proxy, and nothing is moved', async () => {
    const { place, partner } = await sceneWithPartner('upload');
    const { options, proxy } = await proxyOptions(JOINED, 'wrong');
    const run = await runMove(place, ftpEndpoint(partner, options), 0);
    await expectPromise(place, run);
    expect(run.lines).toEqual(['1 530']);
    expect(run.result.stoppedBy).toMatchObject({ code: 'PROXY_AUTH_REJECTED', side: 'proxy' });
    expect(run.result.stoppedBy?.message).toContain(`FTP proxy 127.0.0.1:${proxy.port}`);
    expect(partner.transcript).toEqual([]);
  });

  it('that cannot reach the server names the proxy, and nothing is moved', async () => {
    const { place, partner } = await sceneWithPartner('download');
    const { options } = await proxyOptions({ style: 'user@host', separator: '@' });
    const port = await freePort();
    const run = await runMove(place, ftpEndpoint({ ...partner, host: partner.host, port }, options), 0);
    await expectPromise(place, run);
    expect(run.lines).toEqual(['1 421']);
    expect(run.result.stoppedBy).toMatchObject({ code: 'PROXY_FAILED', side: 'proxy', retry: 'transient' });
  });

  it('whose server refuses our password names the server', async () => {
    const { place, partner } = await sceneWithPartner('upload');
    const { options } = await proxyOptions(JOINED);
    const run = await runMove(place, ftpEndpoint({ ...partner, password: 'wrong' }, options), 0);
    await expectPromise(place, run);
    expect(run.lines).toEqual(['1 530']);
    expect(run.result.stoppedBy).toMatchObject({ code: 'AUTH_REJECTED', side: 'us' });
    expect(run.result.stoppedBy?.message).toContain(`${partner.host}:${partner.port}`);
  });
});
