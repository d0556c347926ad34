import type { RemoteEntry } from '../protocol-client.js';

/** `+i8388621.29609,m824255902,/,\tdev` (D. J. Bernstein, Easily Parsed LIST Format; publicfile). */
export function parseEplfLine(line: string): RemoteEntry | undefined {
  const tab = line.indexOf('\t');
  if (!line.startsWith('+') || tab < 0 || tab === line.length - 1) return undefined;
  const facts = line.slice(1, tab).split(',');
  const numberOf = (mark: string) => {
    const digits = facts.find((fact) => fact.startsWith(mark))?.slice(mark.length) ?? '';
    return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  };
  const kind = facts.includes('/') ? 'folder' : facts.includes('r') ? 'file' : 'other';
  const modified = numberOf('m');
  const time = modified === undefined ? {} : { modifiedMs: modified * 1000, precisionMs: 1000 };
  return { name: line.slice(tab + 1), kind, sizeBytes: kind === 'file' ? numberOf('s') : undefined, ...time };
}
