import { isWholeLog, lastHours, type Selection } from '../figures/selection.js';
import { dayText, hourField, hourOf, hourOfField } from '../figures/wall-time.js';
import type { ReportData } from '../report-data.js';

const HOURS_PER_DAY = 24;
const SELECTS = ['partner', 'protocol', 'operation', 'cause'] as const;

/** The fields above the page that choose what is looked at. */
export class FilterBar {
  readonly #form: HTMLFormElement;
  readonly #data: ReportData;
  /** Where only days are known, the last day is meant with all its hours. */
  readonly #byDay: boolean;

  constructor(form: HTMLFormElement, data: ReportData) {
    this.#form = form;
    this.#data = data;
    this.#byDay = data.cube.hoursPerSlot > 1;
  }

  /** `apply` is called with the parts of the selection that the reader changes. */
  listen(apply: (change: Selection) => void): void {
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('change', ({ target }) => {
      const change = this.#changeOf(target);
      if (change !== undefined) apply(change);
    });
    this.#form.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      if (button === null) return;
      if (button.dataset['hours'] !== undefined) apply(this.#span(button.dataset['hours']));
    });
  }

  /** Brings the fields to a selection. */
  show(selection: Selection): void {
    this.#field('from').value = selection.fromHour === undefined ? '' : this.#textOf(selection.fromHour);
    this.#field('until').value =
      selection.toHour === undefined
        ? ''
        : this.#textOf(selection.toHour - (this.#byDay ? HOURS_PER_DAY : 0));
    for (const name of SELECTS) this.#field(name).value = selection[name] ?? '';
    document.querySelector('[data-clear]')?.toggleAttribute('disabled', isWholeLog(selection));
    for (const button of this.#form.querySelectorAll<HTMLButtonElement>('button[data-hours]')) {
      const { fromHour, toHour } = this.#span(button.dataset['hours'] ?? '');
      const isOn = selection.fromHour === fromHour && selection.toHour === toHour;
      button.setAttribute('aria-pressed', String(isOn));
    }
  }

  #changeOf(target: EventTarget | null): Selection | undefined {
    if (!(target instanceof HTMLInputElement) && !(target instanceof HTMLSelectElement)) return undefined;
    const { name, value } = target;
    if (name === 'from') return { fromHour: hourOfField(value) };
    if (name === 'until') {
      const hour = hourOfField(value);
      return { toHour: hour === undefined ? undefined : hour + (this.#byDay ? HOURS_PER_DAY : 0) };
    }
    return { [name]: value === '' ? undefined : value };
  }

  #textOf(hour: number): string {
    return this.#byDay ? dayText(hour) : hourField(hour);
  }

  #span(hours: string): Selection {
    const count = Number(hours);
    const { span } = this.#data;
    if (count === 0 || span === undefined) return { fromHour: undefined, toHour: undefined };
    return lastHours(count, hourOf(span.lastSeconds));
  }

  #field(name: string): HTMLInputElement | HTMLSelectElement {
    const field = this.#form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) return field;
    throw new RangeError(`the page has no field ${name}`);
  }
}
