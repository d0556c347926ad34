import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import type { ProtocolTarget } from '../suites/protocol-target.js';
import { proxySuite } from '../suites/proxy-suite.js';
import { runSuite, type SuiteWiring } from '../suites/run-suite.js';
import { startProftpdTarget, startVsftpdTarget } from '../suites/targets/ftp-servers.js';
import { startWebTarget } from '../suites/targets/http-target.js';
import { startOpensshTarget } from '../suites/targets/sftp-target.js';
import { PROXY_WAYS, startThroughProxy } from '../suites/targets/through-proxy.js';

interface Row {
  readonly name: string;
  start(): Promise<ProtocolTarget>;
  readonly lacks?: SuiteWiring['lacks'];
  /** Where in the list of ways this protocol passes the whole suite. */
  readonly wholeBy?: number;
}

const sessionOutlives = { hangUp: 'a session of HTTP outlives its connection: test/hostile/http-*.test.ts' };

/** Each protocol, with TLS and without, on every way; the whole suite on two of them, by SOCKS and by CONNECT. */
const ROWS: readonly Row[] = [
  { name: 'ftp / vsftpd', start: () => startVsftpdTarget({ name: 'passive', security: 'none' }), wholeBy: 0 },
  { name: 'ftps / ProFTPD', start: () => startProftpdTarget({ name: 'explicit TLS', security: 'explicit' }) },
  { name: 'sftp / OpenSSH', start: () => startOpensshTarget('password', {}), wholeBy: 1 },
  {
    name: 'https / nginx',
    start: () => startWebTarget('nginx', { webdav: false, security: 'tls' }),
    lacks: sessionOutlives,
  },
  {
    name: 'webdav / Apache',
    start: () => startWebTarget('Apache', { webdav: true, login: 'basic' }),
    lacks: sessionOutlives,
  },
];

for (const { name, start, lacks = {}, wholeBy } of ROWS) {
  for (const [index, way] of PROXY_WAYS.entries()) {
    runSuite(index === wholeBy ? protocolClientSuite : proxySuite, {
      name: `${name} / ${way.name}`,
      start: () => startThroughProxy(start, way),
      lacks,
    });
  }
}
