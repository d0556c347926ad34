/** Opens what is folded while the page is printed, and folds it again. */
export function bindPrint(prepare: (phase: 'printing' | 'done') => void): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener('beforeprint', () => {
    prepare('printing');
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const each of opened) each.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const each of opened) each.open = false;
    opened = [];
    prepare('done');
  });
}
