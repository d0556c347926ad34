const KEY = 'tally-report-theme';

/** Runs in the head of the page, before anything is drawn: a theme chosen earlier must not flash. */
export function applyStoredTheme(): void {
  const root = document.documentElement;
  root.classList.add('js');
  const theme = storedTheme();
  if (theme !== '') root.dataset['theme'] = theme;
}

/** Binds the choice of theme; empty means the system's. */
export function bindTheme(choice: HTMLSelectElement): void {
  choice.value = storedTheme();
  choice.addEventListener('change', () => {
    const root = document.documentElement;
    if (choice.value === '') delete root.dataset['theme'];
    else root.dataset['theme'] = choice.value;
    storeTheme(choice.value);
  });
}

function storedTheme(): string {
  try {
    const theme = localStorage.getItem(KEY) ?? '';
    return theme === 'light' || theme === 'dark' ? theme : '';
  } catch {
    // A browser may refuse storage to a page opened from a file; the system's theme is shown then.
    return '';
  }
}

function storeTheme(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds until the page is closed.
  }
}
