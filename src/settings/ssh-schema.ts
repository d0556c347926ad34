import * as z from 'zod';
import { secretReference } from './secret-reference.js';
import { fingerprintList, mustBe, onOff, pathList, text, wordList } from './setting-values.js';

const agentChoice = z.union([z.boolean(), text('true, false or the path of an agent socket')], {
  error: (issue) => mustBe('true, false or the path of an agent socket', issue.input),
});

/** The keys of an SFTP connection. */
export const sshShape = {
  passphrase: secretReference.optional(),
  identities: pathList.optional(),
  agent: agentChoice.optional(),
  hostKeys: fingerprintList.optional(),
  knownHosts: pathList.optional(),
  sequential: onOff.optional(),
  legacyAlgorithms: wordList('the name of an SSH algorithm', (word) =>
    /^[A-Za-z0-9@.+-]+$/.test(word),
  ).optional(),
};
