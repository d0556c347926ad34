import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientLogRecordOf } from '../../client-log/reading/client-log-record-of.js';
import { maskedLine } from './anonymiser.js';
import { anyRecord, asLog, linesOf, logText, testAnonymiser } from './convert.testing.js';

describe('names', () => {
  const anonymiser = testAnonymiser();

  it.each([
    ['C:\\Orders\\inv_0301.xml', /^C:\\[A-Z][a-z]{5}\\[a-z]{3}_\d{4}\.xml$/],
    ['\\\\fileserver\\share$\\*.CSV', /^\\\\[a-z]{10}\\[a-z]{5}\$\\\*\.CSV$/],
    ['/in/../Report 2026-03-01.tar.gz', /^\/[a-z]{2}\/\.\.\/[A-Z][a-z]{5} \d{4}-\d\d-\d\d\.tar\.gz$/],
    ['/in/invoice.smith', /^\/[a-z]{2}\/[a-z]{7}\.(?!smith)[a-z]{5}$/],
    ['.profile', /^\.(?!profile)[a-z]{7}$/],
    ['dömäin\\jürgen', /^[a-zß-ÿ]{6}\\[a-zß-ÿ]{6}$/],
    ['anonymous', /^anonymous$/],
    ['', /^$/],
  ])('%s keeps its shape', (text, shape) => {
    expect(anonymiser.text(text)).toMatch(shape);
  });

  it('a word has the same replacement as host, user, folder, file and mask', () => {
    const acme = anonymiser.text('acme');
    expect(anonymiser.host('sftp.acme.example')).toContain(`.${acme}.`);
    expect(anonymiser.text('/acme/x')).toContain(`/${acme}/`);
    expect(anonymiser.text('ACME_07.xml')).toContain(`${acme.toUpperCase()}_`);
    expect(anonymiser.text('acme0301.xml')).toContain(acme);
    expect(anonymiser.text('acme*.xml')).toBe(`${acme}*.xml`);
  });

  it('no two become one, extensions and kept words included', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[a-z]{1,3}\.[a-z]{3}$/),
      fc.stringMatching(/^[a-z0-9.*_\\/:-]{1,12}$/),
      fc.constantFrom('x.xml', 'x.csv', 'localhost', 'anonymous', 'a.mp3', 'a.mp4', 'a.7z'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 2, maxLength: 50 }), (texts) => {
        const replaced = texts.map((each) => anonymiser.text(each));
        expect(new Set(replaced).size).toBe(texts.length);
        expect(replaced.map(({ length }) => length)).toEqual(texts.map(({ length }) => length));
      }),
    );
  });

  it('nothing turns into an extension that is kept', () => {
    const replaced = new Set<string>();
    for (const first of 'abcdefghijklmnopqrstuvwxyz') {
      for (const second of 'abcdefghijklmnopqrstuvwxyz') replaced.add(anonymiser.text(`f.${first}${second}`));
    }
    expect(replaced.size).toBe(26 * 26);
  });
});

describe('hosts', () => {
  it('addresses become ones of the documentation ranges, each its own', () => {
    const anonymiser = testAnonymiser();
    const hosts = Array.from({ length: 1_000 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
    const replaced = hosts.map((host) => anonymiser.host(host));
    expect(new Set(replaced).size).toBe(hosts.length);
    for (const host of replaced)
      expect(host).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+)\.\d+$/);
    expect(anonymiser.host('10.1.0.7')).toBe(replaced[7]);
  });

  it('addresses of version 6 too, in brackets or not', () => {
    const anonymiser = testAnonymiser();
    expect(anonymiser.host('FE80::7%eth0')).toBe('2001:db8::1');
    expect(anonymiser.host('[fe80::7%eth0]')).toBe('[2001:db8::1]');
    expect(anonymiser.host('2a00:1:2::3')).toBe('2001:db8::2');
  });

  it('those that name nobody stay', () => {
    const anonymiser = testAnonymiser();
    for (const host of ['localhost', '127.0.0.1', '::1', '']) expect(anonymiser.host(host)).toBe(host);
  });

  it('more addresses than the ranges hold are refused, not mixed up', () => {
    const anonymiser = testAnonymiser();
    const replaced = new Set<string | undefined>();
    const count = 762 + 131_072;
    for (let number = 0; number < count; number += 1) {
      replaced.add(anonymiser.host(`10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`));
    }
    expect(replaced.size).toBe(count);
    expect(anonymiser.host('11.0.0.1')).toBeUndefined();
    expect(anonymiser.host('10.0.0.0')).toBe('192.0.2.1');
  });
});

describe('a log without its names', () => {
  it('has the same times, protocols, ports, operations, codes and verdicts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 8 }), async (records) => {
        const { text } = asLog(await linesOf(logText(records)), { anonymiser: testAnonymiser() });
        const read = (await linesOf(text)).map((line) =>
          line.kind === 'record' ? clientLogRecordOf(line.record) : undefined,
        );
        const kept = (record: (typeof records)[number] | undefined) =>
          record && [record.time, record.protocol, record.port, record.operation, record.code, record.result];
        expect(read.map(kept)).toEqual(records.map(kept));
      }),
    );
  });

  it('holds none of the names, wherever they stood', async () => {
    const names = [
      'Schneider',
      'Müller-Lüdenscheidt',
      'acmecorp',
      'invoices',
      'геннадий',
      '漢字文化圏資料',
      'smithfiles',
    ];
    const word = fc.constantFrom(...names);
    const part = fc.oneof(
      word,
      fc.tuple(word, word).map((two) => two.join('_')),
    );
    const named = fc.record({
      host: part,
      user: part,
      localPath: part.map((text) => `C:\\${text}\\${text}.xml`),
      remotePath: part.map((text) => `/${text};${text}/${text}`),
      host2: part,
    });
    await fc.assert(
      fc.asyncProperty(anyRecord, named, async (record, { host2, ...texts }) => {
        const line = logText([{ ...record, ...texts }]);
        const lines = `${line}${line.slice(11)}about ${host2}\n\xff${host2}`;
        const { text } = asLog(await linesOf(lines), { anonymiser: testAnonymiser() });
        for (const each of names) expect(text.toLowerCase()).not.toContain(each.toLowerCase());
      }),
    );
  });

  it('an ambiguous line stays ambiguous, and hides its names in every reading', async () => {
    const line = String.raw`2026-03-01 02:10:15; ftp; h.example; 21; joe; C:\out\acme.csv; /in;bob/acme.csv; /out/acme.csv; upload; 530; 1;`;
    const { text, notes } = asLog(await linesOf(`${line}\n`), { anonymiser: testAnonymiser() });
    const [read] = await linesOf(text);
    expect(read?.kind === 'record' && read.record.candidates).toHaveLength(2);
    expect(text).not.toMatch(/acme|bob|joe/);
    expect(text.length).toBe(line.length + 1);
    expect(notes).toEqual({});
  });

  it('a line that cannot be read is covered, at its length', async () => {
    const { text, notes } = asLog(await linesOf('2026-99-01; Joe Smith; pw=secret\n\n'), {
      anonymiser: testAnonymiser(),
    });
    expect(text).toBe('xxxxxxxxxx; xxx xxxxx; xxxxxxxxx\n\n');
    expect(notes).toEqual({ masked: 1 });
  });

  it('a covered line is never read as something else, whatever stood there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (content) => {
        const lines = await linesOf(`${content.replaceAll('\n', ' ')}!\n`);
        const kinds = (await linesOf(maskedLine(lines[0]?.raw ?? new Uint8Array()))).map(({ kind }) => kind);
        expect(kinds).toEqual(['incomplete']);
      }),
    );
  });

  it('the folder and the node of the log are hidden, the date in its name is not', () => {
    const file = testAnonymiser().file({ name: '/srv/acme/cl260301.log', timeZone: 'UTC', node: 'acme-a' });
    expect(file.name).toMatch(/^\/(?!srv)[a-z]{3}\/(?!acme)[a-z]{4}\/cl260301\.log$/);
    expect(file.node).toMatch(/^(?!acme)[a-z]{4}-[a-z]$/);
  });
});
