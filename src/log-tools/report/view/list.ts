import { markup, type Markup } from './markup.js';
import { countText } from './words.js';

/** A table of the page that can be searched and sorted. */
export interface List<Row> {
  /** Name in addresses and ids: `partners`. */
  readonly id: string;
  readonly caption: string;
  /** What a row is: `partner`, `failed attempt`. */
  readonly one: string;
  readonly many: string;
  readonly columns: readonly ListColumn<Row>[];
  readonly rows: readonly Row[];
  /** Where a search looks. */
  readonly searchText: (row: Row) => string;
  /** Key of the column that rows are sorted by at first, with `-` before it for falling values; empty: as they come. */
  readonly sort: string;
  readonly rowsPerPage: number;
  /** Said where there is no row at all. */
  readonly emptyText: string;
  /** What a row tells when it is opened, as wide as the table; nothing for `undefined`. */
  readonly detail?: (row: Row) => Markup | undefined;
}

export interface ListColumn<Row> {
  readonly key: string;
  readonly title: string;
  /** What the title means where it is not plain. */
  readonly hint?: string;
  readonly align?: 'right';
  /** The cell names its row. */
  readonly isRowHead?: true;
  /** The cell is pressed to open the row's detail. */
  readonly opensDetail?: true;
  /** What rows are sorted by; a column without it cannot be sorted. */
  readonly sortBy?: (row: Row) => number | string;
  readonly cell: (row: Row) => Markup;
  readonly cellClass?: (row: Row) => string;
}

/** How a list is looked at now. */
export interface ListState {
  readonly search: string;
  /** As `List.sort`; empty for the list's own. */
  readonly sort: string;
  /** From 1. */
  readonly page: number;
}

export const FIRST_LOOK: ListState = { search: '', sort: '', page: 1 };

/** The rows of a list that are to be seen. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** Place of the first of them, from 1; 0 where there is none. */
  readonly first: number;
  /** How many rows the search found. */
  readonly found: number;
  readonly page: number;
  readonly pages: number;
}

/** Searches, sorts and pages. A search is words that must all occur, in any case. */
export function pageOf<Row>(list: List<Row>, state: ListState): ListPage<Row> {
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? list.rows : searched(list, words);
  const sorted = sortRows(list, found, state.sort === '' ? list.sort : state.sort);
  const pages = Math.max(1, Math.ceil(sorted.length / list.rowsPerPage));
  const page = Math.min(Math.max(1, state.page), pages);
  const start = (page - 1) * list.rowsPerPage;
  const rows = sorted.slice(start, start + list.rowsPerPage);
  return { rows, first: rows.length === 0 ? 0 : start + 1, found: found.length, page, pages };
}

/** What the rows of a list are searched in, made at the first search: a reader types letter by letter. */
const searchTexts = new WeakMap<object, readonly string[]>();

function searched<Row>(list: List<Row>, words: readonly string[]): readonly Row[] {
  const texts = searchTexts.get(list) ?? list.rows.map((row) => list.searchText(row).toLowerCase());
  searchTexts.set(list, texts);
  return list.rows.filter((_, index) => words.every((word) => texts[index]?.includes(word)));
}

function sortRows<Row>(list: List<Row>, rows: readonly Row[], sort: string): readonly Row[] {
  const { key, isFalling } = parseSort(sort);
  const sortBy = list.columns.find((column) => column.key === key)?.sortBy;
  if (sortBy === undefined) return rows;
  const sign = isFalling ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: sortBy(row) }));
  keyed.sort((a, b) => sign * compare(a.value, b.value));
  return keyed.map(({ row }) => row);
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

export function parseSort(sort: string): { readonly key: string; readonly isFalling: boolean } {
  return sort.startsWith('-') ? { key: sort.slice(1), isFalling: true } : { key: sort, isFalling: false };
}

/** A whole list: search, table, pages. */
export function renderList<Row>(list: List<Row>, state: ListState = FIRST_LOOK): Markup {
  const { id, caption } = list;
  const page = pageOf(list, state);
  return markup`<div class="list" data-list="${id}">
    <div class="list-bar">
      <span class="field needs-script">${searchField(list, state)}</span>
      <p class="list-count" role="status" data-count="${id}">${countLine(list, page)}</p>
    </div>
    <div class="table-box" role="region" aria-label="Table: ${caption}">
      <table>
        <caption class="sr">${caption}</caption>
        <thead>
          <tr>
            ${list.columns.map((column) => headCell(list, column, state))}
          </tr>
        </thead>
        <tbody data-rows="${id}">
          ${renderRows(list, page)}
        </tbody>
      </table>
    </div>
    <div class="pager" data-pager="${id}">${renderPager(list, page)}</div>
  </div>`;
}

function searchField<Row>({ id, many }: List<Row>, { search }: ListState): Markup {
  const attributes = markup`id="${id}-search" data-search="${id}" value="${search}"`;
  return markup`<label for="${id}-search">Search <span class="sr">${many}</span></label>
    <input type="search" ${attributes} autocomplete="off" spellcheck="false">`;
}

function headCell<Row>(list: List<Row>, column: ListColumn<Row>, state: ListState): Markup {
  const { key, title, hint, align, sortBy } = column;
  const attributes = markup`scope="col" data-column="${key}"${align === 'right' && markup` class="number"`}`;
  const words = markup`${title}${hint !== undefined && markup`<span class="hint"> ${hint}</span>`}`;
  if (sortBy === undefined) return markup`<th ${attributes}>${words}</th>`;
  const sorting = markup`data-sorts="${list.id}" aria-sort="${sortWord(list, column, state)}"`;
  return markup`<th ${attributes} ${sorting}>${words}</th>`;
}

/** The value of `aria-sort` of a column. */
export function sortWord<Row>(list: List<Row>, { key }: ListColumn<Row>, state: ListState): string {
  const sort = parseSort(state.sort === '' ? list.sort : state.sort);
  if (sort.key !== key) return 'none';
  return sort.isFalling ? 'descending' : 'ascending';
}

/** The rows of the table's body. */
export function renderRows<Row>(list: List<Row>, page: ListPage<Row>): Markup {
  if (page.rows.length === 0) {
    const text = list.rows.length === 0 ? list.emptyText : `No ${list.one} matches this search.`;
    return markup`<tr>
      <td class="empty" colspan="${list.columns.length}">${text}</td>
    </tr>`;
  }
  return markup`${page.rows.map((row) => renderRow(list, row))}`;
}

function renderRow<Row>(list: List<Row>, row: Row): Markup {
  const detail = list.detail?.(row);
  const cells = list.columns.map((column) => {
    const cell = column.cell(row);
    return bodyCell(column, row, column.opensDetail && detail ? detailButton(cell) : cell);
  });
  const width = list.columns.length;
  return markup`<tr>${cells}</tr>
${detail && markup`<tr class="detail"><td colspan="${width}"><div class="detail-box">${detail}</div></td></tr>\n`}`;
}

/** Without scripts every detail is open, and nothing is there to press. */
function detailButton(cell: Markup): Markup {
  return markup`<button type="button" class="link toggle" data-toggle aria-expanded="false">${cell}</button>`;
}

function bodyCell<Row>(column: ListColumn<Row>, row: Row, content: Markup): Markup {
  const classes = [column.align === 'right' ? 'number' : '', column.cellClass?.(row) ?? '']
    .filter(Boolean)
    .join(' ');
  const attribute = classes !== '' && markup` class="${classes}"`;
  return column.isRowHead
    ? markup`<th scope="row"${attribute}>${content}</th>`
    : markup`<td${attribute}>${content}</td>`;
}

/** `12 of 340 partners match`. */
export function countLine<Row>(list: List<Row>, { rows, first, found, pages }: ListPage<Row>): string {
  const all = list.rows.length;
  const what = all === 1 ? list.one : list.many;
  const some = found < all ? `${countText(found)} of ${countText(all)} ${what}` : `${countText(all)} ${what}`;
  if (pages === 1) return some;
  return `${some}, shown: ${countText(first)} to ${countText(first + rows.length - 1)}`;
}

/** Buttons to the other pages; nothing where one page holds all. */
export function renderPager<Row>(list: List<Row>, { page, pages }: ListPage<Row>): Markup {
  if (pages === 1) return markup``;
  const button = (turn: 'previous' | 'next', to: number) =>
    markup`<button type="button" data-page="${list.id}" data-turn="${turn}" data-to="${to}"${(to < 1 || to > pages) && markup` disabled`}>
      ${turn === 'next' ? 'Next page' : 'Previous page'}<span class="sr"> of the ${list.many}</span>
    </button>`;
  return markup`<span class="needs-script">
      ${button('previous', page - 1)}
      <span>page ${countText(page)} of ${countText(pages)}</span>
      ${button('next', page + 1)}
    </span>
    <span class="without-script">The other ${countText(pages - 1)} pages need JavaScript.</span>`;
}

/** Who cannot turn pages gets more rows at once. */
const ROWS_WITHOUT_SCRIPT = 100;

/** A list whose kind of row does not matter any more. */
export interface OpenList {
  readonly id: string;
  readonly caption: string;
  /** Everything: search, table, pages. Long, as it stands in the page for browsers without scripts. */
  render(): Markup;
  /** What changes with the state. */
  parts(state: ListState, options?: { readonly rowsPerPage?: number }): ListParts;
}

export interface ListParts {
  readonly rows: Markup;
  readonly count: string;
  readonly pager: Markup;
  /** Of the columns that can be sorted. */
  readonly sorts: readonly { readonly column: string; readonly word: string }[];
}

export function openList<Row>(list: List<Row>): OpenList {
  return {
    id: list.id,
    caption: list.caption,
    render: () => renderList({ ...list, rowsPerPage: Math.max(list.rowsPerPage, ROWS_WITHOUT_SCRIPT) }),
    parts: (state, { rowsPerPage = list.rowsPerPage } = {}) => {
      const sized = rowsPerPage === list.rowsPerPage ? list : { ...list, rowsPerPage };
      const page = pageOf(sized, state);
      return {
        rows: renderRows(sized, page),
        count: countLine(sized, page),
        pager: renderPager(sized, page),
        sorts: list.columns
          .filter(({ sortBy }) => sortBy !== undefined)
          .map((column) => ({ column: column.key, word: sortWord(list, column, state) })),
      };
    },
  };
}
