import { printable } from '../core/printable.js';
import { joinRemote, segmentProblem, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ProtocolClient, RemoteEntry } from '../protocols/protocol-client.js';
import type { EntrySpool } from './entry-spool.js';
import { isTemporaryName } from './temporary-name.js';
import type { PathPattern, PatternSegment } from './wildcard.js';

export interface WalkOptions {
  readonly signal: AbortSignal;
  /** Takes what is found, in order. */
  readonly spool: Pick<EntrySpool, 'add'>;
  readonly found: (files: number, bytes: number) => void;
  readonly warned: (text: string) => void;
  /** A name that is not safe to use: named, counted as a failure, never opened. */
  readonly refused: (error: TransferError) => Promise<void>;
}

/** Folders deeper than this are a loop made of links or mounts. */
const MAX_DEPTH = 64;

/**
 * Lists the files that the pattern finds into the spool, folder by folder on one session, each listing read to
 * its end before the next begins. Rejects when the start folder cannot be listed; a folder below that cannot be
 * listed rejects too: a part of the files is not "all files".
 */
export async function walkSource(
  session: ProtocolClient,
  pattern: PathPattern,
  options: WalkOptions,
): Promise<void> {
  await new SourceWalk(session, pattern.base, options).folder([], [pattern.segments]);
}

/** All files below a folder: the pattern of `--recursive` without wildcard. */
export const EVERYTHING_BELOW: readonly PatternSegment[] = ['**', () => true];

type Reading = readonly PatternSegment[];

interface Below {
  readonly name: string;
  readonly rest: readonly Reading[];
}

class SourceWalk {
  readonly #session: ProtocolClient;
  readonly #base: RemotePath;
  readonly #options: WalkOptions;
  #files = 0;
  #bytes = 0;

  constructor(session: ProtocolClient, base: RemotePath, options: WalkOptions) {
    this.#session = session;
    this.#base = base;
    this.#options = options;
  }

  /** `readings`: every way in which the pattern can go on from here; a folder is visited once whatever their number. */
  async folder(names: readonly string[], readings: readonly Reading[]): Promise<void> {
    if (names.length > MAX_DEPTH) throw tooDeep(names);
    const path = names.reduce<RemotePath>((folder, name) => joinRemote(folder, name), this.#base);
    const below = await this.#listFolder(path, names, readings);
    for (const { name, rest } of below) await this.folder([...names, name], rest);
  }

  /** Spools the files; gives the folders to go into. Folders wait in memory: they are few beside the files. */
  async #listFolder(
    path: RemotePath,
    names: readonly string[],
    readings: readonly Reading[],
  ): Promise<Below[]> {
    const below: Below[] = [];
    const links: RemoteEntry[] = [];
    const { signal, warned } = this.#options;
    for await (const entry of this.#session.list(path, { signal, onWarning: warned })) {
      const isMeant = matchesFile(readings, entry.name) || readingsBelow(readings, entry.name).length > 0;
      if (!isMeant || isTemporaryName(entry.name)) continue;
      const problem = segmentProblem(entry.name);
      if (problem !== undefined) await this.#options.refused(unsafeName(path, entry.name, problem));
      else if (entry.kind === 'link') links.push(entry);
      else if (entry.kind === 'file') await this.#takeFile(entry, names, readings);
      else if (entry.kind === 'folder') below.push(...belowOf(entry.name, readings));
    }
    for (const link of links) await this.#takeLink(path, link, names, readings);
    return below;
  }

  async #takeFile(entry: RemoteEntry, names: readonly string[], readings: readonly Reading[]): Promise<void> {
    if (!matchesFile(readings, entry.name)) return;
    this.#files += 1;
    this.#bytes += entry.sizeBytes ?? 0;
    const { name, sizeBytes, modifiedMs } = entry;
    await this.#options.spool.add({ names: [...names, name], sizeBytes, modifiedMs });
    this.#options.found(this.#files, this.#bytes);
  }

  /** A link to a file is that file; a link to a folder is not followed, as it may lead in circles. */
  async #takeLink(
    path: RemotePath,
    link: RemoteEntry,
    names: readonly string[],
    readings: readonly Reading[],
  ): Promise<void> {
    const { signal, warned } = this.#options;
    try {
      const target = await this.#session.stat(joinRemote(path, link.name), { signal });
      if (target.kind === 'file')
        return await this.#takeFile({ ...target, name: link.name }, names, readings);
      warned(`${printable(path)}/${printable(link.name)}: a link to a folder is not followed`);
    } catch (error) {
      if (!(error instanceof TransferError) || error.code !== 'NOT_FOUND') throw error;
      warned(`${printable(path)}/${printable(link.name)}: a link that leads nowhere is left out`);
    }
  }
}

function belowOf(name: string, readings: readonly Reading[]): Below[] {
  const rest = readingsBelow(readings, name);
  return rest.length === 0 ? [] : [{ name, rest }];
}

/** True when a file of this name at this level is meant. `**` stands for no folder at all, too. */
function matchesFile(readings: readonly Reading[], name: string): boolean {
  return readings.some(function matches(reading: Reading): boolean {
    const [first, ...rest] = reading;
    if (first === undefined) return false;
    if (first === '**') return rest.length === 0 || matches(rest);
    return rest.length === 0 && first(name);
  });
}

/** The ways in which the pattern goes on inside a folder of this name. */
function readingsBelow(readings: readonly Reading[], name: string): readonly Reading[] {
  return readings.flatMap((reading): readonly Reading[] => {
    const [first, ...rest] = reading;
    if (first === undefined) return [];
    if (first === '**') return [reading, ...readingsBelow([rest], name)];
    return rest.length > 0 && first(name) ? [rest] : [];
  });
}

function unsafeName(folder: RemotePath, name: string, problem: string): TransferError {
  return new TransferError({
    code: 'NAME_REFUSED',
    lastCode: -1,
    phase: 'list',
    message: `refused the name "${printable(name, 120)}" in ${printable(folder)}: ${problem}`,
  });
}

function tooDeep(names: readonly string[]): TransferError {
  return new TransferError({
    code: 'LIMIT_EXCEEDED',
    lastCode: -1,
    phase: 'list',
    message: `folders go deeper than ${MAX_DEPTH} levels at ${printable(names.join('/'), 120)}`,
  });
}
