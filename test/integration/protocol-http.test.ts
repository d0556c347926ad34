import { protocolClientSuite, protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { startWebTarget } from '../suites/targets/http-target.js';

const hangUp = 'a session of HTTP outlives its connection: test/hostile/http-*.test.ts';

runSuite(protocolClientSuite, {
  name: 'http / nginx',
  start: () => startWebTarget('nginx', { webdav: false }),
  lacks: { hangUp },
});

runSuite(protocolClientSuiteWithLargeFiles, {
  name: 'http / nginx / TLS',
  start: () => startWebTarget('nginx', { webdav: false, security: 'tls' }),
  lacks: { hangUp },
});
