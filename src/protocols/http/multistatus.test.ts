import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MultistatusError,
  MultistatusLimitError,
  MultistatusReader,
  type DavResource,
} from './multistatus.js';

function read(text: string, pieceBytes = Number.POSITIVE_INFINITY): DavResource[] {
  const found: DavResource[] = [];
  const reader = new MultistatusReader((resource) => found.push(resource));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.write(bytes.subarray(at, at + pieceBytes));
  reader.end();
  return found;
}

const multistatus = (inner: string) => `<d:multistatus xmlns:d="DAV:">${inner}</d:multistatus>`;

const FILE = multistatus(
  `<d:response><d:href>/a%20b.csv</d:href><d:propstat><d:prop><d:resourcetype/>
   <d:getcontentlength>12</d:getcontentlength><d:getetag>"x&amp;y"</d:getetag>
   <d:getlastmodified>Thu, 26 Nov 2026 06:00:00 GMT</d:getlastmodified></d:prop>
   <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`,
);

const file: DavResource = {
  href: '/a%20b.csv',
  status: undefined,
  isFolder: false,
  length: '12',
  lastModified: 'Thu, 26 Nov 2026 06:00:00 GMT',
  tag: '"x&y"',
};

describe('a multistatus', () => {
  it('is read whatever the pieces that it comes in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: FILE.length }), (size) => {
        expect(read(FILE, size)).toEqual([file]);
      }),
      { numRuns: 60 },
    );
  });

  it('is read whatever the prefix of its names, and other namespaces count for nothing', () => {
    const plain = FILE.replaceAll('d:', '')
      .replace('xmlns:d=', 'xmlns=')
      .replace('xmlns="DAV:"', 'xmlns="DAV:"');
    expect(read(plain.replace('<multistatus xmlns="DAV:">', '<multistatus xmlns="DAV:">'))).toEqual([file]);
    const foreign = '<o:getcontentlength xmlns:o="other:">99</o:getcontentlength><d:getcontentlength>';
    expect(read(FILE.replace('<d:getcontentlength>', foreign))).toEqual([file]);
  });

  it('takes no property that the server says is not there', () => {
    const missing = `<d:propstat><d:prop><d:getcontentlength>7</d:getcontentlength></d:prop>
      <d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>`;
    const text = multistatus(`<d:response><d:href>/x</d:href>${missing}</d:response>`);
    expect(read(text)[0]?.length).toBeUndefined();
  });

  it('tells folders', () => {
    const folder = FILE.replace('<d:resourcetype/>', '<d:resourcetype><d:collection/></d:resourcetype>');
    expect(read(folder)[0]?.isFolder).toBe(true);
  });

  it('of a hundred thousand resources is handed out as it comes', () => {
    let count = 0;
    const reader = new MultistatusReader(() => (count += 1));
    const one = Buffer.from(FILE.replace(/^<[^>]*>|<[^>]*>$/g, ''));
    reader.write(Buffer.from('<d:multistatus xmlns:d="DAV:">'));
    for (let sent = 0; sent < 20_000; sent += 1) reader.write(one);
    expect(count).toBe(20_000);
  });
});

describe('what is no sound answer is refused:', () => {
  it.each([
    ['entities of its own', '<!DOCTYPE m [<!ENTITY a "aaaa">]><m>&a;</m>', MultistatusError],
    ['a bare entity', multistatus('<d:response><d:href>&bomb;</d:href></d:response>'), MultistatusError],
    ['what is not closed', multistatus('<d:response>'), MultistatusError],
    ['another document', '<html><body>hello</body></html>', MultistatusError],
    ['words', 'hello', MultistatusError],
    ['a resource without address', multistatus('<d:response/>'), MultistatusError],
    ['a depth without end', '<a>'.repeat(1_000), MultistatusLimitError],
    [
      'an address without end',
      multistatus(`<d:response><d:href>${'x'.repeat(20_000)}</d:href></d:response>`),
      MultistatusLimitError,
    ],
    [
      'a resource without end',
      multistatus(`<d:response>${'<d:x/>'.repeat(300_000)}</d:response>`),
      MultistatusLimitError,
    ],
  ])('%s', (_name, text, kind) => {
    expect(() => read(text)).toThrow(kind);
  });

  it('garbage never ends in another error', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(FILE.length), (garbage, at) => {
        try {
          read(FILE.slice(0, at) + garbage + FILE.slice(at));
        } catch (error) {
          expect(error instanceof MultistatusError || error instanceof MultistatusLimitError).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
