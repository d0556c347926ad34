import { protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { startLocalTarget } from '../suites/targets/local-target.js';

runSuite(protocolClientSuiteWithLargeFiles, {
  name: 'local',
  start: () => startLocalTarget(),
  lacks: {
    refusedLogin: 'a folder of this machine has no login',
    hangUp: 'a folder of this machine has no connection',
    loginFolder: 'paths of this machine are absolute',
  },
  exceptions: {
    'cancel: a short call is cancelled at once, while its answer is on the way': {
      reason: 'a call of the system cannot be taken back, so what has begun tells its outcome',
      shows: /'NOT_FOUND'/,
    },
  },
});
