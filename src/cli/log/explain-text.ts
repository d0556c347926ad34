import { RETRY_WORDS, SIDE_WORDS, type ActingSide } from '../../client-log/result-codes/code-entry.js';
import { TABLE_TITLES } from '../../client-log/result-codes/code-tables.js';
import type { LogLine } from '../../client-log/reading/log-line.js';
import { printable } from '../../core/printable.js';
import type {
  Explanation,
  Finding,
  OtherExplanation,
  RecordExplanation,
} from '../../log-tools/explain/explanation.js';
import type { Style } from '../style.js';
import { textWidth } from '../text-width.js';
import { wrapText } from '../wrap-text.js';

/** What the text rests on besides the explanation. */
export interface ExplainedPlace {
  readonly line: LogLine;
  /** Whether the zone of the file is only the machine's. */
  readonly isZoneAssumed: boolean;
  /** Whether the line was pasted, so that its place says nothing. */
  readonly isPasted: boolean;
}

interface Form {
  readonly style: Style;
  /** Infinity where nothing is to be wrapped. */
  readonly width: number;
}

/** An explanation for people. */
export function explanationLines(
  explanation: Explanation,
  place: ExplainedPlace,
  form: Form,
): readonly string[] {
  return explanation.kind === 'record'
    ? recordLines(explanation, place, form)
    : otherLines(explanation, place, form);
}

function recordLines(explanation: RecordExplanation, place: ExplainedPlace, form: Form): readonly string[] {
  const { summary, reading, causes, checks, oddities, findings, record, conflict } = explanation;
  const { style } = form;
  const paragraph = (text: string, lead = '  ') => wrapText(printable(text, Infinity), { ...form, lead });
  const isFailed = record.result === 'failed';
  return [
    ...headLines(explanation, place, form),
    '',
    ...paragraph(summary),
    ...(isFailed && conflict === 'none' ? paragraph(codeText(explanation)) : []),
    ...(isFailed ? paragraph(`Whose side: ${SIDE_WORDS[reading.side]}. ${RETRY_WORDS[reading.retry]}`) : []),
    ...section(
      'Likely causes:',
      causes.flatMap((cause, index) => paragraph(cause, `    ${index + 1}. `)),
      style,
    ),
    ...section(
      'What to check:',
      checks.flatMap((check) => paragraph(check, '    - ')),
      style,
    ),
    ...section(
      'Around this line:',
      findings.flatMap((each) => paragraph(findingText(each), '    - ')),
      style,
    ),
    ...section('Also possible:', otherReadingLines(explanation, form), style),
    ...section(
      'About the line:',
      oddities.flatMap((each) => paragraph(each, '    - ')),
      style,
    ),
    ...partingLines(explanation, form),
  ];
}

/** `530 over ftp: login refused (FTP reply 530, said by the FTP server)`. */
function codeText({ reading, record }: RecordExplanation): string {
  const { code, phrase, table, name, when } = reading;
  return `${code} over ${record.protocol}: ${phrase} (${TABLE_TITLES[table]} ${name}, ${when}).`;
}

function section(title: string, lines: readonly string[], style: Style): readonly string[] {
  return lines.length === 0 ? [] : [style.strong(`  ${title}`), ...lines];
}

function headLines(
  { record, partner }: RecordExplanation,
  { line, isZoneAssumed, isPasted }: ExplainedPlace,
  { style, width }: Form,
): readonly string[] {
  const { time, protocol, operation, host, port, user, localPath, remotePath } = record;
  const zone = `${line.file.timeZone}${isZoneAssumed ? ', assumed' : ''}`;
  const address = port === undefined || port === 0 ? host : `${host}:${port}`;
  const who = [
    ...(partner === host.toLowerCase() ? [] : [address]),
    ...(user === '' ? [] : [`user ${user}`]),
  ].join(', ');
  const name = partner === host.toLowerCase() ? address : partner;
  const [from, to] = operation === 'download' ? [remotePath, localPath] : [localPath, remotePath];
  const head = `${time} (${zone})  ${protocol}  ${operation}  ${name}${who === '' ? '' : ` (${who})`}`;
  return [
    ...headText(printable(head, Infinity), width).map(style.strong),
    ...wrapText(printable(`${from} -> ${to}`, Infinity), { width, lead: '  ' }),
    ...wrapText(verdictText(record), { width, lead: '  ' }).map((text) =>
      record.result === 'failed' ? style.bad(text) : style.good(text),
    ),
    ...(isPasted ? [] : [style.faint(`  ${printable(`${line.file.name}:${line.lineNumber}`, Infinity)}`)]),
  ];
}

/** The gaps between its parts are kept where it fits. */
function headText(head: string, width: number): readonly string[] {
  return textWidth(head) <= width ? [head] : wrapText(head, { width, lead: '' });
}

function verdictText({ result, isInferred, columns }: RecordExplanation['record']): string {
  if (!isInferred) return `${result.toUpperCase()} (tenth column: ${result === 'failed' ? '1' : '0'})`;
  const why = columns === 9 ? 'no tenth column' : 'the tenth column is empty';
  return `INFERRED: ${result} (${why}, so read from the code)`;
}

const POINTS_TO: Readonly<Record<ActingSide, string>> = {
  us: 'points to our own side',
  partner: "points to the partner's side",
  network: 'points to the network between',
  proxy: 'points to the proxy',
  nobody: 'nobody need act',
};

function findingText({ text, pointsTo, lines }: Finding): string {
  const marks = [
    ...(lines.length === 0 ? [] : [`${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`]),
    ...(pointsTo === undefined ? [] : [POINTS_TO[pointsTo]]),
  ];
  return marks.length === 0 ? text : `${text} [${marks.join('; ')}]`;
}

function otherReadingLines({ otherReadings }: RecordExplanation, form: Form): readonly string[] {
  return otherReadings.flatMap(({ code, phrase, table, when, doubt, side }) =>
    wrapText(
      `${code} ${phrase} (${TABLE_TITLES[table]}, ${when}); ${SIDE_WORDS[side]}${doubt === undefined ? '' : `; ${doubt}`}`,
      { ...form, lead: '    - ' },
    ),
  );
}

/** Every way to part the paths of an ambiguous line. */
function partingLines({ record }: RecordExplanation, form: Form): readonly string[] {
  const { candidates = [] } = record;
  if (candidates.length < 2) return [];
  return section(
    'Ways to part its two paths, the likeliest first:',
    candidates.flatMap(({ localPath, remotePath }, index) =>
      wrapText(printable(`${localPath} | ${remotePath}`, Infinity), { ...form, lead: `    ${index + 1}. ` }),
    ),
    form.style,
  );
}

/** Bytes of a line that is no record, as they are shown. */
const SHOWN_CHARACTERS = 400;

function otherLines(
  { summary, checks }: OtherExplanation,
  { line, isPasted }: ExplainedPlace,
  form: Form,
): readonly string[] {
  const raw = printable(
    new TextDecoder('utf-8').decode(line.raw.subarray(0, 4 * SHOWN_CHARACTERS)),
    SHOWN_CHARACTERS,
  );
  const paragraph = (text: string, lead: string) => wrapText(printable(text, Infinity), { ...form, lead });
  return [
    ...paragraph(summary, ''),
    ...(raw.trim() === '' ? [] : [`  ${raw}`]),
    ...(isPasted
      ? []
      : [
          form.style.faint(
            `  ${printable(`${line.file.name}:${line.lineNumber}`, Infinity)}, byte ${line.offset}`,
          ),
        ]),
    ...checks.flatMap((check) => paragraph(check, '  - ')),
  ];
}
