import { ASK_SERVER_LOG, TRY_HTTP, TRY_HTTP_BODY, TRY_PORT } from './checks.js';
import type { CodeEntry, CodeTable } from './code-entry.js';

const RFC_9110 = 'RFC 9110, section 15';
const CLOUDFLARE = 'Cloudflare documentation, "Cloudflare 5xx errors"; in no RFC';

/** 5xx: the server, or a gateway before it, takes the fault to be on its own side. */
export const HTTP_SERVER_ERRORS: CodeTable = {
  500: {
    name: 'HTTP 500',
    phrase: 'error in the server',
    meaning: 'Something went wrong inside the server.',
    side: 'partner',
    causes: [
      'A fault or a wrong setting of the server.',
      "The server's disk is full or its database is down.",
      'The server cannot cope with this file name or content.',
    ],
    checks: [ASK_SERVER_LOG, TRY_HTTP_BODY],
    retry: 'later',
    source: `${RFC_9110}.6.1`,
  },
  501: {
    name: 'HTTP 501',
    phrase: 'not implemented',
    meaning: 'The server does not know this operation at all.',
    side: 'partner',
    causes: ['The server is no WebDAV server.', 'S3: the store does not offer this function.'],
    checks: ['See what is allowed: `curl -sSI -X OPTIONS URL`.'],
    retry: 'no',
    source: `${RFC_9110}.6.2`,
  },
  502: {
    name: 'HTTP 502',
    phrase: 'gateway got no valid answer',
    meaning: 'A gateway or proxy on the way got no valid answer from the machine behind it.',
    side: 'partner',
    causes: [
      "The partner's service behind its gateway is down or restarting.",
      'Our own proxy cannot reach the partner.',
    ],
    checks: ['See who says it in the Server and Via headers: `curl -sSI URL`.', ASK_SERVER_LOG],
    retry: 'later',
    source: `${RFC_9110}.6.3`,
  },
  503: {
    name: 'HTTP 503',
    phrase: 'service not available now',
    meaning: 'The server cannot take the request at the moment.',
    side: 'partner',
    causes: ['Overload or maintenance.', 'S3: "SlowDown", too many requests for one part of the bucket.'],
    checks: [
      'See the waiting time in the Retry-After header: `curl -sSI URL`.',
      'Lower the number of parallel files: `--parallel 1`.',
    ],
    retry: 'later',
    source: `${RFC_9110}.6.4`,
  },
  504: {
    name: 'HTTP 504',
    phrase: 'gateway got no answer in time',
    meaning: 'A gateway or proxy on the way waited too long for the machine behind it.',
    side: 'partner',
    causes: [
      "The partner's service behind its gateway is slow or hangs.",
      'The upload is larger than the gateway can pass on in its time limit.',
      'Our own proxy cannot reach the partner.',
    ],
    checks: ['See who says it in the Server and Via headers: `curl -sSI URL`.', ASK_SERVER_LOG],
    retry: 'later',
    source: `${RFC_9110}.6.5`,
  },
  505: {
    name: 'HTTP 505',
    phrase: 'HTTP version not supported',
    meaning: 'The server does not speak this version of HTTP.',
    side: 'partner',
    causes: [
      'A very old server, or a gateway that speaks only HTTP/2 and newer.',
      'A blank in the address broke the request line.',
    ],
    checks: [TRY_HTTP],
    retry: 'no',
    source: `${RFC_9110}.6.6`,
  },
  506: {
    name: 'HTTP 506',
    phrase: 'server set up in a circle',
    meaning: 'The choice between forms of the file leads back to itself: the server is wrongly set up.',
    side: 'partner',
    causes: ['A fault in the content negotiation of the server.'],
    checks: [ASK_SERVER_LOG],
    retry: 'no',
    source: 'RFC 2295, section 8.1',
  },
  507: {
    name: 'HTTP 507',
    phrase: 'no space on the server',
    meaning: 'The server has not enough space for the file.',
    side: 'partner',
    causes: ['The quota of the account is used up.', "The server's disk is full."],
    checks: ['Ask the partner for quota and space.'],
    retry: 'later',
    source: 'RFC 4918, section 11.5',
  },
  508: {
    name: 'HTTP 508',
    phrase: 'folders in a circle',
    meaning: 'The server found that folders contain each other.',
    side: 'partner',
    causes: ['A WebDAV folder is linked into itself.'],
    checks: ['List without recursion: leave out `--recursive`.', ASK_SERVER_LOG],
    retry: 'no',
    source: 'RFC 5842, section 7.2',
  },
  509: {
    name: 'HTTP 509',
    phrase: 'bandwidth used up',
    meaning: "The site's allowance of data is used up; it is a number of some hosters and stands in no RFC.",
    side: 'partner',
    causes: ['The monthly traffic of the site is used up.'],
    checks: ['Ask the partner about the allowance with their hoster.'],
    retry: 'later',
    source: 'in no RFC; used by web hosters',
  },
  510: {
    name: 'HTTP 510',
    phrase: 'extension wanted',
    meaning: 'The server wants an extension of HTTP that the request does not name.',
    side: 'partner',
    causes: ['A server with rules of its own.'],
    checks: [TRY_HTTP_BODY],
    retry: 'no',
    source: 'RFC 2774, section 7',
  },
  511: {
    name: 'HTTP 511',
    phrase: 'network wants a login',
    meaning: 'The network that we are in wants a login before it lets us out.',
    side: 'us',
    causes: ['A portal of a guest network, hotel or mobile carrier answers in place of the partner.'],
    checks: ['Open any `http://` page in a browser on this machine and log in.'],
    retry: 'no',
    source: 'RFC 6585, section 6',
  },
  520: cloudflare(
    520,
    'origin gave a strange answer',
    "The partner's server behind Cloudflare gave an answer that Cloudflare could not use.",
  ),
  521: cloudflare(
    521,
    'origin refused the connection',
    "The partner's server behind Cloudflare refused the connection.",
  ),
  522: cloudflare(
    522,
    'origin did not answer the connection',
    "The partner's server behind Cloudflare did not answer the connection attempt.",
  ),
  523: cloudflare(523, 'origin unreachable', "Cloudflare has no route to the partner's server."),
  524: cloudflare(
    524,
    'origin took too long',
    "The partner's server behind Cloudflare accepted the connection and did not answer in time.",
  ),
  525: cloudflare(
    525,
    'TLS with origin failed',
    "The TLS hand-shake between Cloudflare and the partner's server failed.",
  ),
  526: cloudflare(
    526,
    'certificate of origin invalid',
    "Cloudflare does not trust the certificate of the partner's server.",
  ),
};

function cloudflare(status: number, phrase: string, meaning: string): CodeEntry {
  const isTls = status >= 525;
  return {
    name: `HTTP ${status}`,
    phrase,
    meaning,
    side: 'partner',
    causes: isTls
      ? [
          "The certificate of the partner's server has expired, or its TLS settings were changed.",
          'The server behind was moved or set up anew.',
        ]
      : [
          "The partner's own server is down, overloaded or blocks Cloudflare's addresses.",
          'The server behind was moved and Cloudflare still asks at the old address.',
        ],
    checks: [ASK_SERVER_LOG, TRY_PORT],
    retry: isTls ? 'no' : 'later',
    source: CLOUDFLARE,
  };
}
