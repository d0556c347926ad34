import type { CauseFigures, Figures } from '../figures/figures.js';
import type { CauseData, ReportData } from '../report-data.js';
import { explanationText } from './explanation.js';
import { markup, type Markup } from './markup.js';
import type { List } from './list.js';
import { causeLabel, causeText, failedCell, filterButton, shareCell } from './marks.js';
import { countText, listed, SIDE_NAMES } from './words.js';

/** Attempts and failures by code, with what each code means. */
export function codesList(data: ReportData, { causes, total }: Figures): List<CauseFigures> {
  const causeOf = ({ cause }: CauseFigures) => data.causes[cause];
  const protocolsOf = ({ protocols }: CauseFigures) =>
    [...protocols].map((index) => data.protocols[index] ?? '').filter((name) => name !== '');
  return {
    id: 'codes',
    caption: 'Attempts and failures by code',
    one: 'code',
    many: 'codes',
    rows: causes,
    searchText: (row) => {
      const cause = causeOf(row);
      return cause === undefined
        ? ''
        : `${causeText(cause)} ${cause.table} ${cause.side} ${protocolsOf(row).join(' ')}`;
    },
    sort: '-failed',
    rowsPerPage: 25,
    emptyText: 'No attempts in this selection.',
    detail: (row) => codeDetail(causeOf(row)),
    columns: [
      {
        key: 'code',
        title: 'Code',
        isRowHead: true,
        sortBy: (row) => causeOf(row)?.code ?? Infinity,
        opensDetail: true,
        cell: (row) => codeCell(causeOf(row)),
      },
      {
        key: 'table',
        title: 'Said by',
        sortBy: (row) => causeOf(row)?.table ?? '',
        cell: (row) => sayer(causeOf(row)),
      },
      {
        key: 'protocol',
        title: 'Protocol',
        sortBy: (row) => protocolsOf(row).join(' '),
        cell: (row) => markup`${listed(protocolsOf(row), 4)}`,
      },
      {
        key: 'side',
        title: 'Who must act',
        sortBy: (row) => causeOf(row)?.side ?? '',
        cell: (row) => markup`${SIDE_NAMES[causeOf(row)?.side ?? 'nobody']}`,
      },
      {
        key: 'attempts',
        title: 'Attempts',
        align: 'right',
        sortBy: (row) => row.attempts,
        cell: (row) => markup`${countText(row.attempts)}`,
      },
      {
        key: 'failed',
        title: 'Failed',
        align: 'right',
        sortBy: (row) => row.failed,
        cell: (row) => failedCell(row.failed),
      },
      {
        key: 'share',
        title: 'Share of failures',
        align: 'right',
        sortBy: (row) => row.failed,
        cell: (row) => shareCell(row.failed, total.failed),
      },
      {
        key: 'partners',
        title: 'Partners failing',
        align: 'right',
        sortBy: (row) => row.failedPartners.size,
        cell: (row) => markup`${countText(row.failedPartners.size)}`,
      },
    ],
  };
}

function sayer(cause: CauseData | undefined): Markup {
  return markup`${cause?.table ?? ''}`;
}

function codeCell(cause: CauseData | undefined): Markup {
  return cause === undefined ? markup`` : causeLabel(cause);
}

function codeDetail(cause: CauseData | undefined): Markup | undefined {
  if (cause?.explanation === undefined) return undefined;
  return markup`${explanationText(cause)}
    <p>${filterButton('cause', cause.key, markup`Show only ${causeText(cause)}`)}</p>`;
}
