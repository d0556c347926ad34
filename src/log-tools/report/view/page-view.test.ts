import { describe, expect, it } from 'vitest';
import { hourOf, secondsOf } from '../figures/wall-time.js';
import type { ReportData } from '../report-data.js';
import { logLine, reportOf } from '../report.testing.js';
import type { Markup } from './markup.js';
import { FIRST_LOOK } from './list.js';
import { pageView, WHOLE_LOG, type ListId, type PageView } from './page-view.js';
import type { Selection } from '../figures/selection.js';

const data = reportOf([
  logLine('2026-03-01 02:10:00 ftp acme a.xml 226'),
  logLine('2026-03-01 02:11:00 ftp acme b.xml 530 1'),
  logLine('2026-03-01 02:40:00 ftp acme b.xml 226 0'),
  logLine('2026-03-03 09:00:00 sftp globex c.xml 4 1'),
  logLine('2026-03-03 09:01:00 sftp globex d.xml 4 1'),
]);

const view = (of: ReportData, selection: Selection = {}) => pageView(of, { ...WHOLE_LOG, selection });
/** What a reader sees, on one line. */
const words = (markup: Markup) =>
  markup.text
    .replace(/<\/(td|th)>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
const rowsOf = ({ lists }: PageView, id: ListId) => words(lists[id].parts(FIRST_LOOK).rows);

describe('the headline', () => {
  it('says how many, since when, what failed and what is open', () => {
    expect(words(view(data).parts.headline)).toContain(
      '5 attempts from 2026-03-01 02:10 to 2026-03-03 09:01 (Europe/Berlin): 3 failed (60 %), 1 incident open.',
    );
  });

  it('says that verdicts are inferred', () => {
    expect(words(view(data).parts.headline)).toContain('1 of the verdicts are inferred from the code');
  });

  it('says what needs attention, since when, and whose side it is', () => {
    const text = words(view(data).parts.headline);
    expect(text).toContain(
      'globex: 4 failed, the server gives no reason, since 2026-03-03 09:00; 2 files have not arrived since.',
    );
    expect(text).toContain('The partner must act');
  });

  it('follows the selection', () => {
    const until = hourOf(secondsOf('2026-03-02 00:00:00'));
    const text = words(view(data, { toHour: until }).parts.headline);
    expect(text).toContain('3 attempts from 2026-03-01 02:00 until 2026-03-02 00:00');
    expect(text).toContain('1 failed (33 %), no incident is open.');
    expect(text).toContain('Nothing: every file that failed has arrived since');
  });

  it('says that all is well where nothing failed', () => {
    const good = reportOf([logLine('2026-03-01 02:10:00 ftp acme a.xml 226 0')]);
    expect(words(view(good).parts.headline)).toContain('none failed, no incident is open');
    expect(words(view(good).parts.causes)).toBe('Nothing failed in this selection.');
  });

  it('says that there is no record at all', () => {
    expect(words(view(reportOf([])).parts.headline)).toBe(
      'No attempts: there is no record in the 1 file read.',
    );
  });
});

describe('the rest of the page', () => {
  it('explains what failed: side, causes, checks', () => {
    const text = words(view(data).parts.causes);
    expect(text).toContain('530');
    expect(text).toContain('Likely causes, most likely first');
    expect(text).toContain('What to check next');
  });

  it('lists only what the selection means', () => {
    const acme = view(data, { partner: 'acme' });
    expect(rowsOf(acme, 'failures')).toContain('b.xml');
    expect(rowsOf(acme, 'failures')).not.toContain('c.xml');
    expect(rowsOf(acme, 'incidents')).not.toContain('globex');
    expect(rowsOf(acme, 'partners')).not.toContain('globex');
    expect(words(acme.parts.scope)).toBe(
      'Showing 3 attempts: 2026-03-01 02:00 until 2026-03-03 10:00, acme.',
    );
  });

  it('says so when failed attempts of the selection are not on the page', () => {
    const few = reportOf(
      [1, 2, 3].map((index) => logLine(`2026-03-01 02:1${index}:00 ftp acme f${index} 530 1`)),
      { limits: { failures: 2 } },
    );
    expect(words(view(few).parts['failures-note'])).toContain(
      'Of 3 failed attempts in this selection, 2 are listed',
    );
  });

  it('draws bars for attempts and failures, with the numbers in a table beside', () => {
    const { parts, lists } = view(data);
    expect(parts.chart.text).toContain('<title>2026-03-03 09:00: 2 attempts, 2 failed</title>');
    expect(words(lists.timeline.parts({ ...FIRST_LOOK, sort: '-failed' }).rows)).toMatch(
      /^2026-03-03 09:00\s*2\s*2/,
    );
  });

  it('shows by partner and hour failures or all attempts', () => {
    expect(rowsOf(view(data), 'hours')).toMatch(/^globex 2 2/);
    const all = pageView(data, { selection: {}, measure: 'attempts' });
    expect(rowsOf(all, 'hours')).toMatch(/^acme 3 3/);
  });

  it('keeps hostile names inert wherever they appear', () => {
    const name = `<img/src=x/onerror=alert(1)>\u202e\u0000.xml`;
    const hostile = reportOf([
      `2026-03-01 02:10:00; ftp; <script>x</script>; 21; "'><b>; ${name}; /in/${name}; upload; 530; 1;`,
    ]);
    const { parts, lists } = view(hostile, { partner: '<script>x</script>' });
    const everything = [
      ...Object.values(parts).map(({ text }) => text),
      ...Object.values(lists).map((list) => list.render().text),
    ].join('\n');
    expect(everything).not.toMatch(/<img|<script|<b>\W|\u202e|\u0000/);
    expect(everything).toContain('&lt;img/src=x/onerror=alert(1)&gt;\\u{202e}\\x00.xml');
  });
});
