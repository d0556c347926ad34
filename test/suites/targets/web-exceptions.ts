import type { Exception } from '../run-suite.js';

type Exceptions = Readonly<Record<string, Exception>>;

const CHANGES = [
  'writing a file',
  'renaming a file within',
  'renaming a file within without replacing',
  'renaming a file out of it',
  'renaming a file into it',
] as const;

/** 500 may be cured by a retry; these two say it of what no retry cures, and nothing else tells them apart. */
function saysFault(changes: readonly string[], reason: string): Exceptions {
  return Object.fromEntries(
    changes.map((what) => [
      `refusals: ${what} without the right to is refused with the code of the server and changes nothing`,
      { reason, shows: /SERVER_BUSY is none of/ },
    ]),
  );
}

const DOTS = 'nginx-dav-ext 3.0 shows no names that begin with a dot';

export const apacheExceptions: Exceptions = {
  ...saysFault(CHANGES, 'mod_dav 2.4 answers 500 where it may not write'),
  'list: a link is shown as one, or as what it leads to, and never as something else': {
    reason: 'mod_dav_fs 2.4 leaves links out of listings',
    shows: /undefined is none of link, file/,
  },
};

/** PUT of nginx, with and without the rest of WebDAV. */
export const nginxPutExceptions: Exceptions = {
  ...saysFault(CHANGES.slice(0, 1), 'nginx 1.22 answers 500 where it may not write'),
  'write: a full disk is NO_SPACE, with the code of the server, and the source is let go': {
    reason: 'nginx 1.22 answers 500 to a full disk',
    shows: /SERVER_BUSY/,
  },
};

export const nginxDavExceptions: Exceptions = {
  ...nginxPutExceptions,
  ...saysFault(CHANGES.slice(1), 'nginx 1.22 answers 500 where it may not write'),
  'paths: a name with a leading dot goes through every verb as it is': { reason: DOTS, shows: /hidden/ },
  'paths: a folder name with a leading dot goes through every verb as it is': {
    reason: DOTS,
    shows: /hidden/,
  },
  'list: kinds and sizes are right, and hidden files are there too': { reason: DOTS, shows: /dots/ },
  'list: a link is shown as one, or as what it leads to, and never as something else': {
    reason: 'nginx-dav-ext 3.0 answers 500 to a link that leads nowhere',
    shows: /500 Internal/,
  },
  'list: a folder that may not be read is refused': {
    reason: 'nginx-dav-ext 3.0 answers 500',
    shows: /SERVER_BUSY is none of/,
  },
  'rename: a target folder that is not there is NOT_FOUND and leaves the file where it is': {
    reason: 'nginx 1.22 makes the folders on the way itself',
    shows: /it went well/,
  },
  'change: a folder with something in it is FOLDER_NOT_EMPTY or REFUSED, and nothing is gone': {
    reason: `${DOTS}, and DELETE takes a folder with all that is in it`,
    shows: /it went well/,
  },
};
