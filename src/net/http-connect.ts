import { printable } from '../core/printable.js';
import type { TransferError } from '../core/transfer-error.js';
import { WSAECONNABORTED } from '../core/winsock.js';
import type { HttpProxyLogin } from './http-proxy-login.js';
import { behindProxyError, hopError, showTarget, type HttpHop } from './proxy-hop.js';
import type { ProxyTalk } from './proxy-talk.js';
import { asciiHost } from './socks-names.js';

const MAX_HEAD_BYTES = 64 * 1024;
const STATUS_LINE = /^HTTP\/\d\.\d (\d{3})(?: ([^\r\n]*))?\r?$/;

/** Status line and header lines of an answer. */
interface AnswerHead {
  readonly status: number;
  readonly reason: string;
  /** The values of a header, in their order. */
  valuesOf(name: string): readonly string[];
}

/**
 * Asks an HTTP proxy by CONNECT (RFC 9110, section 9.3.6). `again`: it wants a login, and the next connection can give
 * it one (many a proxy closes this one).
 */
export function connectHandshake(
  hop: HttpHop,
  login: HttpProxyLogin,
): (talk: ProxyTalk) => Promise<'open' | 'again'> {
  const authority = authorityOf(hop);
  return async (talk) => {
    const answer = login.answer(authority);
    talk.send(connectRequest(authority, answer?.value));
    const head = await finalHead(talk, hop);
    if (head.status >= 200 && head.status < 300) return 'open';
    if (head.status === 407 && login.learn(head.valuesOf('proxy-authenticate'), answer)) return 'again';
    throw connectRefused(hop, head);
  };
}

function connectRequest(authority: string, answer: string | undefined): Buffer {
  const lines = [
    `CONNECT ${authority} HTTP/1.1`,
    `Host: ${authority}`,
    ...(answer === undefined ? [] : [`Proxy-Authorization: ${answer}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function authorityOf(hop: HttpHop): string {
  const { host, port } = hop.target;
  const name = asciiHost(host);
  if (name === undefined) {
    throw hopError(hop, {
      code: 'SETTINGS_INVALID',
      lastCode: -1,
      problem: `the host name ${printable(host)} cannot be told to it`,
    });
  }
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

/** RFC 9110, section 15.2: any number of answers of 1xx may come before the one that counts. */
async function finalHead(talk: ProxyTalk, hop: HttpHop): Promise<AnswerHead> {
  let leftBytes = MAX_HEAD_BYTES;
  for (;;) {
    const bytes = await talk.take((seen) => headLength(seen, leftBytes, hop));
    leftBytes -= bytes.length;
    const head = readHead(bytes.toString('latin1'), hop);
    if (head.status >= 200) return head;
  }
}

function headLength(seen: Buffer, maxBytes: number, hop: HttpHop): number | undefined {
  const begin = seen.toString('latin1', 0, 5);
  if (!'HTTP/'.startsWith(begin)) throw nonsense(hop, `it begins with "${printable(begin)}"`);
  const crlf = seen.indexOf('\r\n\r\n');
  const bareLf = (crlf < 0 ? seen : seen.subarray(0, crlf)).indexOf('\n\n');
  const end = bareLf >= 0 ? bareLf + 2 : crlf >= 0 ? crlf + 4 : undefined;
  if ((end ?? seen.length) > maxBytes) throw nonsense(hop, 'its header does not end within 64 KiB');
  return end;
}

function readHead(text: string, hop: HttpHop): AnswerHead {
  const [first = '', ...lines] = text.split('\n');
  const [, status, reason = ''] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined || Number(status) < 100)
    throw nonsense(hop, `"${printable(first.trimEnd(), 80)}"`);
  return {
    status: Number(status),
    reason: reason.trim(),
    valuesOf: (name) => lines.filter((line) => nameOf(line) === name).map(valueOf),
  };
}

function nameOf(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase();
}

function valueOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim();
}

function nonsense(hop: HttpHop, what: string): TransferError {
  return hopError(hop, {
    code: 'PROXY_FAILED',
    lastCode: WSAECONNABORTED,
    problem: `its answer makes no sense: ${what}`,
  });
}

function connectRefused(hop: HttpHop, head: AnswerHead): TransferError {
  const { status } = head;
  const target = showTarget(hop);
  const facts = { lastCode: status, reply: spoken(head) };
  // 401 is tinyproxy's word for a wrong password.
  if (status === 407 || status === 401) return loginRefused(hop, facts, head.valuesOf('proxy-authenticate'));
  // Proxies say 500 and 503 as well of a host that cannot be reached as of their own failures.
  if (status === 500 || (status >= 502 && status <= 504)) {
    return behindProxyError(hop, { ...facts, problem: `it could not connect to ${target}` });
  }
  if (status === 408 || status === 429 || status >= 500) {
    return hopError(hop, { ...facts, code: 'PROXY_FAILED', problem: `it did not connect to ${target}` });
  }
  if (status >= 400) {
    return hopError(hop, { ...facts, code: 'PROXY_REFUSED', problem: `it does not let us reach ${target}` });
  }
  return hopError(hop, {
    ...facts,
    code: 'PROXY_FAILED',
    problem: `it sends us elsewhere instead of connecting to ${target}`,
    retry: 'permanent',
  });
}

function loginRefused(
  hop: HttpHop,
  facts: { readonly lastCode: number; readonly reply: string },
  challenges: readonly string[],
): TransferError {
  const wanted = challenges.map((line) => printable(line.split(/[ ,]/)[0] ?? '', 40)).join(', ');
  const problem =
    hop.proxy.user === undefined
      ? `it wants a login (${wanted || 'it does not say which'}), and none is set`
      : `it did not take our login (it wants ${wanted || 'one that it does not name'}; we know Basic and Digest)`;
  return hopError(hop, { ...facts, code: 'PROXY_AUTH_REJECTED', problem });
}

/** The proxy's own words; Squid says in a header of its own what it could not do. */
function spoken(head: AnswerHead): string {
  const squid = head.valuesOf('x-squid-error')[0];
  return printable(`${head.status} ${head.reason}${squid === undefined ? '' : ` (${squid})`}`.trim());
}
