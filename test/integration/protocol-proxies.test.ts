import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import type { ProtocolTarget } from '../suites/protocol-target.js';
import { proxySuite } from '../suites/proxy-suite.js';
import { runSuite, type SuiteWiring } from '../suites/run-suite.js';
import { proftpdExceptions, startProftpdTarget, startVsftpdTarget } from '../suites/targets/ftp-servers.js';
import { startWebTarget } from '../suites/targets/http-target.js';
import { startSwiftTarget, swiftTraits } from '../suites/targets/s3-target.js';
import { startOpensshTarget } from '../suites/targets/sftp-target.js';
import { apacheExceptions, nginxPutExceptions } from '../suites/targets/web-exceptions.js';
import { PROXY_WAYS, startThroughProxy } from '../suites/targets/through-proxy.js';

/** `TALLY_WHOLE_SUITES=1`: every case on every way, some seven thousand; else what a proxy could spoil. */
const isWhole = process.env['TALLY_WHOLE_SUITES'] === '1';

interface Row extends Pick<SuiteWiring, 'lacks' | 'exceptions'> {
  readonly name: string;
  start(): Promise<ProtocolTarget>;
  /** Passes the whole suite on the first way. */
  readonly isWholeOnce?: true;
}

const sessionOutlives = {
  hangUp: 'a session outlives its connection: test/hostile/http-*.test.ts, s3-*.test.ts',
};

/** Each protocol, with TLS and without, on every way; the whole suite by FTP, which has connections of two kinds. */
const ROWS: readonly Row[] = [
  {
    name: 'ftp / vsftpd',
    start: () => startVsftpdTarget({ name: 'passive', security: 'none' }),
    isWholeOnce: true,
  },
  {
    name: 'ftps / ProFTPD',
    start: () => startProftpdTarget({ name: 'explicit TLS', security: 'explicit' }),
    exceptions: proftpdExceptions,
  },
  { name: 'sftp / OpenSSH', start: () => startOpensshTarget('password', {}) },
  {
    name: 'https / nginx',
    start: () => startWebTarget('nginx', { webdav: false, security: 'tls' }),
    lacks: sessionOutlives,
    exceptions: nginxPutExceptions,
  },
  {
    name: 'webdav / Apache',
    start: () => startWebTarget('Apache', { webdav: true, login: 'basic' }),
    lacks: sessionOutlives,
    exceptions: apacheExceptions,
  },
  { name: 's3 / OpenStack Swift', start: startSwiftTarget, ...swiftTraits },
];

/** One server for all ways, stopped with the last. */
function shared(start: () => Promise<ProtocolTarget>): () => Promise<ProtocolTarget> {
  let starting: Promise<ProtocolTarget> | undefined;
  let waysLeft = PROXY_WAYS.length;
  return async () => {
    const target = await (starting ??= start());
    const stop = async (): Promise<void> => {
      waysLeft -= 1;
      if (waysLeft === 0) await target.stop();
    };
    return { ...target, stop };
  };
}

for (const { name, start, lacks = {}, exceptions = {}, isWholeOnce } of ROWS) {
  const startShared = shared(start);
  for (const [index, way] of PROXY_WAYS.entries()) {
    const takesAll = isWhole || (isWholeOnce && index === 0);
    runSuite(takesAll ? protocolClientSuite : proxySuite, {
      name: `${name} / ${way.name}`,
      start: () => startThroughProxy(startShared, way),
      lacks,
      exceptions: takesAll ? exceptions : {},
    });
  }
}
