/** Where a folder of the EFT server is here: `C:\EFT` is `/data/eft`. */
export interface PathMove {
  readonly from: string;
  readonly to: string;
}

/** How the paths of the EFT server are written on this machine. */
export interface PathMoves {
  readonly os: NodeJS.Platform;
  readonly moves: readonly PathMove[];
}

/** What is written with every path in it moved: the longest folder that fits counts. */
export function movePaths<Written>(written: Written, { os, moves }: PathMoves): Written {
  const ordered = moves.toSorted((left, right) => right.from.length - left.from.length);
  return ordered.length === 0 ? written : (moved(written, ordered, os) as Written);
}

function moved(written: unknown, moves: readonly PathMove[], os: NodeJS.Platform): unknown {
  if (typeof written === 'string') return movedPath(written, moves, os);
  if (Array.isArray(written)) return written.map((each) => moved(each, moves, os));
  if (typeof written !== 'object' || written === null) return written;
  return Object.fromEntries(Object.entries(written).map(([key, each]) => [key, moved(each, moves, os)]));
}

/** Names of Windows know no case, and its paths both slashes. */
function movedPath(path: string, moves: readonly PathMove[], os: NodeJS.Platform): string {
  const plain = comparable(path);
  for (const { from, to } of moves) {
    const folder = comparable(from).replace(/\/$/, '');
    if (folder === '' || (plain !== folder && !plain.startsWith(`${folder}/`))) continue;
    const rest = path.slice(folder.length);
    return `${to.replace(/[\\/]$/, '')}${os === 'win32' ? rest : rest.replaceAll('\\', '/')}`;
  }
  return path;
}

function comparable(path: string): string {
  return path.replaceAll('\\', '/').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The first path of Windows in what is written, where this machine has another system; undefined when there is none. */
export function foreignPath(written: unknown, moves: PathMoves): string | undefined {
  if (moves.os === 'win32') return undefined;
  if (typeof written === 'string') return /^([A-Za-z]:[\\/]|\\\\)/.test(written) ? written : undefined;
  if (typeof written !== 'object' || written === null) return undefined;
  for (const inner of Object.values(written)) {
    const found = foreignPath(inner, moves);
    if (found !== undefined) return found;
  }
  return undefined;
}
