import { protocolClientSuite, protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { startWebTarget } from '../suites/targets/http-target.js';
import { nginxPutExceptions } from '../suites/targets/web-exceptions.js';

const hangUp = 'a session of HTTP outlives its connection: test/hostile/http-server-faults.test.ts';

runSuite(protocolClientSuite, {
  name: 'http / nginx',
  start: () => startWebTarget('nginx', { webdav: false }),
  exceptions: nginxPutExceptions,
  lacks: { hangUp },
});

runSuite(protocolClientSuiteWithLargeFiles, {
  name: 'http / nginx / TLS',
  start: () => startWebTarget('nginx', { webdav: false, security: 'tls' }),
  exceptions: nginxPutExceptions,
  lacks: { hangUp },
});
