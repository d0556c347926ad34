import { posix } from 'node:path';
import type { Duplex } from 'node:stream';
import { HOSTILE_NAMES } from './faults.js';
import { dialForData, listenForData } from './ftp-data-port.js';
import { toldEntry } from './ftp-file-verbs.js';
import { dosLine, machineLine, unixLine } from './ftp-listing-lines.js';
import { ftpReply, type FtpReply } from './ftp-reply.js';
import type { FtpFlowDeed, FtpSession } from './ftp-session.js';
import { fromNetworkText, toNetworkText } from './ftp-text-mode.js';
import { runTransfer, writeData, type FtpTransfer } from './ftp-transfer.js';
import type { FtpVerb, FtpVerbTable } from './ftp-verbs.js';
import { bytesOf, TreeRefusal, type ServedEntry, type ServedFile } from './served-tree.js';

/** Data connections and what goes over them. */
export const DATA_VERBS: FtpVerbTable = {
  PASV: {
    needsLogin: true,
    async run(session, _, deeds) {
      const [host, port] = await openPassive(session, deeds);
      if (!/^\d+(\.\d+){3}$/.test(host)) return ftpReply(425, 'PASV is for IPv4 only');
      return ftpReply(227, `Entering Passive Mode (${host.replaceAll('.', ',')},${port >> 8},${port & 255})`);
    },
  },
  EPSV: {
    needsLogin: true,
    async run(session, argument, deeds) {
      if (argument.toUpperCase() === 'ALL') return ftpReply(200, 'EPSV ALL');
      const [, port] = await openPassive(session, deeds);
      return ftpReply(229, `Entering Extended Passive Mode (|||${port}|)`);
    },
  },
  PORT: {
    needsLogin: true,
    async run(session, argument) {
      const numbers = argument.split(',').map(Number);
      const isAddress = numbers.length === 6 && numbers.every((number) => number >= 0 && number <= 255);
      if (!isAddress) return ftpReply(501, 'PORT needs six numbers');
      const [high = 0, low = 0] = numbers.slice(4);
      return openActive(session, numbers.slice(0, 4).join('.'), high * 256 + low);
    },
  },
  EPRT: {
    needsLogin: true,
    async run(session, argument) {
      const parts = /^(.)[12]\1([0-9a-fA-F.:]+)\1(\d{1,5})\1$/.exec(argument);
      if (parts === null) return ftpReply(501, 'EPRT needs |family|address|port|');
      return openActive(session, parts[2] ?? '', Number(parts[3]));
    },
  },
  LIST: listingVerb((session, entry) =>
    session.surroundings.habits.listStyle === 'dos' ? dosLine(entry) : unixLine(entry, Date.now()),
  ),
  NLST: listingVerb((_, entry) => entry.name),
  MLSD: listingVerb((_, entry) => machineLine(entry), { isMachineListing: true }),
  RETR: {
    needsLogin: true,
    async run(session, argument, deeds) {
      const position = takeRestart(session);
      const file = await session.surroundings.tree.open(session.place(argument), 'read');
      return closing(file, async () => {
        const { sizeBytes } = await file.stat();
        if (position > sizeBytes) return ftpReply(554, 'Restart position beyond the end of the file');
        const source =
          session.type === 'ascii' ? toNetworkText(bytesOf(file, position)) : bytesOf(file, position);
        return send(session, `Opening data connection for ${argument} (${sizeBytes} bytes)`, source, deeds);
      });
    },
  },
  STOR: uploadVerb('replace'),
  APPE: uploadVerb('append'),
  ABOR: {
    needsLogin: true,
    async run(session) {
      session.closeDataPort();
      return ftpReply(226, 'ABOR command successful');
    },
  },
};

async function openPassive(
  session: FtpSession,
  deeds: readonly FtpFlowDeed[],
): Promise<readonly [string, number]> {
  const { localAddress = '127.0.0.1', remoteAddress = '' } = session.channel.socket;
  session.closeDataPort();
  const port = await listenForData(localAddress, remoteAddress);
  session.dataPort = port;
  if (session.over.aborted) port.close();
  const announced = deeds.find((deed) => deed.kind === 'announce');
  return [announced?.host ?? localAddress.replace(/^::ffff:/, ''), announced?.port ?? port.port];
}

function openActive(session: FtpSession, host: string, port: number): FtpReply {
  const { localAddress = '127.0.0.1', remoteAddress = '' } = session.channel.socket;
  const isPeer = host === remoteAddress || `::ffff:${host}` === remoteAddress;
  if (!isPeer || port < 1024 || port > 65_535)
    return ftpReply(500, 'Illegal address: only your own, from port 1024 on');
  session.closeDataPort();
  session.dataPort = dialForData(host, port, localAddress);
  return ftpReply(200, 'Active data connection noted');
}

interface ListingKind {
  readonly isMachineListing: boolean;
}

function listingVerb(
  line: (session: FtpSession, entry: ServedEntry) => string,
  kind: ListingKind = { isMachineListing: false },
): FtpVerb {
  return {
    needsLogin: true,
    async run(session, argument, deeds) {
      const place = session.place(kind.isMachineListing ? argument : argument.replace(/^-\w+( |$)/, ''));
      const entry = await session.surroundings.tree.stat(place);
      if (kind.isMachineListing && entry.kind !== 'folder') return ftpReply(501, 'Not a directory');
      const isRefusing = session.surroundings.habits.emptyFolder === 'refused';
      if (isRefusing && entry.kind === 'folder' && (await isEmpty(session, place)))
        return ftpReply(550, 'No files found');
      const own = kind.isMachineListing ? [machineLine({ ...entry, name: '.' }, 'cdir')] : [];
      const source = listingBytes(session, own, listedEntries(session, place, entry, deeds), line);
      return send(session, 'Opening data connection for the listing', source, deeds);
    },
  };
}

async function* listedEntries(
  session: FtpSession,
  place: string,
  entry: ServedEntry,
  deeds: readonly FtpFlowDeed[],
): AsyncGenerator<ServedEntry> {
  for (const deed of deeds) {
    if (deed.kind !== 'hostileNames') continue;
    for (const name of deed.names ?? HOSTILE_NAMES) yield { name, kind: 'file', sizeBytes: 1, modifiedMs: 0 };
  }
  if (entry.kind !== 'folder') yield toldEntry(entry, deeds);
  else for await (const child of session.surroundings.tree.list(place)) yield toldEntry(child, deeds);
  if (!deeds.some((deed) => deed.kind === 'endlessListing')) return;
  for (let index = 0; ; index += 1)
    yield { name: `endless-${index}`, kind: 'file', sizeBytes: 1, modifiedMs: 0 };
}

async function* listingBytes(
  session: FtpSession,
  first: readonly string[],
  entries: AsyncIterable<ServedEntry>,
  line: (session: FtpSession, entry: ServedEntry) => string,
): AsyncGenerator<Uint8Array> {
  let text = first.map((each) => `${each}\r\n`).join('');
  for await (const entry of entries) {
    text += `${line(session, entry)}\r\n`;
    if (text.length < 32_768) continue;
    yield Buffer.from(text, session.encoding);
    text = '';
  }
  if (text !== '') yield Buffer.from(text, session.encoding);
}

async function isEmpty(session: FtpSession, place: string): Promise<boolean> {
  for await (const entry of session.surroundings.tree.list(place)) return entry === undefined;
  return true;
}

function send(
  session: FtpSession,
  announcement: string,
  source: AsyncIterable<Uint8Array>,
  deeds: readonly FtpFlowDeed[],
): Promise<FtpReply | undefined> {
  const transfer: FtpTransfer = {
    announcement,
    async move(data, flow) {
      data.resume();
      for await (const piece of flow.through(source)) await writeData(data, piece);
    },
  };
  return runTransfer(session, transfer, deeds);
}

function uploadVerb(how: 'replace' | 'append'): FtpVerb {
  return {
    needsLogin: true,
    async run(session, argument, deeds) {
      const { tree, habits } = session.surroundings;
      const restart = takeRestart(session);
      const place =
        habits.uploadNames === 'short' ? shortName(session.place(argument)) : session.place(argument);
      const file = await tree.open(place, how === 'replace' && restart === 0 ? 'replace' : 'update');
      const reply = await closing(file, async () => {
        const { sizeBytes } = await file.stat();
        if (restart > sizeBytes) return ftpReply(554, 'Restart position beyond the end of the file');
        return receive(session, file, how === 'append' ? sizeBytes : restart, deeds);
      });
      if (habits.uploadNames === 'hidden' && reply !== undefined && reply.code < 300)
        await tree.remove(place);
      return reply;
    },
  };
}

function receive(
  session: FtpSession,
  file: ServedFile,
  position: number,
  deeds: readonly FtpFlowDeed[],
): Promise<FtpReply | undefined> {
  const isLost = deeds.some((deed) => deed.kind === 'loseWrites');
  const isText = session.type === 'ascii';
  return runTransfer(
    session,
    {
      announcement: 'Opening data connection',
      async move(data, flow) {
        const incoming = data.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
        let at = position;
        for await (const piece of flow.through(isText ? fromNetworkText(incoming) : incoming)) {
          if (!isLost) await file.write(at, piece);
          at += piece.length;
        }
        if (flow.end.kind === 'truncated') await readAway(data);
      },
    },
    deeds,
  );
}

/** The client may finish what it has to say. */
function readAway(data: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (data.readableEnded || data.destroyed) return resolve();
    data.once('end', () => resolve());
    data.once('close', () => resolve());
    data.resume();
  });
}

/** The position that REST gave to this transfer alone. */
function takeRestart(session: FtpSession): number {
  const position = session.restartAt;
  session.restartAt = 0;
  return position;
}

async function closing<T>(file: ServedFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

/** `/in/Quarterly report.xlsx` becomes `/in/QUARTERL.XLS`. */
function shortName(place: string): string {
  const { dir, name, ext } = posix.parse(place);
  const short = (text: string, length: number): string =>
    text
      .replace(/[^\w-]/g, '')
      .slice(0, length)
      .toUpperCase();
  const extension = short(ext, 3);
  if (name === '') throw new TreeRefusal('denied');
  return posix.join(dir, short(name, 8) + (extension === '' ? '' : `.${extension}`));
}
