import { joinRemote, remoteName, remoteParent, type RemotePath } from '../core/remote-path.js';
import type { Random } from '../core/random.js';

/** `{name}` is the final name, `{id}` eight random characters that keep two writers apart. */
export const DEFAULT_TEMPORARY_NAME = '.{name}.{id}.tally';

const ID_LENGTH = 8;
/** Most file systems allow 255 bytes a name. */
const MAX_NAME_BYTES = 255;

/** Why a pattern for temporary names cannot be used, or undefined. */
export function temporaryNameProblem(pattern: string): string | undefined {
  if (!pattern.includes('{id}')) return 'it must hold {id}, so that two writers never share a file';
  if (/[/\\]/.test(pattern)) return 'it must be a name without a folder';
  return undefined;
}

/** A name for the copy on its way, in the folder of its final name, so that the last step is a mere rename. */
export function temporaryPath(
  final: RemotePath,
  random: Random,
  pattern = DEFAULT_TEMPORARY_NAME,
): RemotePath {
  const filled = pattern.replaceAll('{id}', random.token(ID_LENGTH));
  const room = MAX_NAME_BYTES - Buffer.byteLength(filled.replaceAll('{name}', ''));
  return besides(final, filled.replaceAll('{name}', cutToBytes(remoteName(final), room)));
}

/** Where the old target waits while a server that cannot replace in one step takes the new one. */
export function backupPath(final: RemotePath, random: Random): RemotePath {
  return temporaryPath(final, random, '.{name}.{id}.tally-old');
}

/** True for names made by the default patterns: a wildcard never picks up what is still on its way. */
export function isTemporaryName(name: string): boolean {
  return /^\..*\.[a-z0-9]{8}\.tally(-old)?$/.test(name);
}

/** Tells names that this pattern makes: of a connection that has one of its own. */
export function temporaryNameMatcher(pattern: string): (name: string) => boolean {
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const source = pattern
    .split(/(\{name\}|\{id\})/)
    .map((part) => (part === '{name}' ? '[^]*' : part === '{id}' ? `[a-z0-9]{${ID_LENGTH}}` : literal(part)));
  const expression = new RegExp(`^${source.join('')}$`);
  return (name) => expression.test(name);
}

function besides(path: RemotePath, name: string): RemotePath {
  return joinRemote(remoteParent(path), name);
}

function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= maxBytes) return text;
  // A character cut in two decodes to U+FFFD: leave it out.
  return bytes
    .subarray(0, Math.max(0, maxBytes))
    .toString('utf8')
    .replace(/\ufffd+$/, '');
}
