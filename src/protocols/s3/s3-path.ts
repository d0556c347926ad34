import { printable } from '../../core/printable.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';

/** What a path `/bucket/key` names. */
export type S3Place =
  | { readonly kind: 'root' }
  | { readonly kind: 'bucket'; readonly bucket: string }
  | {
      readonly kind: 'key';
      readonly bucket: string;
      /** Without a slash at its end. */
      readonly key: string;
      /** The path ended with a slash: only a folder can be meant. */
      readonly isFolder: boolean;
    };

export type S3Key = Extract<S3Place, { readonly kind: 'key' }>;

/** Wider than AWS's own rule, for older buckets and other makers; no character that means something in a URL. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;

/**
 * Reads a path. To S3 a key is any text: what other protocols would take as another way to write the same path is
 * another file there. So `..` and empty names within are refused rather than guessed at; `.` is left out.
 */
export function s3Place(path: string, phase: Phase): S3Place {
  const names = path.split('/').filter((name) => name !== '.');
  if (names[0] === '') names.shift();
  const isFolder = names.at(-1) === '';
  if (isFolder) names.pop();
  const [bucket, ...rest] = names;
  if (bucket === undefined) return { kind: 'root' };
  if (!BUCKET.test(bucket))
    throw refused(path, phase, `no bucket can have the name ${printable(bucket, 80)}`);
  if (rest.includes('..')) throw refused(path, phase, 'it holds .., which to S3 is a name like any other');
  if (rest.includes(''))
    throw refused(path, phase, 'it holds two slashes in a row, which S3 takes literally');
  if (rest.length === 0) return { kind: 'bucket', bucket };
  return { kind: 'key', bucket, key: rest.join('/'), isFolder };
}

function refused(path: string, phase: Phase, problem: string): TransferError {
  return new TransferError({
    code: 'NAME_REFUSED',
    lastCode: -1,
    phase,
    message: `refused the path "${printable(path, 200)}": ${problem}`,
    side: 'us',
    advice:
      'Write the path as /bucket/key; a file with such a key must be copied to another key by its owner.',
  });
}
