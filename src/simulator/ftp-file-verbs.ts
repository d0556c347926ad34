import { dosLine, machineLine, timeFromValue, timeValue, unixLine } from './ftp-listing-lines.js';
import { ftpReply } from './ftp-reply.js';
import type { FtpFlowDeed } from './ftp-session.js';
import type { FtpVerb, FtpVerbTable } from './ftp-verbs.js';
import { TreeRefusal, type ServedEntry } from './served-tree.js';

const changeFolder: FtpVerb = {
  needsLogin: true,
  async run(session, argument) {
    const place = session.place(argument);
    const entry = await session.surroundings.tree.stat(place);
    if (entry.kind !== 'folder') throw new TreeRefusal('no-folder');
    session.folder = place;
    return ftpReply(250, 'CWD command successful');
  },
};

const makeFolder: FtpVerb = {
  needsLogin: true,
  async run(session, argument) {
    const place = session.place(argument);
    await session.surroundings.tree.makeFolder(place);
    return ftpReply(257, `"${doubledQuotes(place)}" created`);
  },
};

const removeFolder: FtpVerb = {
  needsLogin: true,
  async run(session, argument) {
    await session.surroundings.tree.removeFolder(session.place(argument));
    return ftpReply(250, 'RMD command successful');
  },
};

const printFolder: FtpVerb = {
  needsLogin: true,
  run: async (session) => ftpReply(257, `"${doubledQuotes(session.folder)}" is the current directory`),
};

/** Everything about files and folders that needs no data connection. */
export const FILE_VERBS: FtpVerbTable = {
  PWD: printFolder,
  XPWD: printFolder,
  CWD: changeFolder,
  CDUP: { needsLogin: true, run: async (session, _, deeds) => changeFolder.run(session, '..', deeds) },
  MKD: makeFolder,
  XMKD: makeFolder,
  RMD: removeFolder,
  XRMD: removeFolder,
  DELE: {
    needsLogin: true,
    async run(session, argument) {
      await session.surroundings.tree.remove(session.place(argument));
      return ftpReply(250, 'DELE command successful');
    },
  },
  SIZE: {
    needsLogin: true,
    async run(session, argument, deeds) {
      if (session.type === 'ascii') return ftpReply(550, 'SIZE not allowed in ASCII mode');
      const entry = await session.surroundings.tree.stat(session.place(argument));
      if (entry.kind === 'folder') return ftpReply(550, 'Not a regular file');
      return ftpReply(213, String(toldEntry(entry, deeds).sizeBytes));
    },
  },
  MDTM: {
    needsLogin: true,
    async run(session, argument) {
      const entry = await session.surroundings.tree.stat(session.place(argument));
      return ftpReply(213, timeValue(entry.modifiedMs));
    },
  },
  MFMT: {
    needsLogin: true,
    async run(session, argument) {
      const [time = '', ...rest] = argument.split(' ');
      const modifiedMs = timeFromValue(time);
      if (modifiedMs === undefined) return ftpReply(501, 'MFMT needs YYYYMMDDHHMMSS and a path');
      await session.surroundings.tree.setModifiedTime(session.place(rest.join(' ')), modifiedMs);
      return ftpReply(213, `Modify=${time}; ${rest.join(' ')}`);
    },
  },
  MLST: {
    needsLogin: true,
    async run(session, argument, deeds) {
      const place = session.place(argument);
      const entry = toldEntry(await session.surroundings.tree.stat(place), deeds);
      return ftpReply(250, `Listing ${argument}`, machineLine({ ...entry, name: place }), 'End');
    },
  },
  STAT: {
    needsLogin: true,
    async run(session, argument, deeds) {
      if (argument === '') return ftpReply(211, 'Status:', `Logged in as ${session.user ?? ''}`, 'End');
      const entry = toldEntry(await session.surroundings.tree.stat(session.place(argument)), deeds);
      const isDos = session.surroundings.habits.listStyle === 'dos';
      return ftpReply(213, 'Status:', isDos ? dosLine(entry) : unixLine(entry, Date.now()), 'End');
    },
  },
  RNFR: {
    needsLogin: true,
    async run(session, argument) {
      const place = session.place(argument);
      await session.surroundings.tree.stat(place);
      session.renameFrom = place;
      return ftpReply(350, 'Ready for RNTO');
    },
  },
  RNTO: {
    needsLogin: true,
    async run(session, argument) {
      const { habits, tree } = session.surroundings;
      const from = session.renameFrom;
      const to = session.place(argument);
      session.renameFrom = undefined;
      if (from === undefined) return ftpReply(503, 'RNFR comes first');
      if (habits.rename === 'refused') return ftpReply(553, 'Rename not permitted');
      if (habits.rename === 'refuses-existing' && (await exists(tree.stat(to)))) {
        return ftpReply(553, 'File exists');
      }
      await tree.rename(from, to);
      return ftpReply(250, 'Rename successful');
    },
  },
};

/** The entry as the deeds let it be told. */
export function toldEntry(entry: ServedEntry, deeds: readonly FtpFlowDeed[]): ServedEntry {
  const byBytes = deeds.reduce((sum, deed) => (deed.kind === 'wrongSize' ? sum + deed.byBytes : sum), 0);
  return byBytes === 0 ? entry : { ...entry, sizeBytes: entry.sizeBytes + byBytes };
}

async function exists(stat: Promise<ServedEntry>): Promise<boolean> {
  return stat.then(
    () => true,
    () => false,
  );
}

function doubledQuotes(path: string): string {
  return path.replaceAll('"', '""');
}
