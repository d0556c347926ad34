import { readHousePath, readLocalPath, type PathBase } from '../read-location.js';
import type { RuleCursor } from '../rule-findings.js';
import { withoutUndefined } from '../without-undefined.js';
import type { WrittenGroup } from './action-schema.js';
import type { PgpAction } from './action.js';

/** Each of the four has some of these. */
type WrittenPgp = WrittenGroup<'verify'> & {
  readonly to?: string | undefined;
  readonly armor?: boolean;
  readonly signed?: boolean;
};

/** `encrypt`, `decrypt`, `sign`, `verify`: all on files of this machine. */
export function readPgp(
  kind: PgpAction['kind'],
  written: WrittenPgp,
  at: RuleCursor,
  base: PathBase,
): PgpAction {
  const { from, to, publicKeys, privateKey, passphrase, armor, signature, signed } = written;
  const problem = keyProblem(kind, written);
  if (problem !== undefined) at.problem(problem);
  if (kind === 'sign' && (to === undefined) === (signature === undefined)) {
    at.problem('must hold exactly one of "to" and "signature"');
  }
  const path = (key: string, text: string | undefined, use: 'read' | 'write') =>
    text === undefined ? undefined : readLocalPath(text, at.at(key), use, base);
  return withoutUndefined({
    kind,
    from: readLocalPath(from, at.at('from'), 'read', base),
    to: path('to', to, 'write'),
    publicKeys: publicKeys.map((key, index) => readHousePath(key, at.at('publicKeys', index), base)),
    privateKey: privateKey === undefined ? undefined : readHousePath(privateKey, at.at('privateKey'), base),
    passphrase,
    armor: armor ?? false,
    signature: path('signature', signature, kind === 'sign' ? 'write' : 'read'),
    signed: signed ?? false,
  });
}

function keyProblem(
  kind: PgpAction['kind'],
  { publicKeys, privateKey, signed }: WrittenPgp,
): string | undefined {
  const needsPublic = kind === 'encrypt' || kind === 'verify' || (kind === 'decrypt' && signed === true);
  if (needsPublic && publicKeys.length === 0) return 'needs publicKeys';
  const needsPrivate = kind === 'decrypt' || kind === 'sign' || (kind === 'encrypt' && signed === true);
  return needsPrivate && privateKey === undefined ? 'needs a privateKey' : undefined;
}
