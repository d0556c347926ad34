import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unpackReport } from '../figures/embedded-report.js';
import { logLine, reportOf } from '../report.testing.js';
import { renderPage } from './render-page.js';

const data = reportOf([
  logLine('2026-03-01 02:10:00 ftp acme a.xml 226 0'),
  `2026-03-01 02:11:00; ftp; acme; 21; u; D:\\</script><script>alert(1)</script>; /in/<!--\u2028; upload; 530; 1;`,
]);
const page = [...renderPage(data)].join('');

describe('the page', () => {
  it('asks nothing of any network', () => {
    const outside = page.replace(/data:image\/svg\+xml,[^"]*/, '');
    expect(outside).not.toMatch(/(src|href|action)\s*=\s*["']?(https?:|\/\/)/i);
    expect(outside).not.toMatch(/@import|url\(\s*(?!['"]?#)/i);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('lets only its own scripts and style in, by their hashes', () => {
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const inline = [...page.matchAll(/<(?:script|style)>([\s\S]*?)<\/(?:script|style)>/g)];
    expect(inline).toHaveLength(3);
    for (const [, text = ''] of inline) {
      expect(policy).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    }
    expect(policy).not.toContain('unsafe');
    expect(page).not.toMatch(/\sstyle="|\son[a-z]+="/);
  });

  it('holds its data, whatever the names in it', () => {
    const text = /id="report-data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(unpackReport(JSON.parse(text) as never)).toEqual(data);
  });

  it('stands with headline, tables and incidents without scripts', () => {
    const still = page.slice(0, page.indexOf('id="report-data"'));
    for (const words of ['1 failed', 'Attempts and failures by partner', 'Not arrived since', '530']) {
      expect(still).toContain(words);
    }
  });

  it('has a heading of its own', () => {
    const titled = [...renderPage({ ...data, title: 'A & B </title>' })].join('');
    expect(titled).toContain('<title>A &amp; B &lt;/title&gt;</title>');
    expect(titled).toContain('<h1>A &amp; B &lt;/title&gt;</h1>');
  });
});
