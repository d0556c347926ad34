import type { FileData, LineProblemData, ReportData } from '../report-data.js';
import { markup, type Markup } from './markup.js';
import type { List, ListColumn } from './list.js';
import { failedCell } from './marks.js';
import { counted, countText, minuteCell, nameCell } from './words.js';

/** The files that the report was made from. */
export function filesList({ files }: ReportData): List<FileData> {
  const number = (key: string, title: string, of: (file: FileData) => number): ListColumn<FileData> => ({
    key,
    title,
    align: 'right',
    sortBy: of,
    cell: (file) => markup`${countText(of(file))}`,
  });
  return {
    id: 'files',
    caption: 'Files read',
    one: 'file',
    many: 'files',
    rows: files,
    searchText: ({ name, timeZone }) => `${name} ${timeZone}`,
    sort: 'name',
    rowsPerPage: 25,
    emptyText: 'No file was read.',
    columns: [
      {
        key: 'name',
        title: 'File',
        isRowHead: true,
        cellClass: () => 'mono',
        sortBy: ({ name }) => name,
        cell: ({ name }) => nameCell(name),
      },
      {
        key: 'zone',
        title: 'Time zone',
        sortBy: ({ timeZone }) => timeZone,
        cell: ({ timeZone }) => markup`${timeZone}`,
      },
      number('lines', 'Lines', ({ counts }) => counts.lines),
      number('attempts', 'Attempts', ({ attempts }) => attempts),
      { ...number('failed', 'Failed', ({ failed }) => failed), cell: ({ failed }) => failedCell(failed) },
      {
        key: 'first',
        title: 'First attempt',
        sortBy: ({ firstSeconds }) => firstSeconds ?? Infinity,
        cell: ({ firstSeconds }) => minuteCell(firstSeconds),
      },
      {
        key: 'last',
        title: 'Last attempt',
        sortBy: ({ lastSeconds }) => lastSeconds ?? -Infinity,
        cell: ({ lastSeconds }) => minuteCell(lastSeconds),
      },
      number('malformed', 'Malformed', ({ counts }) => counts.malformed),
      number('ambiguous', 'Ambiguous', ({ counts }) => counts.ambiguous),
      number('incomplete', 'Incomplete', ({ counts }) => counts.incomplete),
    ],
  };
}

/** Lines that could not be read, or not for sure. */
export function problemsList({ logLines, fileNames }: ReportData): List<LineProblemData> {
  const place = ({ file, line }: LineProblemData) => `${fileNames[file] ?? ''}:${line}`;
  return {
    id: 'problems',
    caption: 'Lines that could not be read for sure',
    one: 'line',
    many: 'lines',
    rows: logLines.problems,
    searchText: (row) => `${place(row)} ${row.kind} ${row.reason} ${row.raw}`,
    sort: '',
    rowsPerPage: 25,
    emptyText: 'None: every line of the files could be read.',
    columns: [
      {
        key: 'place',
        title: 'File and line',
        isRowHead: true,
        sortBy: place,
        cell: (row) => markup`<span class="mono"><bdi>${place(row)}</bdi></span>`,
      },
      { key: 'kind', title: 'Kind', sortBy: ({ kind }) => kind, cell: ({ kind }) => markup`${kind}` },
      {
        key: 'reason',
        title: 'Why',
        sortBy: ({ reason }) => reason,
        cell: ({ reason }) => markup`${reason}`,
      },
      {
        key: 'raw',
        title: 'The line',
        cellClass: () => 'wide',
        cell: ({ raw }) => markup`<code class="raw">${raw}</code>`,
      },
    ],
  };
}

/** How many lines there were of each kind, and what the reader put up with. */
export function linesSummary({ logLines }: ReportData): Markup {
  const { counts, deviations } = logLines;
  const { lines, records, headers, blank, malformed, incomplete, ambiguous } = counts;
  const parts = [
    counted(records, 'record'),
    counted(headers, 'heading'),
    `${countText(blank)} blank`,
    `${countText(malformed)} malformed`,
    `${countText(incomplete)} incomplete`,
  ];
  return markup`<p>
      ${counted(lines, 'line')}: ${parts.join(', ')}. ${counted(ambiguous, 'record')} could be read in more
      than one way.
    </p>
    ${deviations.length > 0 && markup`<p>Read all the same: ${deviationWords(deviations)}.</p>`}`;
}

function deviationWords(deviations: ReportData['logLines']['deviations']): string {
  return deviations.map(({ what, records }) => `${what} (${counted(records, 'record')})`).join(', ');
}
