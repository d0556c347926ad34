import { ipBytes } from './ip-address.js';
import { hopError, type SocksHop } from './proxy-hop.js';
import type { ProxyTalk } from './proxy-talk.js';
import { socksHost, socksUserId } from './socks-names.js';
import { socks4Refusal, socksNonsense } from './socks-replies.js';

const VERSION = 4;
const CONNECT = 1;
const GRANTED = 90;
/** An address that cannot be: SOCKS4a then takes the name that follows. */
const NAME_FOLLOWS = Buffer.from([0, 0, 0, 1]);
const ADDRESS_NOT_SUPPORTED = 8;

/** Asks a SOCKS4 or SOCKS4a proxy for the hop's target, which is an IPv4 address or, for 4a, a name. */
export function socks4Handshake(hop: SocksHop): (talk: ProxyTalk) => Promise<void> {
  const request = connectRequest(hop);
  return async (talk) => {
    talk.send(request);
    const [version, reply = 0] = await talk.read(2);
    // 0 by the memo; some proxies repeat the 4.
    if (version !== 0 && version !== VERSION) throw socksNonsense(hop, `it begins with byte ${version}`);
    if (reply !== GRANTED) throw socks4Refusal(hop, reply);
    await talk.read(6);
  };
}

function connectRequest(hop: SocksHop): Buffer {
  const { proxy, target } = hop;
  const head = Buffer.from([VERSION, CONNECT, target.port >> 8, target.port & 0xff]);
  const user = Buffer.concat([socksUserId(hop, proxy.user ?? ''), Buffer.alloc(1)]);
  const address = ipBytes(target.host);
  if (address?.length === 4) return Buffer.concat([head, address, user]);
  if (address !== undefined || proxy.kind === 'socks4') throw onlyIpv4(hop);
  return Buffer.concat([head, NAME_FOLLOWS, user, socksHost(hop), Buffer.alloc(1)]);
}

export function onlyIpv4(hop: SocksHop): Error {
  return hopError(hop, {
    code: 'SETTINGS_INVALID',
    lastCode: ADDRESS_NOT_SUPPORTED,
    problem: `SOCKS4 knows IPv4 addresses only, and ${hop.target.host} has none`,
    advice: 'Use a SOCKS5 or HTTP proxy for this host.',
  });
}
