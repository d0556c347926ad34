import { ipBytes } from './ip-address.js';
import type { SocksHop } from './proxy-hop.js';
import type { ProxyTalk } from './proxy-talk.js';
import { socksHost, socksLogin } from './socks-names.js';
import { authRejected, socks5Refusal, socksNonsense } from './socks-replies.js';

/** RFC 1928. */
const VERSION = 5;
const CONNECT = 1;
const RESERVED = 0;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 } as const;
const METHOD = { none: 0, userPassword: 2, noneAcceptable: 0xff } as const;
/** RFC 1929. */
const LOGIN_VERSION = 1;
const SUCCESS = 0;

/** Asks a SOCKS5 proxy for the hop's target: an address, or a name that the proxy resolves. */
export function socks5Handshake(hop: SocksHop): (talk: ProxyTalk) => Promise<void> {
  const login = loginRequest(hop);
  const request = connectRequest(hop);
  return async (talk) => {
    await agreeOnLogin(talk, hop, login);
    talk.send(request);
    const [version, reply = 0] = await talk.read(2);
    if (version !== VERSION) throw socksNonsense(hop, `it begins with byte ${version}`);
    if (reply !== SUCCESS) throw socks5Refusal(hop, reply);
    await passBoundAddress(talk, hop);
  };
}

async function agreeOnLogin(talk: ProxyTalk, hop: SocksHop, login: Buffer | undefined): Promise<void> {
  const methods = login === undefined ? [METHOD.none] : [METHOD.none, METHOD.userPassword];
  talk.send(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await talk.read(2);
  if (version !== VERSION) throw socksNonsense(hop, `it begins with byte ${version}`);
  if (method === METHOD.none) return;
  if (method === METHOD.noneAcceptable) throw authRejected(hop, noMethod(login), 'SOCKS5 method 255');
  if (method !== METHOD.userPassword || login === undefined) {
    throw socksNonsense(hop, `it chose the login method ${method}, which was not offered`);
  }
  talk.send(login);
  const [, status] = await talk.read(2);
  if (status !== SUCCESS) {
    throw authRejected(hop, 'it refused our user or password', `SOCKS5 login status ${status}`);
  }
}

function noMethod(login: Buffer | undefined): string {
  return login === undefined
    ? 'it wants a login, and none is set'
    : 'it takes neither user and password nor a client without login';
}

function loginRequest(hop: SocksHop): Buffer | undefined {
  const { user, password } = hop.proxy;
  if (user === undefined) return undefined;
  const name = socksLogin(hop, 'user', user);
  const secret = socksLogin(hop, 'password', password?.reveal() ?? '');
  return Buffer.concat([
    Buffer.from([LOGIN_VERSION, name.length]),
    name,
    Buffer.from([secret.length]),
    secret,
  ]);
}

function connectRequest(hop: SocksHop): Buffer {
  const { host, port } = hop.target;
  return Buffer.concat([
    Buffer.from([VERSION, CONNECT, RESERVED]),
    addressField(hop, ipBytes(host)),
    Buffer.from([port >> 8, port & 0xff]),
  ]);
}

function addressField(hop: SocksHop, address: Buffer | undefined): Buffer {
  if (address !== undefined) {
    return Buffer.concat([Buffer.from([address.length === 4 ? ADDRESS.ipv4 : ADDRESS.ipv6]), address]);
  }
  const name = socksHost(hop);
  return Buffer.concat([Buffer.from([ADDRESS.name, name.length]), name]);
}

/** The address that the proxy connects from: of no use to us, but it stands before the tunnel's bytes. */
async function passBoundAddress(talk: ProxyTalk, hop: SocksHop): Promise<void> {
  const PORT_BYTES = 2;
  const [, type = 0] = await talk.read(2);
  switch (type) {
    case ADDRESS.ipv4:
      await talk.read(4 + PORT_BYTES);
      return;
    case ADDRESS.ipv6:
      await talk.read(16 + PORT_BYTES);
      return;
    case ADDRESS.name: {
      const [length = 0] = await talk.read(1);
      await talk.read(length + PORT_BYTES);
      return;
    }
    default:
      throw socksNonsense(hop, `an address of type ${type}`);
  }
}
