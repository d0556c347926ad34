import { protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite, type Exception } from '../suites/run-suite.js';
import { startSwiftTarget } from '../suites/targets/s3-target.js';

const noLinks: Exception = { reason: 'S3 has no links', shows: /S3 has no links/ };
const noFolders: Exception = {
  reason: 'to S3 a folder is no thing of its own, and a file may stand beside it',
  shows: /it went well/,
};

runSuite(protocolClientSuiteWithLargeFiles, {
  name: 's3 / OpenStack Swift 2.30',
  start: startSwiftTarget,
  lacks: {
    hangUp: 'a session of S3 outlives its connection: test/hostile/s3-transfer-faults.test.ts',
    loginFolder: 'paths begin with the bucket',
    lockFolder: 'Swift gives rights by bucket: s3-swift.test.ts',
    forbidReading: 'Swift gives rights by bucket: s3-swift.test.ts',
    startWithSmallDisk: 'Swift counts a quota by bucket: test/hostile/s3-transfer-faults.test.ts',
  },
  exceptions: {
    'list: a link is shown as one, or as what it leads to, and never as something else': noLinks,
    'stat: a link is what it leads to': noLinks,
    'change: a link is removed, and what it leads to stays': noLinks,
    'list: times are right as far as they say to be exact': {
      reason: 'a listing of S3 tells when a file was stored, and nothing of its own time',
      shows: /ms off/,
    },
    'write: a source that is slower than the time limit is no time-out of the server': {
      reason:
        'hours later by our clock every request is refused; shown in test/hostile/s3-transfer-faults.test.ts',
      shows: /RequestTimeTooSkewed/,
    },
    'write: a write into a folder that is not there is NOT_FOUND and makes nothing': noFolders,
    'write: a write to a folder is IS_A_FOLDER and leaves the folder': noFolders,
  },
});
