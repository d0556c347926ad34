import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const cacheFolder = resolve(import.meta.dirname, '../../.cache');
const serversFolder = join(cacheFolder, 'servers');

/** Where `node scripts/setup.mjs --with-servers` keeps the certificates and SSH keys. */
export const testKeysFolder = join(cacheFolder, 'test-keys');

/** Names of the folders that scripts/setup-servers.mjs unpacks Debian's packages into. */
export type Bundle =
  | 'openssh'
  | 'proftpd'
  | 'vsftpd'
  | 'pure-ftpd'
  | 'dante'
  | 'microsocks'
  | 'tinyproxy'
  | 'squid'
  | 'nginx'
  | 'apache'
  | 'wrappers'
  | 'swift';

/** The absolute path of a file out of the unpacked packages; one that is missing names the command that brings it. */
export function unpackedFile(bundle: Bundle, path: string): string {
  return whenItExists(join(serversFolder, bundle, path));
}

/** The value of LD_LIBRARY_PATH with which the bundle's programs find the libraries unpacked beside them. */
export function libraryPath(bundle: Bundle): string {
  return libraryFolders(bundle).join(':');
}

/** The absolute path of a wrapper library to preload, such as `libnss_wrapper.so`. */
export function wrapperLibrary(name: string): string {
  const file = libraryFolders('wrappers').map((folder) => join(folder, name))[0];
  return whenItExists(file ?? join(serversFolder, 'wrappers', name));
}

function whenItExists(file: string): string {
  if (existsSync(file)) return file;
  throw new Error(`${file} is missing. It comes with: node scripts/setup.mjs --with-servers`);
}

/** Debian keeps libraries in a folder named after the processor, such as usr/lib/x86_64-linux-gnu. */
function libraryFolders(bundle: Bundle): string[] {
  return ['usr/lib', 'lib']
    .map((path) => join(serversFolder, bundle, path))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(path, name)),
    );
}
