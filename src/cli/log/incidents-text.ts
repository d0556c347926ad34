import type { ActingSide } from '../../client-log/result-codes/code-entry.js';
import { SIDE_WORDS } from '../../client-log/result-codes/code-entry.js';
import { printable } from '../../core/printable.js';
import type { Incident, IncidentReport, OpenFile } from '../../log-tools/incidents/incident.js';
import { isoInstant } from '../../log-tools/local-instant.js';
import { showCount } from './stats-text.js';
import type { Style } from '../style.js';
import type { ResultColumn } from '../tabular.js';
import { wrapText } from '../wrap-text.js';

const SIDE_SHORT: Readonly<Record<ActingSide, string>> = {
  us: 'us',
  partner: 'partner',
  network: 'network',
  proxy: 'proxy',
  nobody: 'nobody',
};

/** The columns of `tally log incidents`, no more than 100 wide for usual names. */
export const INCIDENT_COLUMNS: readonly ResultColumn<Incident>[] = [
  {
    key: 'fromTime',
    title: 'from',
    words: ({ fromTime }) => fromTime.slice(0, 16),
    value: ({ fromTime }) => fromTime,
  },
  { key: 'toTime', title: 'until', words: untilWords, value: ({ toTime }) => toTime },
  onlyData('timeZone', ({ timeZone }) => timeZone),
  {
    key: 'partner',
    title: 'partner',
    shrinks: 'middle',
    words: ({ partner }) => printable(partner),
    value: ({ partner }) => partner,
  },
  onlyData('host', ({ host }) => host),
  onlyData('port', ({ port }) => port),
  onlyData('protocol', ({ protocol }) => protocol),
  { key: 'code', title: 'what went wrong', shrinks: 'end', words: causeWords, value: ({ code }) => code },
  onlyData('codeWords', ({ phrase }) => phrase),
  {
    key: 'attempts',
    title: 'tries',
    align: 'right',
    dropOrder: 1,
    words: ({ attempts }) => showCount(attempts),
    value: ({ attempts }) => attempts,
  },
  onlyData('inferred', ({ inferred }) => inferred),
  {
    key: 'files',
    title: 'files',
    align: 'right',
    words: filesWords,
    value: ({ files }) => files,
  },
  onlyData('uncounted', ({ uncounted }) => uncounted),
  onlyData('recovered', ({ recovered }) => recovered),
  onlyData('open', ({ isOpen }) => isOpen),
  { key: 'openFilesTotal', title: 'state', words: stateWords, value: ({ openFilesTotal }) => openFilesTotal },
  {
    key: 'side',
    title: 'must act',
    words: ({ side }) => SIDE_SHORT[side],
    value: ({ side }) => side,
  },
  onlyData('advice', ({ advice }) => advice),
  onlyData('firstFile', ({ firstPlace }) => firstPlace.file),
  onlyData('firstLine', ({ firstPlace }) => firstPlace.lineNumber),
];

function onlyData(key: string, value: ResultColumn<Incident>['value']): ResultColumn<Incident> {
  return { key, title: key, onlyData: true, words: (incident) => String(value(incident) ?? ''), value };
}

/** The time alone where it is of the same day. */
function untilWords({ fromTime, toTime }: Incident): string {
  return toTime.slice(0, 10) === fromTime.slice(0, 10) ? toTime.slice(11, 16) : toTime.slice(0, 16);
}

function causeWords({ code, phrase, inferred, attempts }: Incident): string {
  return `${code} ${inferred === attempts ? '(inferred) ' : ''}${phrase}`;
}

function stateWords({ isOpen, openFilesTotal, files }: Incident): string {
  if (!isOpen) return 'recovered';
  return openFilesTotal === files ? 'OPEN' : `OPEN ${showCount(openFilesTotal)}`;
}

/** `40,000+` where there may be more. */
function filesWords({ files, uncounted }: Incident): string {
  return `${showCount(files)}${uncounted > 0 ? '+' : ''}`;
}

/** An incident as programs get it. */
export function incidentData(incident: Incident): Readonly<Record<string, unknown>> {
  const { fromTime, toTime, timeZone, phrase, isOpen, ...others } = incident;
  return {
    fromTime,
    fromInstant: isoInstant(fromTime, timeZone),
    toTime,
    toInstant: isoInstant(toTime, timeZone),
    timeZone,
    codeWords: phrase,
    open: isOpen,
    ...others,
  };
}

export interface IncidentForm {
  /** Open files that are listed of each incident. */
  readonly mostFiles: number;
  readonly style: Style;
  /** Infinity where nothing is to be wrapped. */
  readonly width: number;
}

/** An incident told in full. */
export function incidentLines(incident: Incident, form: IncidentForm): readonly string[] {
  const { partner, host, port, protocol, attempts, recovered, side, advice, firstPlace } = incident;
  const { style, width } = form;
  const place = port === undefined || port === 0 ? host : `${host}:${port}`;
  const tries = `${showCount(attempts)} ${attempts === 1 ? 'try' : 'tries'}`;
  const indented = (text: string) => wrapText(text, { width, lead: '  ' });
  const name = partner === host ? place : `${partner} (${place})`;
  return [
    ...wrapText(`${incident.fromTime} to ${endText(incident)}, ${printable(name, Infinity)}`, {
      width,
      lead: '',
    }).map(style.strong),
    ...indented(stateWords(incident)).map(incident.isOpen ? style.bad : style.good),
    ...indented(
      `${causeWords(incident)}, over ${printable(protocol)}: ${tries}, ${fileCount(incident)}, ${showCount(recovered)} recovered; ${SIDE_WORDS[side]}`,
    ),
    ...indented(`Next: ${advice}`),
    ...indented(`First: ${printable(firstPlace.file)}:${firstPlace.lineNumber}`),
    ...openFileLines(incident, form.mostFiles),
  ];
}

function endText({ fromTime, toTime }: Incident): string {
  return toTime.slice(0, 10) === fromTime.slice(0, 10) ? toTime.slice(11) : toTime;
}

function openFileLines({ openFiles, openFilesTotal }: Incident, most: number): readonly string[] {
  if (openFilesTotal === 0) return [];
  const shown = openFiles.slice(0, most);
  const left = openFilesTotal - shown.length;
  return [
    '  Not succeeded since:',
    ...shown.map((file) => `    ${openFileText(file)}`),
    ...(left > 0
      ? [
          `    and ${showCount(left)} more${openFiles.length > most ? ` (-vv and --json list ${showCount(openFiles.length)})` : ''}`,
        ]
      : []),
  ];
}

function openFileText({ operation, localPath, remotePath }: OpenFile): string {
  const [from, to] = operation === 'download' ? [remotePath, localPath] : [localPath, remotePath];
  return `${printable(operation)}  ${printable(from)} -> ${printable(to)}`;
}

function fileCount(incident: Incident): string {
  return `${filesWords(incident)} ${incident.files === 1 ? 'file' : 'files'}`;
}

/** The sum in a sentence. */
export function incidentNotes({ incidents, failures }: IncidentReport): readonly string[] {
  if (failures === 0) return ['Nothing failed.'];
  const open = incidents.filter(({ isOpen }) => isOpen).length;
  const count = incidents.length === 1 ? '1 incident' : `${showCount(incidents.length)} incidents`;
  return [
    `${count}, ${open === 0 ? 'all recovered' : `${showCount(open)} open`}; ${showCount(failures)} ${failures === 1 ? 'failure' : 'failures'}.`,
  ];
}
