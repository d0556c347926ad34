import type { RemoteEntry } from '../protocol-client.js';
import { NOTHING, zonedTime, type ListContext, type ListingLine } from './ftp-listing.js';

const DATASETS = /^\s*Volume\s+Unit\s+Referred\b/i;
const MEMBERS = /^\s*Name\s+(?:VV\.MM|Size\s+TTR)\b/i;

/** `WYOSPT 3390   2003/05/21  1  200  FB      80  8053  PS  ACME.ORDERS`; extents and space may run together. */
const DATASET =
  /^\s*\S+\s+\S+\s+(?:\d{4}\/\d{2}\/\d{2}|\*\*NONE\*\*)\s+\d+(?:\s+\d+)?\s+\S+\s+\d+\s+\d+\s+([A-Z-]{2,5})\s+(\S+)\s*$/;
const PSEUDO_FOLDER = /^\s*Pseudo Directory\s+(\S+)\s*$/i;
/** On tape, in an archive or of another organisation: there, and fetched (recalled first) like any other. */
const ELSEWHERE =
  /^\s*(?:Migrated|ARCIVE Not Direct Access Device|\S+\s+Tape|(?:\S+\s+\S+\s+)?VSAM)\s+(\S+)\s*$/i;
const UNKNOWN_KIND = /^\s*Error determining attributes\s+(\S+)\s*$/i;

/** `ORDERS    01.03 2002/04/12 2002/04/12 16:10    11    11     0 KIL001` */
const MEMBER =
  /^\s*(\S{1,8})\s+\d{2}\.\d{2}\s+\d{4}\/\d{2}\/\d{2}\s+(\d{4})\/(\d{2})\/(\d{2})\s+(\d{2}):(\d{2})(?::(\d{2}))?(?:\s.*)?$/;
/** A member without statistics, or a load module: `DMOCI001  000710 03370C  00 FO  31  ANY`. */
const BARE_MEMBER = /^\s*([A-Z0-9@#$]{1,8})(?:\s+[0-9A-F]{6,8}\s+[0-9A-F]{6}(?:\s.*)?|\s*)$/i;

/** LIST of z/OS for data sets and the members of a partitioned one (its file systems list as Unix does). */
export class MvsListing {
  readonly #context: ListContext;
  #holds: 'datasets' | 'members' | undefined;

  constructor(context: ListContext) {
    this.#context = context;
  }

  /** Only a heading says that a listing has this form; undefined without one, or for a line of another form. */
  read(line: string): ListingLine | undefined {
    if (DATASETS.test(line)) return this.#begin('datasets');
    if (MEMBERS.test(line)) return this.#begin('members');
    switch (this.#holds) {
      case undefined:
        return undefined;
      case 'datasets':
        return datasetOf(line);
      case 'members':
        return this.#memberOf(line);
    }
  }

  #begin(holds: 'datasets' | 'members'): ListingLine {
    this.#holds = holds;
    return NOTHING;
  }

  /** The size of a member is one of records, so none is given. */
  #memberOf(line: string): ListingLine | undefined {
    const match = MEMBER.exec(line);
    if (match === null) return entry(BARE_MEMBER.exec(line)?.[1], 'file');
    const [year, month, day, hour, minute] = match.slice(2, 7).map(Number) as FiveNumbers;
    const second = Number(match[7] ?? 0);
    const precisionMs = match[7] === undefined ? 60_000 : 1000;
    const time = zonedTime({ year, month, day, hour, minute, second }, precisionMs, this.#context);
    return { kind: 'entry', entry: { name: match[1] ?? '', kind: 'file', ...time } };
  }
}

type FiveNumbers = [number, number, number, number, number];

/** The date is that of the last use, and space counts in tracks: neither is told. */
function datasetOf(line: string): ListingLine | undefined {
  const match = DATASET.exec(line);
  if (match !== null) return entry(match[2], match[1]?.startsWith('PO') === true ? 'folder' : 'file');
  return (
    entry(PSEUDO_FOLDER.exec(line)?.[1], 'folder') ??
    entry(ELSEWHERE.exec(line)?.[1], 'file') ??
    entry(UNKNOWN_KIND.exec(line)?.[1], 'other')
  );
}

function entry(name: string | undefined, kind: RemoteEntry['kind']): ListingLine | undefined {
  return name === undefined
    ? undefined
    : { kind: 'entry', entry: { name: name.replace(/^'(.*)'$/, '$1'), kind } };
}
