import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** A button that is not there fails a test soon. */
const TIMEOUT_MS = 10_000;

/** It must not go out by itself either, else a page that goes out would not be told from it. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that is watched while a test uses it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors, warnings, dialogs, and requests that leave the file; a good page has none. */
  readonly incidents: readonly string[];
}

/** Debian's browser, with a profile of its own that is empty. */
export class ReportBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<ReportBrowser> {
    try {
      await access(CHROMIUM);
    } catch (cause) {
      throw new Error(`${CHROMIUM} is missing; this brings it: node scripts/setup.mjs --with-servers`, {
        cause,
      });
    }
    return new ReportBrowser(
      await chromium.launch({ executablePath: CHROMIUM, headless: true, args: QUIET }),
    );
  }

  /** Opens a file as a reader does, by a double click; `hash` is what stands behind `#`. */
  async open(path: string, options: BrowserContextOptions = {}, hash = ''): Promise<WatchedPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(TIMEOUT_MS);
    const page = await context.newPage();
    const incidents = watch(page);
    await page.goto(pathToFileURL(path).href + hash);
    return { page, incidents };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}

function watch(page: Page): readonly string[] {
  const incidents: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) incidents.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => incidents.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) incidents.push(`request: ${request.url()}`);
  });
  return incidents;
}
