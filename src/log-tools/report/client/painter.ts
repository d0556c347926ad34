import type { ReportData } from '../report-data.js';
import { LIST_IDS, pageView, PART_IDS, type ListId, type PageView } from '../view/page-view.js';
import type { PageState } from '../view/page-state.js';

/** On paper nobody turns pages of a list; but nobody wants a book either. */
const PRINTED_ROWS = 500;

/** Brings the page to a state. Only what changes is put in anew, so that fields keep what is typed into them. */
export class Painter {
  readonly #data: ReportData;
  #view: PageView | undefined;
  #rowsPerPage: number | undefined;

  constructor(data: ReportData) {
    this.#data = data;
  }

  /** Everything, for a new selection. */
  paint(state: PageState): void {
    keepingFocus(() => {
      this.#view = pageView(this.#data, state);
      for (const id of PART_IDS) {
        const part = document.querySelector(`[data-part="${id}"]`);
        if (part !== null) part.innerHTML = this.#view.parts[id].text;
      }
      for (const id of LIST_IDS) this.#paintList(id, state);
    });
  }

  /** One list, for another search, order or page. */
  paintList(id: ListId, state: PageState): void {
    keepingFocus(() => this.#paintList(id, state));
  }

  /** Shows longer pages while `printing`. */
  preparePrint(state: PageState, phase: 'printing' | 'done'): void {
    this.#rowsPerPage = phase === 'printing' ? PRINTED_ROWS : undefined;
    for (const id of LIST_IDS) this.#paintList(id, state);
  }

  #paintList(id: ListId, state: PageState): void {
    const box = document.querySelector(`[data-list="${id}"]`);
    if (box === null) return;
    this.#view ??= pageView(this.#data, state);
    const options = this.#rowsPerPage === undefined ? {} : { rowsPerPage: this.#rowsPerPage };
    const { rows, count, pager, sorts } = this.#view.lists[id].parts(state.lists[id], options);
    setMarkup(box, '[data-rows]', rows.text);
    setMarkup(box, '[data-pager]', pager.text);
    const line = box.querySelector('[data-count]');
    if (line !== null && line.textContent !== count) line.textContent = count;
    for (const { column, word } of sorts) {
      box.querySelector(`th[data-column="${column}"]`)?.setAttribute('aria-sort', word);
    }
    const search = box.querySelector<HTMLInputElement>('input[data-search]');
    if (search !== null && search !== document.activeElement) search.value = state.lists[id].search;
    box.querySelector('caption')?.replaceChildren(this.#view.lists[id].caption);
  }
}

function setMarkup(box: Element, selector: string, text: string): void {
  const found = box.querySelector(selector);
  if (found !== null) found.innerHTML = text;
}

/**
 * A button that is put in anew loses the focus, and with it a reader at the keyboard loses the place: the same button
 * gets it back, else its neighbour, else the line that says what is shown.
 */
function keepingFocus(paint: () => void): void {
  const before = document.activeElement;
  const twins = before instanceof HTMLElement ? twinSelectors(before) : [];
  paint();
  if (twins.length === 0 || before?.isConnected === true) return;
  for (const selector of twins) {
    const twin = document.querySelector<HTMLElement>(selector);
    if (twin !== null) return twin.focus();
  }
}

/** What stands for an element after painting, the best first; empty outside of what is painted. */
function twinSelectors(element: HTMLElement): readonly string[] {
  const box = element.closest('[data-list], [data-part]');
  if (box === null) return [];
  const name = box.hasAttribute('data-list') ? 'data-list' : 'data-part';
  const where = `[${name}="${box.getAttribute(name) ?? ''}"]`;
  const own = [...element.attributes]
    .filter((attribute) => attribute.name.startsWith('data-') && attribute.name !== 'data-to')
    .map((attribute) => `[${attribute.name}="${CSS.escape(attribute.value)}"]`)
    .join('');
  const neighbour = element.closest('[data-pager]') === null ? [] : [`${where} [data-pager] button:enabled`];
  return [...(own === '' ? [] : [`${where} ${own}:enabled`]), ...neighbour, '#scope'];
}
