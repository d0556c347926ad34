import { baseNameOf } from '../../../client-log/log-paths.js';
import { textOf, type FailureRow } from '../figures/selected-lists.js';
import type { ReportData } from '../report-data.js';
import { markup, type Markup } from './markup.js';
import type { List } from './list.js';
import { causeCell, causeText, partnerCell, resultBadge } from './marks.js';
import { countText, nameCell, sideSentence, timeCell } from './words.js';

/** Every failed attempt that the page holds, with its line of the log. */
export function failuresList(data: ReportData, rows: readonly FailureRow[]): List<FailureRow> {
  const view = new FailureView(data);
  return {
    id: 'failures',
    caption: 'Failed attempts',
    one: 'failed attempt',
    many: 'failed attempts',
    rows,
    searchText: (row) => view.searchText(row),
    sort: '-time',
    rowsPerPage: 25,
    emptyText: 'No failed attempt in this selection.',
    detail: (row) => view.detail(row),
    columns: [
      {
        key: 'time',
        title: 'Time',
        sortBy: ({ failure }) => failure.seconds,
        cell: ({ failure }) => timeCell(failure.seconds),
      },
      {
        key: 'result',
        title: 'Result',
        sortBy: ({ kind }) => Number(kind.isInferred),
        cell: ({ kind }) => resultBadge('failed', kind.isInferred),
      },
      {
        key: 'partner',
        title: 'Partner',
        sortBy: (row) => view.partner(row),
        cell: ({ kind }) => partnerCell(data, kind.partner),
      },
      {
        key: 'file',
        title: 'File',
        isRowHead: true,
        cellClass: () => 'wide',
        sortBy: (row) => view.fileName(row),
        opensDetail: true,
        cell: (row) => nameCell(view.fileName(row)),
      },
      {
        key: 'operation',
        title: 'Operation',
        sortBy: (row) => view.operation(row),
        cell: (row) => markup`<bdi>${view.operation(row)}</bdi>`,
      },
      {
        key: 'code',
        title: 'Code',
        sortBy: ({ kind }) => data.causes[kind.cause]?.code ?? Infinity,
        cell: ({ kind }) => causeCell(data.causes[kind.cause]),
      },
      {
        key: 'place',
        title: 'Line of the log',
        sortBy: (row) => view.place(row),
        cell: (row) =>
          markup`<span class="mono" title="${view.place(row)}"><bdi>${view.shortPlace(row)}</bdi></span>`,
      },
    ],
  };
}

/** Values of a row that several columns need. */
class FailureView {
  readonly #data: ReportData;

  constructor(data: ReportData) {
    this.#data = data;
  }

  partner({ kind }: FailureRow): string {
    return this.#data.partners[kind.partner]?.name ?? '';
  }

  /** `upload, sftp`. */
  operation({ kind }: FailureRow): string {
    return `${this.#data.operations[kind.operation] ?? ''}, ${this.#data.protocols[kind.protocol] ?? ''}`;
  }

  place({ failure }: FailureRow): string {
    return `${this.#data.fileNames[failure.file] ?? ''}:${failure.line}`;
  }

  /** Without the folder. */
  shortPlace({ failure }: FailureRow): string {
    return `${baseNameOf(this.#data.fileNames[failure.file] ?? '')}:${failure.line}`;
  }

  fileName({ failure }: FailureRow): string {
    const remote = textOf(failure, failure.remote);
    return baseNameOf(remote) || remote || baseNameOf(textOf(failure, failure.local)) || '(no file named)';
  }

  searchText(row: FailureRow): string {
    const { failure, kind } = row;
    const cause = this.#data.causes[kind.cause];
    const words = cause === undefined ? '' : causeText(cause);
    const paths = [failure.local, failure.remote].filter((text) => typeof text === 'string');
    return [failure.raw, ...paths, this.partner(row), words, this.place(row)].join(' ');
  }

  detail(row: FailureRow): Markup {
    const { failure, index, kind } = row;
    const { cutBytes = 0 } = failure;
    const cause = this.#data.causes[kind.cause];
    return markup`<dl>
        <dt>Local path</dt>
        <dd>${nameCell(textOf(failure, failure.local))}</dd>
        <dt>Remote path</dt>
        <dd>${nameCell(textOf(failure, failure.remote))}</dd>
        <dt>User</dt>
        <dd>${nameCell(this.#data.users[failure.user] ?? '')}</dd>
        ${
          cause !== undefined &&
          markup`<dt>Meaning</dt>
            <dd>${cause.explanation?.meaning} ${sideSentence(cause.side)}.</dd>`
        }
        ${failure.otherPaths?.map(
          ({ localPath, remotePath }) =>
            markup`<dt>Or the paths are</dt>
              <dd>${nameCell(localPath)} and ${nameCell(remotePath)}</dd>`,
        )}
        <dt>Stands in</dt>
        <dd class="mono">${nameCell(this.place(row))}</dd>
        <dt>The line</dt>
        <dd>
          <code class="raw">${failure.raw}</code>${cutBytes > 0 && markup` (${countText(cutBytes)} more bytes)`}
        </dd>
      </dl>
      <p class="needs-script"><button type="button" data-copy="${index}">Copy for a ticket</button></p>`;
  }
}
