import { readSelection, writeSelection } from '../figures/selection.js';
import { FIRST_LOOK, type ListState } from './list.js';
import { LIST_IDS, WHOLE_LOG, type ListId, type ViewState } from './page-view.js';

/** All that the reader has chosen; it stands in the address, so that Back and a copied link bring it again. */
export interface PageState extends ViewState {
  readonly lists: Readonly<Record<ListId, ListState>>;
}

export function firstState(): PageState {
  const lists = Object.fromEntries(LIST_IDS.map((id) => [id, FIRST_LOOK])) as Record<ListId, ListState>;
  return { ...WHOLE_LOG, lists };
}

/** The part of an address behind `#`; empty for the page as it was opened. */
export function hashOf({ selection, measure, lists }: PageState): string {
  const parameters = new URLSearchParams();
  writeSelection(selection, parameters);
  if (measure !== WHOLE_LOG.measure) parameters.set('measure', measure);
  for (const id of LIST_IDS) {
    const { search, sort, page } = lists[id];
    if (search !== '') parameters.set(`${id}.search`, search);
    if (sort !== '') parameters.set(`${id}.sort`, sort);
    if (page !== 1) parameters.set(`${id}.page`, String(page));
  }
  return parameters.toString();
}

/** The reverse of `hashOf`; what cannot be read is as if it were not there. */
export function stateOf(hash: string): PageState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const lists = Object.fromEntries(LIST_IDS.map((id) => [id, listState(parameters, id)])) as Record<
    ListId,
    ListState
  >;
  return {
    selection: readSelection(parameters),
    measure: parameters.get('measure') === 'attempts' ? 'attempts' : 'failed',
    lists,
  };
}

function listState(parameters: URLSearchParams, id: ListId): ListState {
  const page = Number(parameters.get(`${id}.page`) ?? 1);
  return {
    search: parameters.get(`${id}.search`) ?? '',
    sort: parameters.get(`${id}.sort`) ?? '',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}
