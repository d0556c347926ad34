import { scriptedProxy, type ProxyClient, type ScriptedProxy } from '../../src/net/scripted-proxy.testing.js';

export type FaultyKind = 'socks4' | 'socks5' | 'http';

/** What a proxy does instead of its part. Texts are as in ProxyClient.write. */
export type ProxyDeed =
  /** Says this and nothing more. */
  | { readonly kind: 'say'; readonly text: string; readonly then: 'close' | 'reset' | 'silence' }
  /** Says this to our greeting already. */
  | { readonly kind: 'greet'; readonly text: string; readonly then: 'close' | 'silence' }
  /** Makes the tunnel, and spoils it once so many bytes have come from the partner. */
  | { readonly kind: 'tunnel'; readonly bytes: number; readonly then: 'close' | 'reset' | 'silence' };

export interface Strike {
  /** Which of our connections is hit; all others are served well. */
  readonly nth: number;
  readonly deed: ProxyDeed;
}

/** A proxy for IPv4 addresses that strikes once. */
export function faultyProxy(kind: FaultyKind, { nth, deed }: Strike): Promise<ScriptedProxy> {
  return scriptedProxy(async (client, count) => {
    const isHit = count === nth;
    if (isHit && deed.kind === 'greet') return say(client, deed);
    const target = await askedFor(kind, client);
    if (isHit && deed.kind === 'say') return say(client, deed);
    client.write(GRANTED[kind]);
    if (isHit && deed.kind === 'tunnel') return client.relay(target.host, target.port, deed);
    await client.relay(target.host, target.port);
  });
}

const GRANTED: Record<FaultyKind, string> = {
  socks4: 'hex:00 5a 0000 00000000',
  socks5: 'hex:05 00 00 01 00000000 0000',
  http: 'HTTP/1.0 200 Fine\r\n\r\n',
};

function say(client: ProxyClient, { text, then }: Exclude<ProxyDeed, { kind: 'tunnel' }>): void {
  client.write(text);
  if (then === 'close') client.socket.end();
  if (then === 'reset') client.socket.resetAndDestroy();
}

async function askedFor(kind: FaultyKind, client: ProxyClient): Promise<{ host: string; port: number }> {
  switch (kind) {
    case 'socks4': {
      const request = await client.read(9);
      return { host: request.subarray(4, 8).join('.'), port: request.readUInt16BE(2) };
    }
    case 'socks5': {
      await client.read(3);
      client.write('hex:05 00');
      const request = await client.read(10);
      return { host: request.subarray(4, 8).join('.'), port: request.readUInt16BE(8) };
    }
    case 'http': {
      const [, host = '', port = ''] = /^CONNECT (\S+):(\d+) /.exec(await client.readHead()) ?? [];
      return { host, port: Number(port) };
    }
  }
}
