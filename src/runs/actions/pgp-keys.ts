import { posix, win32 } from 'node:path';
import * as openpgp from 'openpgp';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { localError } from '../../protocols/local/local-errors.js';
import type { PgpAction } from '../../rules/actions/action.js';
import { canonicalName } from '../../rules/variables/variable-catalogue.js';
import { variableNames } from '../../rules/variables/check-text.js';
import type { ActionContext } from '../action-context.js';
import { ownPath } from './own-file.js';

const MAX_KEY_FILE_BYTES = 4 * 1024 * 1024;

/** Whoever is to read the result. Rejects KEY_UNUSABLE for one that has expired, was revoked or cannot encrypt. */
export async function recipientKeys(action: PgpAction, context: ActionContext): Promise<openpgp.PublicKey[]> {
  const keys = await publicKeys(action, context);
  const date = now(context);
  for (const { key, path } of keys) {
    await key.getEncryptionKey(undefined, date).catch((error: unknown) => {
      throw unusable(path, `the key ${nameOf(key)} cannot be encrypted for`, error);
    });
  }
  return keys.map(({ key }) => key);
}

/**
 * Those whose signature counts today: of several, expired and revoked ones are left out. Rejects KEY_UNUSABLE when
 * none is left.
 */
export async function signerKeys(action: PgpAction, context: ActionContext): Promise<openpgp.PublicKey[]> {
  if (action.publicKeys.length === 0) return [];
  const keys = await publicKeys(action, context);
  const date = now(context);
  const valid: openpgp.PublicKey[] = [];
  let reason: unknown;
  for (const { key } of keys) {
    try {
      await key.verifyPrimaryKey(date);
      valid.push(key);
    } catch (error) {
      reason = error;
    }
  }
  if (valid.length > 0) return valid;
  const files = keys.map(({ path }) => path).join(', ');
  throw unusable(files, 'none of the keys counts any more', reason);
}

/** Our key, unlocked. Rejects KEY_UNUSABLE when it is missing, is locked, or does not fit its passphrase. */
export async function ownKey(action: PgpAction, context: ActionContext): Promise<openpgp.PrivateKey> {
  if (action.privateKey === undefined) throw missing('privateKey', action.kind);
  const path = await keyPath(action.privateKey, context);
  const key = await parsePrivateKey(path, await readKeyFile(path, context));
  if (key.isDecrypted()) return key;
  if (action.passphrase === undefined)
    throw unusable(path, 'the key is locked, and the rule names no passphrase');
  const passphrase = await context.services.secretOf(action.passphrase);
  return openpgp.decryptKey({ privateKey: key, passphrase: passphrase.reveal() }).catch(() => {
    // The library's own text is not kept: nothing of a passphrase may show.
    throw unusable(path, 'the passphrase does not fit the key');
  });
}

/** The same, able to sign today. */
export async function ownSigningKey(action: PgpAction, context: ActionContext): Promise<openpgp.PrivateKey> {
  const key = await ownKey(action, context);
  await key.getSigningKey(undefined, now(context)).catch((error: unknown) => {
    throw unusable(action.privateKey ?? '', `the key ${nameOf(key)} cannot sign`, error);
  });
  return key;
}

/** The time by which keys and signatures are judged. */
export function now({ services }: ActionContext): Date {
  return new Date(services.platform.clock.now());
}

interface KeyOfFile {
  readonly key: openpgp.PublicKey;
  readonly path: string;
}

async function publicKeys(action: PgpAction, context: ActionContext): Promise<readonly KeyOfFile[]> {
  if (action.publicKeys.length === 0) throw missing('publicKeys', action.kind);
  const found: KeyOfFile[] = [];
  for (const template of action.publicKeys) {
    const path = await keyPath(template, context);
    const bytes = await readKeyFile(path, context);
    const keys = await (
      isArmored(bytes)
        ? openpgp.readKeys({ armoredKeys: bytes.toString('utf8') })
        : openpgp.readKeys({ binaryKeys: bytes })
    ).catch((error: unknown) => {
      throw unusable(path, 'it holds no OpenPGP key', error);
    });
    if (keys.length === 0) throw unusable(path, 'it holds no OpenPGP key');
    for (const key of keys) found.push({ key: key.toPublic(), path });
  }
  return found;
}

function parsePrivateKey(path: string, bytes: Buffer): Promise<openpgp.PrivateKey> {
  const reading = isArmored(bytes)
    ? openpgp.readPrivateKey({ armoredKey: bytes.toString('utf8') })
    : openpgp.readPrivateKey({ binaryKey: bytes });
  return reading.catch((error: unknown) => {
    throw unusable(path, 'it holds no OpenPGP private key', error);
  });
}

/** A key that the rule names outright may lie anywhere, like a passphrase; one named by a value only in the roots. */
async function keyPath(template: string, context: ActionContext): Promise<string> {
  const { rule, scope, services } = context;
  const ownNames = Object.keys(rule.variables).map(canonicalName);
  if (variableNames(template, ownNames).length > 0) return ownPath(template, context);
  const paths = services.platform.host.os === 'win32' ? win32 : posix;
  return paths.resolve(paths.dirname(rule.source.file), scope.text(template));
}

async function readKeyFile(path: string, { services }: ActionContext): Promise<Buffer> {
  try {
    return await services.platform.files.readAll(path, MAX_KEY_FILE_BYTES);
  } catch (error) {
    throw unusable(path, 'it cannot be read', localError(error, 'read', path));
  }
}

/** True for the text form of OpenPGP, by its first bytes. */
export function isArmored(bytes: Uint8Array): boolean {
  return /^\ufeff?\s*-----BEGIN PGP/.test(Buffer.from(bytes.subarray(0, 1024)).toString('utf8'));
}

function nameOf(key: openpgp.Key): string {
  const [user] = key.getUserIDs();
  return `${key.getKeyID().toHex()}${user === undefined ? '' : ` (${printable(user, 80)})`}`;
}

function unusable(path: string, problem: string, cause?: unknown): TransferError {
  const reason = cause instanceof Error ? `: ${printable(cause.message, 200)}` : '';
  return new TransferError({
    code: 'KEY_UNUSABLE',
    lastCode: -1,
    phase: 'action',
    message: `key file ${printable(path)}: ${problem}${reason}`,
    cause,
  });
}

function missing(key: string, kind: string): TransferError {
  return new TransferError({
    code: 'KEY_UNUSABLE',
    lastCode: -1,
    phase: 'action',
    message: `the rule names no ${key} for ${kind}`,
    advice: `Add ${key} to the action.`,
  });
}
