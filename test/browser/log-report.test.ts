import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tally } from '../e2e/tally-process.js';
import { HOSTILE_NAMES, writeDemoLogs, type DemoTruth } from './demo-logs.js';
import { logLine, reportOf } from '../../src/log-tools/report/report.testing.js';
import { renderPage } from '../../src/log-tools/report/view/render-page.js';
import { ReportBrowser } from './report-browser.js';

let folder = '';
let report = '';
let truth: DemoTruth;
let browser: ReportBrowser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-report-'));
  truth = await writeDemoLogs(join(folder, 'logs'));
  report = join(folder, 'report.html');
  const made = await tally(['log', 'report', 'logs', '-o', report, '--time-zone', 'Europe/Berlin'], {
    folder,
  });
  expect(made).toMatchObject({ exitCode: 0, stdout: '' });
  browser = await ReportBrowser.start();
});

afterAll(async () => {
  await browser.stop();
  await rm(folder, { recursive: true, force: true });
});

const count = (number: number) => number.toLocaleString('en-GB');
const headline = (page: Page) => page.locator('.headline').innerText();
const scope = (page: Page) => page.locator('#scope').innerText();
const list = (page: Page, id: string) => page.locator(`[data-list="${id}"]`);
const rows = (page: Page, id: string) => list(page, id).locator('tbody > tr:not(.detail)');
const countLine = (page: Page, id: string) => page.locator(`[data-count="${id}"]`).innerText();
const hashOf = (page: Page) => decodeURIComponent(new URL(page.url()).hash);

describe('the report in a browser', () => {
  it('opens from a file without errors, without a dialog, without asking any network', async () => {
    const { page, incidents } = await browser.open(report);
    expect(await headline(page)).toContain(`${count(truth.attempts)} attempts`);
    expect(await headline(page)).toContain(`${truth.failed} failed`);
    expect(incidents).toEqual([]);
  });

  it('counts anew for the last 24 hours before the last record, and Back brings the whole log', async () => {
    const { page, incidents } = await browser.open(report);
    const whole = await headline(page);
    await page.getByRole('button', { name: 'last 24 h' }).click();
    expect(await headline(page)).toContain(`${truth.attemptsLastDay} attempts`);
    expect(await headline(page)).toContain(`${truth.failedLastDay} failed`);
    expect(await countLine(page, 'failures')).toContain(`${truth.failedLastDay} failed attempts`);
    expect(await page.getByRole('button', { name: 'last 24 h' }).getAttribute('aria-pressed')).toBe('true');
    expect(hashOf(page)).toBe('#from=2026-03-30T00:00&until=2026-03-31T00:00');
    await page.goBack();
    expect(await headline(page)).toBe(whole);
    await page.goForward();
    expect(await headline(page)).toContain(`${truth.attemptsLastDay} attempts`);
    expect(incidents).toEqual([]);
  });

  it('takes any time from the fields, and a copied address shows the same', async () => {
    const { page } = await browser.open(report);
    await page.getByLabel('From').fill('2026-03-13T09:00');
    await page.getByLabel('Until').fill('2026-03-13T10:00');
    expect(await headline(page)).toContain('from 2026-03-13 09:00 until 2026-03-13 10:00');
    expect(await rows(page, 'incidents').first().innerText()).toContain('ftp.globex.example');
    const copied = await browser.open(report, {}, new URL(page.url()).hash);
    expect(await headline(copied.page)).toBe(await headline(page));
    expect(await copied.page.getByLabel('From').inputValue()).toBe('2026-03-13T09:00');
    expect(copied.incidents).toEqual([]);
  });

  it('narrows to a partner by the field and by a press on its name, and shows all again', async () => {
    const { page } = await browser.open(report);
    await page.getByLabel('Partner', { exact: true }).selectOption('sftp.acme.example');
    expect(await scope(page)).toContain('sftp.acme.example');
    expect(await rows(page, 'partners').count()).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await scope(page)).toBe(`Showing the whole log: ${count(truth.attempts)} attempts.`);
    await rows(page, 'partners').nth(1).getByRole('button').first().click();
    expect(await scope(page)).toContain('ftp.globex.example');
    expect(hashOf(page)).toBe('#partner=ftp.globex.example');
  });

  it('narrows to a code by protocol, operation and cause together', async () => {
    const { page } = await browser.open(report);
    await page.getByLabel('Protocol').selectOption('sftp');
    await page.getByLabel('Operation').selectOption('upload');
    await page.getByLabel('Code', { exact: true }).selectOption('sftp-3');
    expect(await scope(page)).toContain('sftp, upload, 3 no permission');
    expect(await rows(page, 'codes').count()).toBe(1);
  });

  it('narrows to one bar of the timeline, by the pointer and by the table', async () => {
    const { page } = await browser.open(report);
    await page
      .locator('#timeline .bar')
      .nth(12)
      .click({ position: { x: 5, y: 100 } });
    expect(await scope(page)).toContain('2026-03-13 00:00 until 2026-03-14 00:00');
    await page.goBack();
    await page.getByText('As a table').click();
    await page.getByRole('button', { name: '2026-03-13', exact: true }).click();
    expect(await scope(page)).toContain('2026-03-13 00:00 until 2026-03-14 00:00');
  });

  it('searches every list', async () => {
    const { page } = await browser.open(report);
    for (const id of ['incidents', 'hours', 'partners', 'codes', 'failures', 'files', 'problems']) {
      await list(page, id).getByRole('searchbox').fill('no such thing');
      expect(await countLine(page, id)).toMatch(/^0 of /);
      expect(await rows(page, id).innerText()).toContain('matches this search');
    }
    await list(page, 'failures').getByRole('searchbox').fill('night_7 sftp.ACME');
    expect(await countLine(page, 'failures')).toBe(`11 of ${truth.failed} failed attempts`);
    expect(hashOf(page)).toContain('failures.search=night_7+sftp.ACME');
  });

  it('sorts every list, and says by what', async () => {
    const { page } = await browser.open(report);
    for (const id of ['incidents', 'hours', 'partners', 'codes', 'failures', 'files', 'problems']) {
      const head = list(page, id).locator('th[aria-sort]').first();
      await head.getByRole('button').click();
      const first = await head.getAttribute('aria-sort');
      await head.getByRole('button').click();
      expect([first, await head.getAttribute('aria-sort')].sort()).toEqual(['ascending', 'descending']);
    }
    await list(page, 'partners').getByRole('button', { name: 'Attempts' }).click();
    const attempts = await rows(page, 'partners').locator('td:nth-child(2)').allInnerTexts();
    expect(attempts.map(Number)).toEqual([...attempts].map(Number).sort((a, b) => b - a));
  });

  it('turns pages without losing the place at the keyboard', async () => {
    const { page } = await browser.open(report);
    const next = list(page, 'failures').getByRole('button', { name: 'Next page' });
    await next.focus();
    await page.keyboard.press('Enter');
    expect(await countLine(page, 'failures')).toContain('shown: 26 to 50');
    expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);
    for (let turn = 0; turn < 9; turn += 1) await page.keyboard.press('Enter');
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    expect(focused).toContain('page');
  });

  it('shows the line of the log on demand, and copies it for a ticket', async () => {
    const { page } = await browser.open(report, { permissions: ['clipboard-read', 'clipboard-write'] });
    const file = rows(page, 'failures').first().locator('[data-toggle]');
    const detail = list(page, 'failures').locator('tr.detail').first();
    expect(await detail.isVisible()).toBe(false);
    await file.click();
    expect(await file.getAttribute('aria-expanded')).toBe('true');
    expect(await detail.locator('.raw').innerText()).toMatch(/^2026-03-30 .*; 1;$/);
    await detail.getByRole('button', { name: 'Copy for a ticket' }).click();
    await detail.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('Line: 2026-03-30');
    await file.click();
    expect(await detail.isVisible()).toBe(false);
  });

  it('keeps hostile names inert wherever they are shown', async () => {
    const { page, incidents } = await browser.open(report, {}, '#partner=mft.umbrella.example');
    for (const toggle of await page.locator('[data-toggle]').all()) await toggle.click();
    const text = await list(page, 'failures').innerText();
    const [script = '', svg = '', comment = ''] = HOSTILE_NAMES;
    for (const name of [script, svg, comment, 'gpj.\\u{202e}txt.xml', 'a\\u{2028}b\\u{2029}c.xml']) {
      expect(text).toContain(name);
    }
    expect(await page.locator('img, svg[onload], script[src], iframe').count()).toBe(0);
    expect(incidents).toEqual([]);
    await list(page, 'failures').getByRole('searchbox').fill('<img src=x onerror=alert(1)>');
    const again = await browser.open(report, {}, `#partner=${encodeURIComponent(script)}&cause=<b>&from=<i>`);
    expect(await scope(again.page)).toContain(script);
    expect([...incidents, ...again.incidents]).toEqual([]);
  });
});

describe('a report of too much, or of nothing', () => {
  async function openPage(lines: readonly string[], limits = {}) {
    const path = join(folder, 'made.html');
    await writeFile(path, [...renderPage(reportOf(lines, { limits }))].join(''));
    return browser.open(path);
  }

  it('takes whole days where hours would be too many, and says so', async () => {
    const hours = Array.from({ length: 40 }, (_, hour) => hour);
    const { page, incidents } = await openPage(
      hours.map((hour) =>
        logLine(`2026-03-0${1 + Math.floor(hour / 10)} ${10 + (hour % 10)}:00:00 ftp acme f 550 1`),
      ),
      { cells: 10, failures: 15 },
    );
    expect(await page.getByText('time is counted by the day').isVisible()).toBe(true);
    await page.getByLabel('From').fill('2026-03-02');
    await page.getByLabel('To and with').fill('2026-03-03');
    expect(await headline(page)).toContain('20 attempts from 2026-03-02 00:00 until 2026-03-04 00:00');
    expect(await page.locator('[data-part="failures-note"]').innerText()).toContain(
      'Of 20 failed attempts in this selection, 5 are listed',
    );
    expect(await page.locator('[data-part="hours-note"]').innerText()).toContain(
      'known for its whole time only',
    );
    expect(incidents).toEqual([]);
  });

  it('says that there is nothing where there is nothing', async () => {
    const { page, incidents } = await openPage([]);
    expect(await headline(page)).toBe('No attempts: there is no record in the 1 file read.');
    await page.getByRole('button', { name: 'last 24 h' }).click();
    expect(incidents).toEqual([]);
  });
});

describe('the look of the report', () => {
  const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  it("follows the system's theme, and the reader's choice before it", async () => {
    const { page } = await browser.open(report, { colorScheme: 'dark' });
    const dark = await background(page);
    await page.getByLabel('Theme').selectOption('light');
    const light = await background(page);
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await background(page)).toBe(light);
    expect(await page.getByLabel('Theme').inputValue()).toBe('light');
    await page.getByLabel('Theme').selectOption('');
    expect(await background(page)).toBe(dark);
  });

  for (const width of [400, 320]) {
    it(`has no sideways scrolling at ${width} pixels`, async () => {
      const { page } = await browser.open(report, { viewport: { width, height: 800 } });
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(await overflow()).toBeLessThanOrEqual(0);
      for (const id of ['incidents', 'codes', 'failures']) {
        await list(page, id).locator('[data-toggle]').first().click();
      }
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await overflow()).toBeLessThanOrEqual(0);
    });
  }

  it('is printed light and unfolded, with longer lists and nothing to press', async () => {
    const { page } = await browser.open(report, { colorScheme: 'dark' });
    expect(await rows(page, 'failures').count()).toBe(25);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    expect(await rows(page, 'failures').count()).toBe(truth.failed);
    expect(await list(page, 'incidents').locator('tr.detail').first().isVisible()).toBe(true);
    for (const hidden of ['#filters', '.sections', 'input[type=search]']) {
      expect(await page.locator(hidden).first().isVisible()).toBe(false);
    }
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect(await rows(page, 'failures').count()).toBe(25);
    await page.emulateMedia({ media: 'screen' });
    expect((await page.pdf({ format: 'A4' })).subarray(0, 4).toString()).toBe('%PDF');
  });

  it('stands without scripts: headline, causes, tables, incidents with their details', async () => {
    const { page } = await browser.open(report, { javaScriptEnabled: false });
    expect(await headline(page)).toContain(`${truth.failed} failed`);
    expect(await page.getByText('Filters, search and sorting need JavaScript').isVisible()).toBe(true);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await rows(page, 'partners').count()).toBe(12);
    expect(
      await list(page, 'incidents').getByText('Not arrived since', { exact: true }).first().isVisible(),
    ).toBe(true);
    expect(await list(page, 'failures').getByText('need JavaScript').isVisible()).toBe(true);
  });
});

describe('the report for everybody', () => {
  interface Axe {
    run(part: string): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
  }

  async function violations(page: Page, part = 'html'): Promise<readonly string[]> {
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(source);
    const result = await page.evaluate((each) => (window as unknown as { axe: Axe }).axe.run(each), part);
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
    );
  }

  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
  ] as const) {
    it(`has nothing that axe finds, ${colorScheme} and ${width} pixels wide`, async () => {
      const { page } = await browser.open(report, { colorScheme, viewport: { width, height: 900 } });
      for (const summary of await page.locator('summary').all()) await summary.click();
      for (const id of ['incidents', 'codes', 'failures']) {
        await list(page, id).locator('[data-toggle]').first().click();
      }
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('all attempts').check();
      expect(await violations(page, '#hours')).toEqual([]);
    });
  }

  it('is used with the keyboard alone: from the top to a file, its line, and back', async () => {
    const { page } = await browser.open(report);
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        return `${element?.id ?? ''} ${element?.getAttribute('name') ?? ''} ${element?.textContent ?? ''}`.trim();
      });
    const tabTo = async (wanted: RegExp, key = 'Tab') => {
      for (let presses = 0; presses < 400; presses += 1) {
        await page.keyboard.press(key);
        if (wanted.test(await focused())) return;
      }
      throw new Error(`the keyboard never reached ${String(wanted)}`);
    };
    await tabTo(/^Skip to the summary/);
    await page.keyboard.press('Enter');
    expect(await focused()).toMatch(/^summary/);
    await tabTo(/^last 24 h/, 'Shift+Tab');
    await page.keyboard.press('Space');
    expect(await headline(page)).toContain(`${truth.attemptsLastDay} attempts`);
    await tabTo(/^Failed attempts/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toMatch(/^failures/);
    await page.keyboard.press('Tab');
    await page.keyboard.type('night_90');
    await tabTo(/^night_90\.xml/);
    await page.keyboard.press('Enter');
    expect(await list(page, 'failures').locator('.raw').first().isVisible()).toBe(true);
    await tabTo(/^Copy for a ticket/);
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement as Element).outlineStyle,
    );
    expect(outline).toBe('solid');
    await tabTo(/^Show all/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await headline(page)).toContain(`${count(truth.attempts)} attempts`);
    expect(await focused()).toMatch(/^scope/);
  });

  it('says politely what a filter and a search came to', async () => {
    const { page } = await browser.open(report);
    await page.getByRole('button', { name: 'last 24 h' }).click();
    expect(await page.locator('#scope').getAttribute('role')).toBe('status');
    expect(await page.locator('[data-count="failures"]').getAttribute('role')).toBe('status');
    expect(await page.getByRole('status').first().innerText()).toContain(`${truth.attemptsLastDay} attempts`);
  });

  it('has targets of 24 pixels and more', async () => {
    const { page } = await browser.open(report);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, select, input:not([type=radio]), summary, nav a')]
        .map((element) => ({ text: element.outerHTML.slice(0, 120), box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.height > 0 && box.height < 24)
        .map(({ text, box }) => `${Math.round(box.width)}x${box.height} ${text}`),
    );
    expect(small).toEqual([]);
  });
});
