import { protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { startSwiftTarget, swiftTraits } from '../suites/targets/s3-target.js';

runSuite(protocolClientSuiteWithLargeFiles, {
  name: 's3 / OpenStack Swift 2.30',
  start: startSwiftTarget,
  ...swiftTraits,
});
