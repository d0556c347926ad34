import * as z from 'zod';
import { LEGACY_ALGORITHMS, SAFE_ALGORITHMS } from '../protocols/sftp/ssh-algorithms.js';
import { secretReference } from './secret-reference.js';
import { fingerprintList, mustBe, onOff, pathList, strictGroup, text, wordList } from './setting-values.js';

/** By kind, best first: what `algorithms` chooses among. */
export { SAFE_ALGORITHMS };

const agentChoice = z.union([z.boolean(), text('true, false or the path of an agent socket')], {
  error: (issue) => mustBe('true, false or the path of an agent socket', issue.input),
});

function oneOf(names: readonly string[] = []) {
  return wordList(`one of ${names.join(', ')}`, (name) => names.includes(name)).optional();
}

/** The keys of an SFTP connection. */
export const sshShape = {
  passphrase: secretReference.optional(),
  identities: pathList.optional(),
  agent: agentChoice.optional(),
  hostKeys: fingerprintList.optional(),
  knownHosts: pathList.optional(),
  sequential: onOff.optional(),
  algorithms: strictGroup('algorithms', {
    kex: oneOf(SAFE_ALGORITHMS.kex),
    hostKey: oneOf(SAFE_ALGORITHMS.hostKey),
    cipher: oneOf(SAFE_ALGORITHMS.cipher),
    mac: oneOf(SAFE_ALGORITHMS.mac),
  }).optional(),
  legacyAlgorithms: oneOf(LEGACY_ALGORITHMS),
  requireStrictKex: onOff.optional(),
};
