import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import type { Platform } from '../../core/platform.js';
import { settingsError } from '../../settings/settings-error.js';
import type { GrowingLog } from '../../log-tools/tail/growing-log.js';
import { GrowingPlace } from '../../log-tools/tail/growing-place.js';
import type { LineChoice } from '../../log-tools/tail/line-choice.js';
import { ReadThroughLog } from '../../log-tools/tail/read-through-log.js';
import type { TailedLog } from '../../log-tools/tail/tail-logs.js';
import { findLogs, unreadable } from '../log-files/log-names.js';
import { stdinLines } from './stdin-lines.js';

export interface TailOpening {
  /** Files, masks, folders, `-`. */
  readonly names: readonly string[];
  readonly choice: LineChoice;
  readonly isFollowing: boolean;
  /** The zone of a file's times. */
  readonly timeZoneOf: (name: string) => string;
  /** Lines of a log that can only be read from its start: a packed one, stdin. */
  readonly readThrough: (name: string) => Promise<AsyncIterable<readonly LogLine[]>>;
  readonly platform: Pick<Platform, 'files' | 'clock'>;
  readonly signal: AbortSignal;
}

/**
 * The logs that a command line names, ready to be shown from their end; nothing is read yet. Throws a TransferError
 * for a mask that matches nothing, and for a folder without logs unless one can be waited for.
 */
export function openTailLogs(opening: TailOpening): readonly TailedLog[] {
  const names = [...new Set(opening.names.flatMap((name) => namesOf(name, opening.isFollowing)))];
  if (opening.isFollowing && names.length > 1 && names.includes('-')) {
    throw settingsError(
      { kind: 'location', text: '-' },
      'can be followed only alone, without files beside it',
    );
  }
  const nodeOf = (name: string) => (names.length > 1 && kindOf(name) === 'folder' ? name : '');
  return names.map((name) => {
    const refOf = (path: string): LogFileRef => ({
      name: path,
      timeZone: opening.timeZoneOf(path),
      node: nodeOf(name),
    });
    return { name, log: namingFailures(name, logOf(name, refOf, opening)) };
  });
}

function logOf(name: string, refOf: (path: string) => LogFileRef, opening: TailOpening): GrowingLog {
  const { choice, isFollowing, readThrough, platform, signal } = opening;
  if (name === '-' && isFollowing) {
    return new ReadThroughLog({ kind: 'lasting', choice, open: async () => stdinLines(refOf(name), signal) });
  }
  if (name === '-' || isReadThrough(name)) {
    return new ReadThroughLog({ kind: 'whole', choice, open: () => readThrough(name) });
  }
  return new GrowingPlace({ ...platform, name, refOf, join, choice });
}

/** A mask stands for the files that it matches now; every other name for itself, whether it is there or not. */
function namesOf(name: string, isFollowing: boolean): readonly string[] {
  const kind = kindOf(name);
  const isMask = /[*?]/.test(basename(name)) && kind === 'missing';
  const mustHoldLogs = kind === 'folder' && !isFollowing;
  const found = isMask || mustHoldLogs ? findLogs([name]) : [];
  return isMask ? found.map((each) => each.name) : [name];
}

/** Packed logs do not grow, and a pipe has no end to begin at. */
function isReadThrough(name: string): boolean {
  return kindOf(name) === 'other' || (kindOf(name) === 'file' && /\.(gz|zst|zip)$/i.test(name));
}

function kindOf(name: string): 'missing' | 'folder' | 'file' | 'other' {
  const stats = statSync(name, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
}

/** The same log, which says which one it is where it cannot be read at the start. */
function namingFailures(name: string, log: GrowingLog): GrowingLog {
  return {
    get isOver() {
      return log.isOver ?? false;
    },
    start: async (request) => {
      try {
        return await log.start(request);
      } catch (error) {
        throw unreadable(name, error);
      }
    },
    poll: () => log.poll(),
    leave: () => log.leave(),
  };
}
