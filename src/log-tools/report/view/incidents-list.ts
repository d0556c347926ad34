import type { IncidentData, ReportData } from '../report-data.js';
import { markup, type Markup } from './markup.js';
import type { List } from './list.js';
import { causeLabel, causeText, filterButton, partnerCell } from './marks.js';
import {
  counted,
  countText,
  listed,
  nameCell,
  sideSentence,
  SIDE_NAMES,
  minuteCell,
  withCommands,
} from './words.js';

/** Failures of one cause at one partner, close in time, as one row. */
export function incidentsList(data: ReportData, incidents: readonly IncidentData[]): List<IncidentData> {
  const partnerOf = ({ partner }: IncidentData) => data.partners[partner]?.name ?? '';
  const causeOf = ({ cause }: IncidentData) => data.causes[cause];
  const wordsOf = (row: IncidentData) => {
    const cause = causeOf(row);
    return cause === undefined ? '' : causeText(cause);
  };
  return {
    id: 'incidents',
    caption: 'Incidents',
    one: 'incident',
    many: 'incidents',
    rows: incidents,
    searchText: (row) =>
      [
        partnerOf(row),
        row.place,
        wordsOf(row),
        row.protocol,
        stateOf(row),
        row.firstPlace,
        ...row.users,
        ...row.openFiles,
      ].join(' '),
    sort: '',
    rowsPerPage: 25,
    emptyText: 'No incident in this selection.',
    detail: (row) => incidentDetail(data, row),
    columns: [
      { key: 'state', title: 'State', sortBy: stateOf, cell: (row) => stateBadge(row) },
      {
        key: 'partner',
        title: 'Partner',
        isRowHead: true,
        sortBy: partnerOf,
        cell: (row) => partnerCell(data, row.partner),
      },
      {
        key: 'what',
        title: 'What happened',
        cellClass: () => 'wide',
        sortBy: (row) => causeOf(row)?.code ?? Infinity,
        opensDetail: true,
        cell: (row) => whatCell(data, row),
      },
      {
        key: 'side',
        title: 'Who must act',
        sortBy: (row) => causeOf(row)?.side ?? '',
        cell: (row) => markup`${SIDE_NAMES[causeOf(row)?.side ?? 'nobody']}`,
      },
      {
        key: 'from',
        title: 'From',
        sortBy: (row) => row.fromSeconds,
        cell: (row) => minuteCell(row.fromSeconds),
      },
      { key: 'to', title: 'To', sortBy: (row) => row.toSeconds, cell: (row) => minuteCell(row.toSeconds) },
      {
        key: 'attempts',
        title: 'Failed attempts',
        align: 'right',
        sortBy: (row) => row.attempts,
        cell: (row) => markup`${countText(row.attempts)}`,
      },
      {
        key: 'files',
        title: 'Files',
        align: 'right',
        sortBy: (row) => row.files,
        cell: (row) => markup`${countText(row.files)}`,
      },
      {
        key: 'missing',
        title: 'Not arrived since',
        align: 'right',
        sortBy: (row) => row.openFilesTotal,
        cell: (row) => markup`${countText(row.openFilesTotal)}`,
      },
    ],
  };
}

function stateOf({ isOpen }: IncidentData): string {
  return isOpen ? 'open' : 'recovered';
}

/** Dotted where no line of the incident has a verdict of its own. */
function stateBadge({ isOpen, attempts, inferred }: IncidentData): Markup {
  const isInferred = inferred === attempts;
  const [kind, mark, word] = isOpen ? ['open', '●', 'open'] : ['succeeded', '✓', 'recovered'];
  const classes = isInferred ? `badge ${kind} inferred` : `badge ${kind}`;
  const words = isInferred ? `${word} (inferred)` : word;
  return markup`<span class="${classes}"><span aria-hidden="true">${mark} </span>${words}</span>`;
}

function whatCell(data: ReportData, { cause }: IncidentData): Markup {
  const known = data.causes[cause];
  return known === undefined ? markup`` : causeLabel(known);
}

function incidentDetail(data: ReportData, row: IncidentData): Markup | undefined {
  const cause = data.causes[row.cause];
  if (cause === undefined) return undefined;
  const users = row.users.length > 0 ? `, as ${listed(row.users, 5)}` : '';
  const inferred =
    row.inferred > 0 &&
    ` ${countText(row.inferred)} of ${counted(row.attempts, 'verdict')} inferred from the code.`;
  return markup`<p><b>${sideSentence(cause.side)}.</b> ${withCommands(row.advice)}</p>
    <p>${row.protocol} to <bdi>${row.place}</bdi>${users}.
      ${counted(row.recovered, 'file has', 'files have')} arrived since.${inferred}
      First failure: <span class="mono">${nameCell(row.firstPlace)}</span></p>
    ${openFiles(row)}
    <p>${filterButton('cause', cause.key, markup`Show only ${causeText(cause)}`)}</p>`;
}

function openFiles({ openFiles: names, openFilesTotal }: IncidentData): Markup {
  if (names.length === 0) return markup``;
  const left = openFilesTotal - names.length;
  return markup`<p class="label">Not arrived since</p>
    <ul class="names mono">
      ${names.map((name) => markup`<li>${nameCell(name)}</li>`)}
      ${left > 0 && markup`<li>and ${countText(left)} more</li>`}
    </ul>`;
}
