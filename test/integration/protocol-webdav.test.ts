import { protocolClientSuite, protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { startWebTarget } from '../suites/targets/http-target.js';
import { apacheExceptions, nginxDavExceptions } from '../suites/targets/web-exceptions.js';

const hangUp = 'a session of HTTP outlives its connection: test/hostile/http-server-faults.test.ts';

runSuite(protocolClientSuiteWithLargeFiles, {
  name: 'webdav / Apache / Basic',
  start: () => startWebTarget('Apache', { webdav: true, login: 'basic' }),
  exceptions: apacheExceptions,
  lacks: { hangUp },
});

runSuite(protocolClientSuite, {
  name: 'webdav / Apache / TLS, Digest',
  start: () => startWebTarget('Apache', { webdav: true, login: 'digest', security: 'tls' }),
  exceptions: apacheExceptions,
  lacks: { hangUp },
});

runSuite(protocolClientSuite, {
  name: 'webdav / nginx',
  start: () => startWebTarget('nginx', { webdav: true }),
  exceptions: nginxDavExceptions,
  lacks: { hangUp },
});
