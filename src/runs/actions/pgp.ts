import { posix } from 'node:path';
import * as openpgp from 'openpgp';
import { counted } from '../../core/counted.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { PgpAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { endOf } from './action-end.js';
import { factsIfThere, ownPath } from './own-file.js';
import { chunksOf, guarded, resultBytes, withPgpSource, type PgpMessage } from './pgp-bytes.js';
import { now, ownKey, ownSigningKey, recipientKeys, signerKeys } from './pgp-keys.js';
import { judged, refuseSignatures, signatureText } from './pgp-signatures.js';
import { verifyDetached, verifyWhole } from './pgp-verify.js';
import { sourceFiles } from './source-files.js';
import { StagedFile } from './staged-file.js';

/**
 * OpenPGP: encrypts, decrypts, signs, or checks signatures. A result gets its name only when it is whole, its
 * integrity proven and its signature as the rule wants it; until then nothing of it can be seen.
 */
export function performPgp(action: PgpAction, context: ActionContext): Promise<ActionEnd> {
  return endOf(pgp(action, context));
}

async function pgp(action: PgpAction, context: ActionContext): Promise<ActionEnd> {
  const from = await ownPath(action.from, context);
  const sources = await sourceFiles(from, context);
  if (sources.length === 0)
    return { kind: 'succeeded', text: `no file fits ${printable(from)}; nothing was done` };
  const work = await workOf(action, context);
  const done: string[] = [];
  for (const { path, name } of sources) {
    const target = await targetOf(action, { name, isOne: sources.length === 1 }, context);
    if (context.isShadow) done.push(`would ${action.kind} ${printable(path)}`);
    else done.push(await work(path, target));
  }
  const [first = ''] = done;
  const text = done.length === 1 ? first : `${action.kind}: ${counted(done.length, 'file')}`;
  return {
    kind: 'succeeded',
    text,
    detail: { done: done.slice(0, KEPT_LINES) },
    ...(context.isShadow ? {} : { filesSucceeded: done.length }),
  };
}

/** So many files are named in the story. */
const KEPT_LINES = 100;

/** Does one file; gives the sentence for the story. `target` is undefined for `verify`. */
type FileWork = (path: string, target: string) => Promise<string>;

/** Keys are read first: without them no file is touched. */
async function workOf(action: PgpAction, context: ActionContext): Promise<FileWork> {
  switch (action.kind) {
    case 'encrypt':
      return encryptWork(action, context);
    case 'decrypt':
      return decryptWork(action, context);
    case 'sign':
      return signWork(action, context);
    case 'verify':
      return verifyWork(action, context);
  }
}

async function encryptWork(action: PgpAction, context: ActionContext): Promise<FileWork> {
  const encryptionKeys = await recipientKeys(action, context);
  const signingKeys = action.signed ? [await ownSigningKey(action, context)] : [];
  return (path, target) =>
    withPgpSource(path, context, async (source) => {
      const message = await source.content();
      const order = { message, encryptionKeys, signingKeys, date: now(context) };
      const result: unknown = action.armor
        ? await openpgp.encrypt({ ...order, format: 'armored' })
        : await openpgp.encrypt({ ...order, format: 'binary' });
      await publish(resultBytes(result, source, failedBy('KEY_UNUSABLE', path)), target, context);
      return `encrypted ${printable(path)} into ${printable(target)} for ${counted(encryptionKeys.length, 'key')}`;
    });
}

async function decryptWork(action: PgpAction, context: ActionContext): Promise<FileWork> {
  const decryptionKeys = await ownKey(action, context);
  const verificationKeys = await signerKeys(action, context);
  if (action.signed && verificationKeys.length === 0) throw noSigners();
  return (path, target) =>
    withPgpSource(path, context, async (source) => {
      const failed = failedBy('DECRYPT_FAILED', path);
      const result = await guarded(source, failed, async () =>
        openpgp.decrypt({
          message: await source.message(),
          decryptionKeys,
          verificationKeys,
          format: 'binary',
          date: now(context),
          // What comes before its integrity is known waits under a temporary name.
          config: { allowUnauthenticatedStream: true },
        }),
      );
      const judging = judged(result.signatures, verificationKeys);
      const verdict = await publish(resultBytes(result.data, source, failed), target, context, async () => {
        const found = await judging;
        refuseSignatures(path, found, action.signed);
        return found;
      });
      return `decrypted ${printable(path)} into ${printable(target)}, ${signatureText(verdict)}`;
    });
}

async function signWork(action: PgpAction, context: ActionContext): Promise<FileWork> {
  const signingKey = await ownSigningKey(action, context);
  const sign = action.signature === undefined ? signedBytes : signatureBytes;
  return (path, target) =>
    withPgpSource(path, context, async (source) => {
      const { armor } = action;
      const order = { message: await source.content(), signingKeys: signingKey, date: now(context), armor };
      const result = await guarded(source, failedBy('KEY_UNUSABLE', path), () => sign(order));
      await publish(resultBytes(result, source, failedBy('KEY_UNUSABLE', path)), target, context);
      return `signed ${printable(path)} into ${printable(target)} by ${signingKey.getKeyID().toHex()}`;
    });
}

interface SignOrder {
  readonly message: PgpMessage;
  readonly signingKeys: openpgp.PrivateKey;
  readonly date: Date;
  readonly armor: boolean;
}

/** The content with its signature. */
function signedBytes({ armor, ...order }: SignOrder): Promise<unknown> {
  return armor ? openpgp.sign({ ...order, format: 'armored' }) : openpgp.sign({ ...order, format: 'binary' });
}

/** The signature alone. The content goes by here, because the library would keep all of it. */
async function signatureBytes({ armor, ...order }: SignOrder): Promise<unknown> {
  const signature: { armor(): unknown; write(): unknown } = await openpgp.sign({
    ...order,
    detached: true,
    format: 'object',
  });
  const result = armor ? signature.armor() : signature.write();
  for await (const chunk of chunksOf(order.message.getLiteralData())) void chunk;
  return result;
}

async function verifyWork(action: PgpAction, context: ActionContext): Promise<FileWork> {
  const verificationKeys = await signerKeys(action, context);
  if (verificationKeys.length === 0) throw noSigners();
  const order = { verificationKeys, date: now(context) };
  return async (path) => {
    const verdict = await (action.signature === undefined
      ? verifyWhole(path, order, context)
      : verifyDetached(path, { ...order, signature: await ownPath(action.signature, context) }, context));
    refuseSignatures(path, verdict, true);
    return `${printable(path)} is ${signatureText(verdict)}`;
  };
}

/** Writes the result, lets `check` decide on what was found meanwhile, and only then gives it its name. */
async function publish<T = void>(
  bytes: AsyncIterable<Uint8Array>,
  target: string,
  context: ActionContext,
  check?: () => Promise<T>,
): Promise<T> {
  const staged = await StagedFile.write(target, bytes, context);
  try {
    const found = (await check?.()) as T;
    await staged.commit('replace');
    return found;
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

async function targetOf(
  action: PgpAction,
  { name, isOne }: { readonly name: string; readonly isOne: boolean },
  context: ActionContext,
): Promise<string> {
  if (action.kind === 'verify') return '';
  const template = action.kind === 'sign' ? (action.signature ?? action.to) : action.to;
  if (template === undefined) throw noTarget(action.kind);
  const to = await ownPath(template, context);
  const isFolder = to.endsWith('/') || (await factsIfThere(to, context))?.kind === 'folder';
  if (isFolder) return posix.join(to, resultName(action, name));
  if (isOne) return to;
  throw noTarget(action.kind, `${printable(to)} is no folder, and "from" means several files`);
}

function resultName(action: PgpAction, name: string): string {
  if (action.kind === 'decrypt') {
    const plain = name.replace(/(?<=[^/])\.(?:pgp|gpg|asc)$/i, '');
    return plain === name ? `${name}.decrypted` : plain;
  }
  if (action.kind === 'sign' && action.signature !== undefined)
    return `${name}.${action.armor ? 'asc' : 'sig'}`;
  return `${name}.${action.armor ? 'asc' : 'pgp'}`;
}

function failedBy(code: 'DECRYPT_FAILED' | 'KEY_UNUSABLE', path: string): (cause: unknown) => TransferError {
  return (cause) => {
    const reason = cause instanceof Error ? printable(cause.message, 200) : 'unknown cause';
    return new TransferError({
      code,
      lastCode: -1,
      phase: 'action',
      message: `${printable(path)}: ${reason}`,
      cause,
    });
  };
}

function noSigners(): TransferError {
  return new TransferError({
    code: 'KEY_UNUSABLE',
    lastCode: -1,
    phase: 'action',
    message: 'the rule names no publicKeys whose signature would count',
    advice: 'Add publicKeys to the action.',
  });
}

function noTarget(kind: string, problem = `the rule names no "to" for ${kind}`): TransferError {
  return new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'action',
    message: problem,
    side: 'us',
    advice: 'Let "to" name a file, or end with / where there are several.',
  });
}
