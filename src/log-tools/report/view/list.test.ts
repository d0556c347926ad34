import { describe, expect, it } from 'vitest';
import { countLine, FIRST_LOOK, openList, pageOf, renderList, sortWord, type List } from './list.js';
import { markup } from './markup.js';

interface Row {
  readonly name: string;
  readonly failed: number;
}

const rows: readonly Row[] = ['acme', 'Globex', 'inv 10', 'inv 9', 'umbrella'].map((name, index) => ({
  name,
  failed: index % 3,
}));

const list: List<Row> = {
  id: 'partners',
  caption: 'Partners',
  one: 'partner',
  many: 'partners',
  rows,
  columns: [
    {
      key: 'name',
      title: 'Name',
      isRowHead: true,
      sortBy: ({ name }) => name,
      cell: ({ name }) => markup`${name}`,
    },
    {
      key: 'failed',
      title: 'Failed',
      align: 'right',
      sortBy: ({ failed }) => failed,
      cell: ({ failed }) => markup`${failed}`,
    },
  ],
  searchText: ({ name }) => name,
  sort: '',
  rowsPerPage: 2,
  emptyText: 'Nothing.',
};

const names = (state: Partial<typeof FIRST_LOOK>, of = list) =>
  pageOf({ ...of, rowsPerPage: 100 }, { ...FIRST_LOOK, ...state }).rows.map(({ name }) => name);

describe('a list', () => {
  it('finds rows that hold all words, in any case and order', () => {
    expect(names({ search: 'GLOB' })).toEqual(['Globex']);
    expect(names({ search: ' 9  inv ' })).toEqual(['inv 9']);
    expect(names({ search: 'nobody' })).toEqual([]);
  });

  it('sorts numbers as numbers and names as people do', () => {
    expect(names({ sort: 'name' })).toEqual(['acme', 'Globex', 'inv 9', 'inv 10', 'umbrella']);
    expect(names({ sort: '-failed' })[0]).toBe('inv 10');
    expect(names({ sort: 'no such column' })).toEqual(rows.map(({ name }) => name));
  });

  it('has pages, and stays on the last one when there are fewer', () => {
    const page = pageOf(list, { ...FIRST_LOOK, page: 9 });
    expect(page).toMatchObject({ page: 3, pages: 3, first: 5, found: 5 });
    expect(countLine(list, page)).toBe('5 partners, shown: 5 to 5');
  });

  it('says how many of all there are', () => {
    expect(countLine(list, pageOf(list, { ...FIRST_LOOK, search: 'inv' }))).toBe('2 of 5 partners');
    expect(countLine(list, pageOf(list, { ...FIRST_LOOK, search: 'nobody' }))).toBe('0 of 5 partners');
  });

  it('tells screen readers by which column it is sorted', () => {
    const [name, failed] = list.columns;
    expect(name && sortWord(list, name, { ...FIRST_LOOK, sort: 'name' })).toBe('ascending');
    expect(failed && sortWord(list, failed, { ...FIRST_LOOK, sort: '-failed' })).toBe('descending');
    expect(name && sortWord(list, name, FIRST_LOOK)).toBe('none');
  });

  it('is a table with a caption, headings and a row head', () => {
    const text = renderList(list).text;
    expect(text).toContain('<caption class="sr">Partners</caption>');
    expect(text).toContain('<th scope="row">acme</th>');
    expect(text).toContain('<th scope="col" data-column="failed" class="number"');
  });

  it('tells an empty list from a search without a match', () => {
    const open = openList(list);
    expect(open.parts({ ...FIRST_LOOK, search: 'nobody' }).rows.text).toContain(
      'No partner matches this search.',
    );
    expect(openList({ ...list, rows: [] }).parts(FIRST_LOOK).rows.text).toContain('Nothing.');
  });

  it('is longer where no pages can be turned', () => {
    expect(openList(list).render().text).toContain('umbrella');
    expect(openList(list).parts(FIRST_LOOK).rows.text).not.toContain('umbrella');
    expect(openList(list).parts(FIRST_LOOK, { rowsPerPage: 500 }).rows.text).toContain('umbrella');
  });
});
