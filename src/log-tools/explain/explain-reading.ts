import { baseNameOf } from '../../client-log/log-paths.js';
import { partnerOf, type PartnerBook } from '../../client-log/partners.js';
import type { Deviation, LineReading, ReadRecord } from '../../client-log/reading/log-line.js';
import { explainCode, type CodeReading } from '../../client-log/result-codes/explain-code.js';
import { isLogProtocol } from '../../client-log/record.js';
import type { Explanation, OtherExplanation, RecordExplanation } from './explanation.js';
import { fillCheck } from './fill-check.js';
import { readingOf, type RecordReading } from './record-reading.js';

/** What a line says by itself, without the lines around it. */
export function explainReading(reading: LineReading, partners: PartnerBook): Explanation {
  switch (reading.kind) {
    case 'record':
      return explainRecord(reading.record, partners);
    case 'incomplete':
      return reading.record === undefined ? explainIncomplete() : explainUnended(reading.record, partners);
    case 'header':
      return {
        kind: 'header',
        summary: 'This is a heading, which names the columns; it records no transfer.',
        checks: [],
      };
    case 'blank':
      return { kind: 'blank', summary: 'This line is blank; it records no transfer.', checks: [] };
    case 'malformed':
      return explainMalformed(reading.reason);
  }
}

const COLUMNS =
  'A record has nine columns or ten: `Time; Protocol; Host; Port; User; Local Path; Remote Path; Operation; Code; Result;`';

function explainMalformed(reason: string): OtherExplanation {
  return {
    kind: 'malformed',
    summary: `This line cannot be read as a record: ${reason}.`,
    checks: [
      COLUMNS,
      'See whether it was torn in two: the next line may hold the rest of it.',
      'If it was edited or joined by hand, take it from the original file; other commands pass over it and say so.',
    ],
  };
}

function explainIncomplete(): OtherExplanation {
  return {
    kind: 'incomplete',
    summary: 'This last line has no end yet and is no whole record: somebody may be writing it.',
    checks: [
      'Ask again in a moment.',
      'If it stays so, the file was cut off, by a full disk, a crash or a copy made too early.',
    ],
  };
}

function explainUnended(record: ReadRecord, partners: PartnerBook): RecordExplanation {
  const explanation = explainRecord(record, partners);
  const oddity =
    'The line has no end: somebody may be writing it, and its last column may be longer than it shows.';
  return { ...explanation, oddities: [oddity, ...explanation.oddities] };
}

/** What a record says by itself. */
export function explainRecord(record: ReadRecord, partners: PartnerBook): RecordExplanation {
  const { readings, conflict } = readingOf(record);
  const [reading, ...otherReadings] = readings;
  const isClear = record.result === 'succeeded';
  return {
    kind: 'record',
    record,
    partner: partnerOf(record, partners),
    summary: summaryOf(record, { reading, conflict, partner: partnerOf(record, partners) }),
    conflict,
    reading,
    otherReadings: isClear ? [] : otherReadings,
    causes: isClear ? [] : reading.causes,
    checks: isClear ? [] : reading.checks.map((check) => fillCheck(check, record, partners)),
    oddities: odditiesOf(record),
    findings: [],
  };
}

function summaryOf(
  record: ReadRecord,
  {
    reading,
    conflict,
    partner,
  }: {
    readonly reading: CodeReading;
    readonly conflict: RecordReading['conflict'];
    readonly partner: string;
  },
): string {
  const { protocol, code, result, isInferred } = record;
  const [{ phrase }] = explainCode(code, isLogProtocol(protocol) ? protocol : undefined);
  const words = `${code} (${phrase})`;
  const deed = deedOf(record, partner);
  if (conflict === 'succeeded-with-failure-code') {
    return `${deed} succeeded, although its last code was ${words}: the tenth column has the last word, and the code was left over on the way.`;
  }
  if (conflict === 'failed-with-success-code') {
    return `${deed} failed, although its last code was ${words}: the other side was content, and something on our side was not.`;
  }
  if (result === 'succeeded') {
    return isInferred
      ? `${deed} seems to have succeeded: the line has no tenth column, and ${words} reads as success.`
      : `${deed} succeeded, with ${code}: ${phrase}.`;
  }
  return `${deed} ${isInferred ? 'seems to have failed' : 'failed'}: ${asClause(reading.meaning)}`;
}

/** `The upload of a.xml to ACME`. */
function deedOf({ operation, localPath, remotePath, protocol }: ReadRecord, partner: string): string {
  const isDownload = operation === 'download';
  const source = isDownload ? remotePath : localPath;
  const name = baseNameOf(source) || source || 'no named file';
  const way = protocol === 'local' ? '' : ` ${isDownload ? 'from' : 'to'} ${partner}`;
  return `The ${operation} of ${name}${way}`;
}

function asClause(sentence: string): string {
  return /^[A-Z][a-z ]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

const DEVIATION_WORDS: Readonly<Partial<Record<Deviation, string>>> = {
  'host-port-joined': 'Host and port stand in one column.',
  'windows-1252': 'The line is not UTF-8 and was read as Windows-1252.',
  'empty-column': 'A column is empty.',
  'foreign-protocol': 'The protocol is none that EFT or Tallyman write.',
  'foreign-operation': 'The operation is none that EFT or Tallyman write.',
};

function odditiesOf({ deviations, candidates }: ReadRecord): readonly string[] {
  const words = deviations.flatMap((deviation) => DEVIATION_WORDS[deviation] ?? []);
  if (candidates === undefined) return words;
  return [
    ...words,
    candidates.length < 2
      ? 'A semicolon stands unescaped in a path; its two paths can be parted in one way only.'
      : `A semicolon stands unescaped in a path: there are ${candidates.length} ways to part its two paths, and the likeliest is taken.`,
  ];
}
