import type { Readable } from 'node:stream';
import * as yauzl from 'yauzl';
import { LOG_NAME } from './log-names.js';

/**
 * Names of the client logs in a zip archive, in its order: `cl*.log`, or any `.log` and `.txt` where there is none of
 * that name. Nothing is ever unpacked to disk, so the names do no harm. Rejects with yauzl's own error.
 */
export async function zipLogNames(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  const archive = await openArchive(path);
  await new Promise<void>((resolve, reject) => {
    archive.on('entry', (entry: yauzl.Entry) => {
      if (!entry.fileName.endsWith('/')) names.push(entry.fileName);
      archive.readEntry();
    });
    archive.once('end', resolve).once('error', reject);
    archive.readEntry();
  });
  const named = names.filter((name) => LOG_NAME.test(name.split('/').at(-1) ?? ''));
  return named.length > 0 ? named : names.filter((name) => /\.(log|txt)$/i.test(name));
}

/** The unpacked bytes of one entry; reading it to its end closes the archive. */
export async function zipEntryStream(path: string, name: string): Promise<Readable> {
  const archive = await openArchive(path);
  return new Promise((resolve, reject) => {
    archive.on('entry', (entry: yauzl.Entry) => {
      if (entry.fileName !== name) return archive.readEntry();
      archive.openReadStream(entry, (error, stream) => {
        if (error !== null) return reject(error);
        stream.once('close', () => archive.close());
        resolve(stream);
      });
    });
    archive.once('end', () => reject(Object.assign(new Error(`no entry ${name}`), { code: 'ENOENT' })));
    archive.once('error', reject);
    archive.readEntry();
  });
}

function openArchive(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, archive) => {
      if (error !== null) reject(error);
      else resolve(archive);
    });
  });
}
