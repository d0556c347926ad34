import type { Figures, PartnerFigures } from '../figures/figures.js';
import type { ReportData } from '../report-data.js';
import { markup } from './markup.js';
import type { List } from './list.js';
import { causeCell, causeText, failedCell, partnerCell, shareCell } from './marks.js';
import { countText, timeCell } from './words.js';

/** Attempts and failures by partner. */
export function partnersList(data: ReportData, { partners }: Figures): List<PartnerFigures> {
  const nameOf = ({ partner }: PartnerFigures) => data.partners[partner]?.name ?? '';
  const mainCause = ({ failedByCause }: PartnerFigures) => {
    const [most] = [...failedByCause].sort((a, b) => b[1] - a[1]);
    return most === undefined ? undefined : data.causes[most[0]];
  };
  const last = ({ partner }: PartnerFigures, key: 'lastSuccessSeconds' | 'lastFailureSeconds') =>
    data.partners[partner]?.[key];
  return {
    id: 'partners',
    caption: 'Attempts and failures by partner',
    one: 'partner',
    many: 'partners',
    rows: partners,
    searchText: (row) => {
      const cause = mainCause(row);
      return `${nameOf(row)} ${data.partners[row.partner]?.place ?? ''} ${cause === undefined ? '' : causeText(cause)}`;
    },
    sort: '-failed',
    rowsPerPage: 25,
    emptyText: 'No attempts in this selection.',
    columns: [
      {
        key: 'partner',
        title: 'Partner',
        isRowHead: true,
        sortBy: nameOf,
        cell: (row) => partnerCell(data, row.partner),
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
        key: 'rate',
        title: 'Failure rate',
        align: 'right',
        sortBy: (row) => row.failed / row.attempts,
        cell: (row) => shareCell(row.failed, row.attempts),
      },
      {
        key: 'cause',
        title: 'Most frequent cause',
        sortBy: (row) => mainCause(row)?.phrase ?? '',
        cell: (row) => causeCell(mainCause(row)),
      },
      {
        key: 'lastSuccess',
        title: 'Last success',
        hint: 'in the whole log',
        sortBy: (row) => last(row, 'lastSuccessSeconds') ?? -Infinity,
        cell: (row) => timeCell(last(row, 'lastSuccessSeconds')),
      },
      {
        key: 'lastFailure',
        title: 'Last failure',
        hint: 'in the whole log',
        sortBy: (row) => last(row, 'lastFailureSeconds') ?? -Infinity,
        cell: (row) => timeCell(last(row, 'lastFailureSeconds')),
      },
    ],
  };
}
