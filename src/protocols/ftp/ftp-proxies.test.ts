import { describe, expect, it } from 'vitest';
import type { DialTarget } from '../../core/dialer.js';
import { remotePath } from '../../core/remote-path.js';
import { createNodePlatform } from '../../engine/platform/node-platform.js';
import type { ProxyOptions } from '../../net/proxy-options.js';
import { clientFor, CONTENT, startScriptedServer } from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };
const PROXIES: readonly ProxyOptions[] = [
  { kind: 'socks5', host: 'proxy.example', port: 1080, resolve: 'proxy' },
];

/** A platform whose dialer leads every name to loopback, as a proxy that resolves names would. */
function proxiedPlatform() {
  const platform = createNodePlatform();
  const dialled: DialTarget[] = [];
  const dialer: typeof platform.dialer = {
    lookup: (host, options) => platform.dialer.lookup(host, options),
    listen: () => Promise.reject(new Error('a proxy cannot listen for us')),
    dial: (target, options) => {
      dialled.push(target);
      return platform.dialer.dial({ ...target, host: '127.0.0.1' }, options);
    },
  };
  return { platform: { ...platform, dialer }, dialled };
}

describe('through a proxy', () => {
  it('data connections go to the host that was dialled, not to the address of the proxy', async () => {
    await using server = await startScriptedServer();
    const { platform, dialled } = proxiedPlatform();
    const client = clientFor(server, { host: 'ftp.partner.example', proxies: PROXIES }, platform);
    await client.connect(call);
    const chunks: Uint8Array[] = [];
    await client.read(remotePath('/file'), { write: (chunk) => void chunks.push(chunk) }, call);
    await client.close();
    expect(Buffer.concat(chunks).toString()).toBe(CONTENT);
    expect(dialled.map(({ host }) => host)).toEqual(['ftp.partner.example', 'ftp.partner.example']);
    expect(dialled[0]?.port).toBe(server.port);
    expect(dialled[1]?.port).not.toBe(server.port);
  });

  it('a PASV reply leads nowhere else either', async () => {
    await using server = await startScriptedServer();
    const { platform, dialled } = proxiedPlatform();
    const options = { host: 'ftp.partner.example', proxies: PROXIES, extendedCommands: false };
    const client = clientFor(server, options, platform);
    await client.connect(call);
    await client.read(remotePath('/file'), { write: () => undefined }, call);
    await client.close();
    expect(server.commands).toContain('PASV');
    expect(dialled.map(({ host }) => host)).toEqual(['ftp.partner.example', 'ftp.partner.example']);
  });

  it('active mode is refused before anything is dialled', async () => {
    await using server = await startScriptedServer();
    const { platform, dialled } = proxiedPlatform();
    const client = clientFor(server, { proxies: PROXIES, dataMode: 'active' }, platform);
    await expect(client.connect(call)).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      lastCode: -1,
      advice: expect.stringContaining('passive mode') as string,
    });
    expect(dialled).toEqual([]);
    await client.close();
  });
});
