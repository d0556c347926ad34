import type { EmbeddedReport, ReportData } from '../report-data.js';
import { unpackReport } from '../figures/embedded-report.js';
import type { Selection } from '../figures/selection.js';
import type { FilterPart } from '../view/marks.js';
import type { ListState } from '../view/list.js';
import type { ListId } from '../view/page-view.js';
import { ticketText } from '../view/ticket-text.js';
import { copyText } from './copy-text.js';
import { FilterBar } from './filter-bar.js';
import { Painter } from './painter.js';
import { firstState, hashOf, stateOf, type PageState } from '../view/page-state.js';
import { bindPrint } from './print.js';
import { prepareTables, toggleDetail } from './tables.js';
import { bindTheme } from './theme.js';

/** Binds the page: state in the address, painting on every change. */
class Page {
  readonly #data: ReportData;
  readonly #painter: Painter;
  readonly #filters: FilterBar;
  #state: PageState;

  constructor(data: ReportData) {
    this.#data = data;
    this.#painter = new Painter(data);
    this.#filters = new FilterBar(element('filters', HTMLFormElement), data);
    this.#state = stateOf(location.hash);
  }

  start(): void {
    prepareTables();
    bindTheme(element('theme', HTMLSelectElement));
    this.#filters.listen((change) => this.#select(change));
    document.addEventListener('click', (event) => this.#clicked(event));
    document.addEventListener('input', ({ target }) => this.#typed(target));
    document.addEventListener('change', ({ target }) => this.#measured(target));
    window.addEventListener('popstate', () => this.#show(stateOf(location.hash)));
    bindPrint((phase) => this.#painter.preparePrint(this.#state, phase));
    this.#show(this.#state);
  }

  #show(state: PageState): void {
    this.#state = state;
    this.#filters.show(state.selection);
    for (const input of document.querySelectorAll<HTMLInputElement>('input[name="measure"]')) {
      input.checked = input.value === state.measure;
    }
    this.#painter.paint(state);
  }

  #select(change: Selection): void {
    const lists = Object.fromEntries(
      Object.entries(this.#state.lists).map(([id, list]) => [id, { ...list, page: 1 }]),
    ) as PageState['lists'];
    this.#go({ ...this.#state, selection: { ...this.#state.selection, ...change }, lists });
  }

  #go(state: PageState): void {
    remember(state, 'push');
    this.#show(state);
  }

  #changeList(id: ListId, change: Partial<ListState>, how: 'push' | 'replace'): void {
    const lists = { ...this.#state.lists, [id]: { ...this.#state.lists[id], ...change } };
    this.#state = { ...this.#state, lists };
    remember(this.#state, how);
    this.#painter.paintList(id, this.#state);
  }

  #typed(target: EventTarget | null): void {
    if (!(target instanceof HTMLInputElement) || target.dataset['search'] === undefined) return;
    this.#changeList(target.dataset['search'] as ListId, { search: target.value, page: 1 }, 'replace');
  }

  #measured(target: EventTarget | null): void {
    if (!(target instanceof HTMLInputElement) || target.name !== 'measure') return;
    this.#go({ ...this.#state, measure: target.value === 'attempts' ? 'attempts' : 'failed' });
  }

  #clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest('a[href^="#"]');
    if (link !== null) {
      event.preventDefault();
      goTo(link.getAttribute('href') ?? '');
      return;
    }
    const pressed = event.target.closest<HTMLElement>(
      '[data-set], [data-from], [data-sort], [data-page], [data-copy], [data-toggle], [data-clear]',
    );
    if (pressed !== null) this.#pressed(pressed);
  }

  #pressed(pressed: HTMLElement | SVGElement): void {
    const { set, value, from, until, sort, column, page, to, toggle, copy, clear } = pressed.dataset;
    if (set !== undefined) this.#select({ [set as FilterPart]: value });
    else if (from !== undefined) this.#select({ fromHour: Number(from), toHour: Number(until) });
    else if (sort !== undefined) this.#sort(sort as ListId, column ?? '', pressed);
    else if (page !== undefined) this.#changeList(page as ListId, { page: Number(to) }, 'push');
    else if (clear !== undefined) this.#clear();
    else if (toggle !== undefined) toggleDetail(pressed);
    else if (copy !== undefined) void this.#copy(pressed, Number(copy));
  }

  #clear(): void {
    this.#go({ ...this.#state, selection: {}, lists: firstState().lists });
    // The button has done its work and cannot keep the focus.
    document.getElementById('scope')?.focus();
  }

  /** A number is first sorted from the largest, a text from A. */
  #sort(id: ListId, column: string, button: Element): void {
    const head = button.closest('th');
    const current = head?.getAttribute('aria-sort');
    const isNumber = head?.classList.contains('number') ?? false;
    const isFalling = current === 'none' ? isNumber : current === 'ascending';
    this.#changeList(id, { sort: isFalling ? `-${column}` : column, page: 1 }, 'push');
  }

  async #copy(button: Element, index: number): Promise<void> {
    const done = await copyText(ticketText(this.#data, index));
    button.textContent = done ? 'Copied' : 'Copying is not allowed here: select the text';
  }
}

/** Goes to a part of the page without giving up the address, which holds the state. */
function goTo(hash: string): void {
  const target = document.getElementById(hash.slice(1));
  if (target === null) return;
  target.tabIndex = -1;
  target.focus();
  target.scrollIntoView();
}

function remember(state: PageState, how: 'push' | 'replace'): void {
  const hash = hashOf(state);
  // An empty hash alone would leave the old one in the address.
  const address = hash === '' ? location.pathname + location.search : `#${hash}`;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new RangeError(`the page has no ${id}`);
}

const text = document.getElementById('report-data')?.textContent ?? '';
new Page(unpackReport(JSON.parse(text) as EmbeddedReport)).start();
