import { counted } from '../../core/counted.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { Capabilities } from '../../protocols/capabilities.js';
import type { ProtocolClient } from '../../protocols/protocol-client.js';
import { mannersOfEndpoint } from '../../transfers/endpoint.js';
import { statEntry } from '../list-entries.js';
import type { ProbeSession } from './probe-session.js';
import { notTried, type ProbeFindings } from './probe-step.js';

/** Counted no further: a listing may be without end. */
const MOST_ENTRIES = 10_000;

/** The login, tried once: a second refusal may lock the account. */
export async function logIn(session: ProbeSession): Promise<ProbeFindings> {
  const { user } = session.subject.place.endpoint.columns;
  const { receipt } = await session.logIn();
  const { login, reply, lastCode } = receipt;
  const who = user === '' ? 'without a user' : `as ${printable(user, 120)}`;
  const by = login === undefined ? '' : ` by ${login.by}`;
  const others = login?.offered ?? (await session.look()).loginMethods ?? [];
  return {
    verdict: 'ok',
    lines: [
      `${who}${by}`,
      ...(reply === undefined || reply === '' ? [] : [reply]),
      ...(others.length === 0 ? [] : [`the server takes ${printable(others.join(', '))}`]),
    ],
    facts: { user, by: login?.by, offered: others, code: lastCode, reply },
  };
}

/** The folder of the location; the one after the login where it names none. */
export async function listFolder(session: ProbeSession): Promise<ProbeFindings> {
  const { path, endpoint } = session.subject.place;
  if (!mannersOfEndpoint(endpoint).list) {
    return notTried('the connection says that nothing can be listed there (list: false)');
  }
  const client = await session.client();
  if (!client.capabilities.listing) return lookAtPath(session, client);
  const warnings: string[] = [];
  let entries = 0;
  try {
    const rows = client.list(path, {
      signal: session.signal,
      onWarning: (text) => warnings.push(text),
    });
    for await (const entry of rows) {
      void entry;
      entries += 1;
      if (entries > MOST_ENTRIES) break;
    }
  } catch (error) {
    if (error instanceof TransferError) session.listing = { kind: 'failed', error };
    throw error;
  }
  session.listing = { kind: 'came' };
  const count = entries > MOST_ENTRIES ? `more than ${MOST_ENTRIES}` : String(entries);
  const line = `${count} ${entries === 1 ? 'entry' : 'entries'} in ${folderText(path)}`;
  const facts = { folder: path, entries, unread: warnings.length };
  if (warnings.length === 0) return { verdict: 'ok', lines: [line], facts };
  return {
    verdict: 'warning',
    lines: [
      line,
      `${counted(warnings.length, 'line')} of it cannot be read, the first: ${printable(warnings[0] ?? '', 200)}`,
    ],
    facts,
    remedy: 'Report the raw line as a fault of ours: files in such lines are not seen.',
  };
}

async function lookAtPath(session: ProbeSession, client: ProtocolClient): Promise<ProbeFindings> {
  const { path } = session.subject.place;
  if (path === '' || path === '/') {
    return notTried('this server has no listing; name a file or folder to look at it');
  }
  const entry = await statEntry(client, path, session.signal);
  const size = entry.sizeBytes === undefined ? '' : `, ${entry.sizeBytes} bytes`;
  return {
    verdict: 'ok',
    lines: [`${printable(path)} is a ${entry.kind}${size}; no listing on this server`],
  };
}

function folderText(path: string): string {
  return path === '' ? 'the folder after the login' : printable(path);
}

/** What a transfer can count on with this server. */
export async function tellAbilities(session: ProbeSession): Promise<ProbeFindings> {
  const { capabilities } = await session.client();
  return { verdict: 'ok', lines: abilityLines(capabilities), facts: { ...capabilities } };
}

function abilityLines(can: Capabilities): readonly string[] {
  return [resumeLine(can), nameLine(can), checksumLine(can), timeLine(can)];
}

function resumeLine({ resumeRead, resumeWrite }: Capabilities): string {
  if (resumeRead && resumeWrite) return 'goes on with broken downloads and uploads';
  if (resumeRead) return 'goes on with broken downloads, not with uploads';
  return resumeWrite ? 'goes on with broken uploads, not with downloads' : 'begins broken transfers anew';
}

function nameLine({ wholeWrites, rename, replacingRename }: Capabilities): string {
  if (wholeWrites) return 'shows a file only once it is whole';
  if (!rename) return 'cannot rename: files are written under their final name';
  return replacingRename
    ? 'renames onto an existing file in one step'
    : 'renames, but not onto an existing file';
}

function checksumLine({ checksums }: Capabilities): string {
  if (checksums.length === 0) return 'computes no checksum: --verify checksum reads back';
  return `computes ${checksums.toReversed().join(', ')}`;
}

function timeLine({ setModifiedTime, sizes }: Capabilities): string {
  const times = setModifiedTime ? 'keeps the times of files' : 'cannot set the times of files that stand';
  return sizes ? times : `${times}, and hides sizes`;
}
