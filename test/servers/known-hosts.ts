import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpensshServer } from './openssh.js';

/** How a server's host keys stand in known_hosts: by name, by the hash of the name, or as keys never to be trusted again. */
export type KnownHostsForm = 'plain' | 'hashed' | 'revoked';

/** The text of a known_hosts file with all keys of the server. */
export function knownHosts(server: OpensshServer, form: KnownHostsForm = 'plain'): string {
  const mark = form === 'revoked' ? '@revoked ' : '';
  const lines = server.publicHostKeys
    .map((key) => `${mark}[${server.host}]:${server.port} ${key}\n`)
    .join('');
  return form === 'hashed' ? hashed(lines) : lines;
}

/** By ssh-keygen and not by our own reading of the format, which is what the tests are there to check. */
function hashed(lines: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallyman-known-hosts-'));
  try {
    const file = join(folder, 'known_hosts');
    writeFileSync(file, lines);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'pipe' });
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
