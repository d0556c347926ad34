/** Makes headings of columns into buttons that sort, and tables wider than their box reachable by the keyboard. */
export function prepareTables(): void {
  for (const head of document.querySelectorAll<HTMLElement>('th[data-sorts]')) makeSortButton(head);
  const watcher = new ResizeObserver((entries) => {
    for (const { target } of entries) markScrolling(target);
  });
  for (const box of document.querySelectorAll('.table-box')) watcher.observe(box);
}

function makeSortButton(head: HTMLElement): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'sort';
  button.dataset['sort'] = head.dataset['sorts'] ?? '';
  button.dataset['column'] = head.dataset['column'] ?? '';
  button.append(...head.childNodes);
  head.append(button);
}

function markScrolling(box: Element): void {
  if (box.scrollWidth > box.clientWidth) box.setAttribute('tabindex', '0');
  else box.removeAttribute('tabindex');
}

/** Shows or hides what stands below a row. */
export function toggleDetail(button: Element): void {
  const detail = button.closest('tr')?.nextElementSibling;
  const isOpen = detail?.classList.toggle('open') ?? false;
  button.setAttribute('aria-expanded', String(isOpen));
}
