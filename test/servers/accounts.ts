import { writeFileSync } from 'node:fs';
import type { ServerFolder } from './server-folder.js';
import { wrapperLibrary } from './unpacked.js';

/** The one account of every server. */
export const account = { user: 'tally', password: 'tally-secret' } as const;

/** The account's password as crypt(3) keeps it, the same text in every file: `openssl passwd -6 -salt tallyman`. */
export const passwordHash =
  '$6$tallyman$aHRzk71RP4OOZjhrscSKCvj9UPurXEtjx2XVUya9SpF9tejA6ZO9UAXnMiu3kHo0vnVCzFsfLOME0M91YKFiP/';

/**
 * The account's line in the form of /etc/passwd. Its user id is that of the test process, so that
 * either can change the files that the other has made.
 */
export function accountLine(home: string, id = 0): string {
  return `${account.user}:${passwordHash}:${id}:${id}::${home}:/bin/sh`;
}

/** System users that a server asks for by name before it serves anybody. */
const systemUsers = [
  'root:x:0:0:root:/root:/bin/sh',
  'sshd:*:65533:65534::/run/sshd:/usr/sbin/nologin',
  'nobody:*:65534:65534::/nonexistent:/usr/sbin/nologin',
];
const groups = ['root:x:0:', 'nogroup:x:65534:'];

/**
 * Writes a list of users for one server and returns the environment in which it sees that list
 * instead of the machine's own: no account has to be made on the machine.
 */
export function ownUsers(folder: ServerFolder): Record<string, string> {
  writeFileSync(folder.own('passwd'), [...systemUsers, accountLine(folder.root), ''].join('\n'));
  writeFileSync(folder.own('group'), [...groups, ''].join('\n'));
  return {
    LD_PRELOAD: wrapperLibrary('libnss_wrapper.so'),
    NSS_WRAPPER_PASSWD: folder.own('passwd'),
    NSS_WRAPPER_GROUP: folder.own('group'),
  };
}
