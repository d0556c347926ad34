import type { TransferError } from '../core/transfer-error.js';
import {
  behindProxyError,
  hopError,
  showTarget,
  SOCKS_AUTH_REJECTED,
  SOCKS_CATCH_ALL,
  type SocksHop,
} from './proxy-hop.js';

/** What the replies of SOCKS proxies come to: client-log.md, section 4, table B. */

/** RFC 1928, section 6. */
export function socks5Refusal(hop: SocksHop, reply: number): TransferError {
  const target = showTarget(hop);
  const said = `SOCKS5 reply ${reply}`;
  switch (reply) {
    case 1:
      return hopError(hop, {
        code: 'PROXY_FAILED',
        lastCode: 1,
        problem: `it could not connect to ${target}, and gives no closer reason`,
        reply: said,
      });
    case 2:
      return hopError(hop, {
        code: 'PROXY_REFUSED',
        lastCode: 2,
        problem: `its rules do not allow ${target}`,
        reply: said,
      });
    case 3:
      return behindProxyError(hop, {
        lastCode: 3,
        problem: `it has no route to the network of ${target}`,
        reply: said,
      });
    case 4:
      return behindProxyError(hop, { lastCode: 4, problem: `it cannot reach ${target}`, reply: said });
    case 5:
      return behindProxyError(hop, {
        lastCode: 5,
        problem: `it is up, but ${target} refused its connection`,
        reply: said,
        side: 'partner',
      });
    case 6:
      return behindProxyError(hop, {
        lastCode: 6,
        problem: `what it sends to ${target} does not arrive (time to live expired)`,
        reply: said,
        side: 'network',
      });
    case 7:
      return hopError(hop, {
        code: 'PROXY_FAILED',
        lastCode: 7,
        problem: `it does not connect to other hosts (command not supported), so not to ${target}`,
        reply: said,
        retry: 'permanent',
      });
    case 8:
      return hopError(hop, {
        code: 'PROXY_FAILED',
        lastCode: 8,
        problem: `it does not take an address of this kind: ${target}`,
        reply: said,
        retry: 'permanent',
        advice: 'Let the other side turn the name into an address (resolve: us or proxy), or use IPv4.',
      });
    default:
      return socksNonsense(hop, `reply ${reply}, which SOCKS5 does not have`);
  }
}

/** As the SOCKS4 memo of NEC and its users have it; there is no RFC. */
export function socks4Refusal(hop: SocksHop, reply: number): TransferError {
  const target = showTarget(hop);
  const said = `SOCKS4 reply ${reply}`;
  switch (reply) {
    case 91:
      return hopError(hop, {
        code: 'PROXY_FAILED',
        lastCode: 1,
        problem: `it refused to connect to ${target}, or failed, and gives no closer reason`,
        reply: said,
      });
    case 92:
      return authRejected(hop, 'it cannot ask the identd of this machine who we are', said);
    case 93:
      return authRejected(hop, 'our user is another than the identd of this machine says', said);
    default:
      return socksNonsense(hop, `reply ${reply}, which SOCKS4 does not have`);
  }
}

export function authRejected(hop: SocksHop, problem: string, reply?: string): TransferError {
  return hopError(hop, { code: 'PROXY_AUTH_REJECTED', lastCode: SOCKS_AUTH_REJECTED, problem, reply });
}

export function socksNonsense(hop: SocksHop, what: string): TransferError {
  return hopError(hop, {
    code: 'PROXY_FAILED',
    lastCode: SOCKS_CATCH_ALL,
    problem: `its answer makes no sense: ${what}`,
  });
}
