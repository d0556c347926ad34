import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RemoteEntry } from '../protocol-client.js';
import { UTF8_ENCODING } from './ftp-encoding.js';
import { ListReader } from './ftp-list-reader.js';
import { parseMachineFacts, parseMachineLine, type ListContext, type ListingLine } from './ftp-listing.js';
import { encodeText } from './ftp-text.js';

/** The listings below were taken on 23 November 2026, 19:37 UTC. */
const CONTEXT: ListContext = {
  nowMs: Date.UTC(2026, 10, 23, 19, 40),
  zoneOffsetMinutes: 0,
  encoding: UTF8_ENCODING,
};
const TAKEN = Date.UTC(2026, 10, 23, 19, 37);

function listLine(line: string | Buffer, context: Partial<ListContext> = {}): ListingLine {
  const meanings: ListingLine[] = [];
  const reader = new ListReader({ ...CONTEXT, ...context }, (meaning) => meanings.push(meaning));
  reader.take(Buffer.from(line));
  return meanings[0] ?? { kind: 'nothing' };
}

function entry(line: ListingLine): RemoteEntry {
  if (line.kind !== 'entry') throw new Error(`the line is ${line.kind}`);
  return line.entry;
}

describe('a line of LIST', () => {
  it.each<[string, string, RemoteEntry]>([
    [
      'vsftpd 3.0.3',
      '-rw-r--r--    1 0        0               3 Nov 23 19:37 plain.txt',
      { name: 'plain.txt', kind: 'file', sizeBytes: 3, modifiedMs: TAKEN, precisionMs: 60_000 },
    ],
    [
      'vsftpd 3.0.3',
      '-rw-r--r--    1 0        0               2 Nov 23 19:37  lead',
      { name: ' lead', kind: 'file', sizeBytes: 2, modifiedMs: TAKEN, precisionMs: 60_000 },
    ],
    [
      'vsftpd 3.0.3',
      '-rw-r--r--    1 0        0               2 Nov 23 19:37 a -> b',
      { name: 'a -> b', kind: 'file', sizeBytes: 2, modifiedMs: TAKEN, precisionMs: 60_000 },
    ],
    [
      'vsftpd 3.0.3',
      '-rw-r--r--    1 0        0               0 Feb 03  2001 old',
      { name: 'old', kind: 'file', sizeBytes: 0, modifiedMs: Date.UTC(2001, 1, 3), precisionMs: 86_400_000 },
    ],
    [
      'vsftpd 3.0.3',
      'lrwxrwxrwx    1 0        0               9 Nov 23 19:37 link -> plain.txt',
      { name: 'link', kind: 'link', sizeBytes: undefined, modifiedMs: TAKEN, precisionMs: 60_000 },
    ],
    [
      'vsftpd 3.0.3',
      'prw-r--r--    1 0        0               0 Nov 23 19:37 pipe',
      { name: 'pipe', kind: 'other', sizeBytes: undefined, modifiedMs: TAKEN, precisionMs: 60_000 },
    ],
    [
      'ProFTPD 1.3.8',
      'drwxr-xr-t   2 tally    0            4096 Nov 23 19:37 sub dir',
      { name: 'sub dir', kind: 'folder', sizeBytes: undefined, modifiedMs: TAKEN, precisionMs: 60_000 },
    ],
    [
      'ProFTPD 1.3.8',
      '-rw-r--r--   1 tally    0        5368709120 Nov 23 19:37 big',
      { name: 'big', kind: 'file', sizeBytes: 5_368_709_120, modifiedMs: TAKEN, precisionMs: 60_000 },
    ],
    [
      'Pure-FTPd 1.0.50',
      '-rw-r--r--    1 0          0                   0 Dec 31  1969 ancient',
      {
        name: 'ancient',
        kind: 'file',
        sizeBytes: 0,
        modifiedMs: Date.UTC(1969, 11, 31),
        precisionMs: 86_400_000,
      },
    ],
    [
      'GNU ls with ACLs',
      '-rw-rw-r--+ 1 eft eft 12 Jan  5 2024 acl.txt',
      {
        name: 'acl.txt',
        kind: 'file',
        sizeBytes: 12,
        modifiedMs: Date.UTC(2024, 0, 5),
        precisionMs: 86_400_000,
      },
    ],
    [
      'a server without a group',
      '-rw-r--r--   1 owner        1803128 Jul 10 10:18 ls-lR.Z',
      {
        name: 'ls-lR.Z',
        kind: 'file',
        sizeBytes: 1_803_128,
        modifiedMs: Date.UTC(2026, 6, 10, 10, 18),
        precisionMs: 60_000,
      },
    ],
    [
      'a domain account with blanks',
      '-rw-r--r--   1 ACME\\Domain User Domain Users 77 Jul 10 10:18 x 2 Jan 1 10:00 y',
      {
        name: 'x 2 Jan 1 10:00 y',
        kind: 'file',
        sizeBytes: 77,
        modifiedMs: Date.UTC(2026, 6, 10, 10, 18),
        precisionMs: 60_000,
      },
    ],
    [
      'a server that puts the day first',
      '-rw-r--r-- 1 a b 5 10 Jul 10:18 day',
      {
        name: 'day',
        kind: 'file',
        sizeBytes: 5,
        modifiedMs: Date.UTC(2026, 6, 10, 10, 18),
        precisionMs: 60_000,
      },
    ],
    [
      'ls --time-style=long-iso',
      '-rw-r--r-- 1 a b 5 2006-03-06 10:11 iso',
      {
        name: 'iso',
        kind: 'file',
        sizeBytes: 5,
        modifiedMs: Date.UTC(2006, 2, 6, 10, 11),
        precisionMs: 60_000,
      },
    ],
    [
      'ls --full-time',
      '-rw-r--r-- 1 a b 5 2006-03-06 10:11:12.000000000 +0130 full',
      {
        name: 'full',
        kind: 'file',
        sizeBytes: 5,
        modifiedMs: Date.UTC(2006, 2, 6, 8, 41, 12),
        precisionMs: 1_000,
      },
    ],
    [
      'a device',
      'crw-rw-rw- 1 root root 1, 3 Jul 10 10:18 null',
      {
        name: 'null',
        kind: 'other',
        sizeBytes: undefined,
        modifiedMs: Date.UTC(2026, 6, 10, 10, 18),
        precisionMs: 60_000,
      },
    ],
    [
      'IIS, two-digit year',
      '03-06-06  10:11PM                 1234 report 1.txt',
      {
        name: 'report 1.txt',
        kind: 'file',
        sizeBytes: 1_234,
        modifiedMs: Date.UTC(2006, 2, 6, 22, 11),
        precisionMs: 60_000,
      },
    ],
    [
      'IIS, four-digit year',
      '03-06-2026  12:05AM       <DIR>          in box',
      { name: 'in box', kind: 'folder', modifiedMs: Date.UTC(2026, 2, 6, 0, 5), precisionMs: 60_000 },
    ],
    [
      'Windows, 24 hours',
      '12-31-1999  23:59                  5,678 old.dat',
      {
        name: 'old.dat',
        kind: 'file',
        sizeBytes: 5_678,
        modifiedMs: Date.UTC(1999, 11, 31, 23, 59),
        precisionMs: 60_000,
      },
    ],
  ])('of %s is read: %s', (_server, line, expected) => {
    expect(entry(listLine(line))).toEqual(expected);
  });

  it('gives a time without a year the latest year that lies not in the future', () => {
    const at = (nowMs: number) => entry(listLine('-rw-r--r-- 1 a b 5 Dec 31 23:00 x', { nowMs })).modifiedMs;
    expect(at(Date.UTC(2026, 0, 2))).toBe(Date.UTC(2025, 11, 31, 23));
    expect(at(Date.UTC(2025, 11, 31, 12))).toBe(Date.UTC(2025, 11, 31, 23));
    expect(at(Date.UTC(2025, 11, 30, 12))).toBe(Date.UTC(2024, 11, 31, 23));
  });

  it('finds the leap day in the last leap year', () => {
    expect(entry(listLine('-rw-r--r-- 1 a b 5 Feb 29 10:00 x')).modifiedMs).toBe(Date.UTC(2024, 1, 29, 10));
  });

  it('is in the zone of the server', () => {
    const line = '-rw-r--r-- 1 a b 5 Mar  6 10:11 x';
    expect(entry(listLine(line, { zoneOffsetMinutes: 120 })).modifiedMs).toBe(Date.UTC(2026, 2, 6, 8, 11));
    expect(entry(listLine('03-06-26  10:11AM  5 x', { zoneOffsetMinutes: -300 })).modifiedMs).toBe(
      Date.UTC(2026, 2, 6, 15, 11),
    );
  });

  it.each([
    '',
    '   ',
    'total 12',
    'drwxr-xr-x 2 a b 4096 Nov 23 19:37 .',
    'drwxr-xr-x 2 a b 4096 Nov 23 19:37 ..',
  ])('that names nothing is passed over: "%s"', (line) => {
    expect(listLine(line).kind).toBe('nothing');
  });

  it.each([
    'ls: cannot open directory: Permission denied',
    '-rw-r--r-- 1 a b 5 Foo 23 19:37 no such month',
    '-rw-r--r-- 1 a b 5 Feb 30 2024 no such day',
    '-rw-r--r-- 1 a b 5 Nov 23 25:37 no such hour',
    '13-45-06  10:11AM  5 no such month',
    '-rw-r--r-- 1 a b 5 Nov 23 19:37',
  ])('that cannot be understood is shown: "%s"', (line) => {
    expect(listLine(line)).toEqual({ kind: 'unknown', line });
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'C:\\x', 'a\0b', '\u001b[2J', 'x'.repeat(60_000), '..\\x'])(
    'hands hostile names on as they are, for whoever makes a path of them: %j',
    (name) => {
      expect(entry(listLine(`-rw-r--r-- 1 a b 5 Nov 23 19:37 ${name}`)).name).toBe(name);
    },
  );

  it('keeps a name in Latin-1', () => {
    const line = Buffer.from('-rw-r--r-- 1 0 0 1 Nov 23 19:37 Gr\u00fcn', 'latin1');
    expect(entry(listLine(line)).name).toBe('Gr\udcfcn');
  });

  it('is read or shown, never thrown at, whatever it holds', () => {
    const part = fc.constantFrom(
      '-rw-r--r--',
      'drwxr-xr-x',
      ' ',
      '  ',
      '1',
      '99999',
      'Nov',
      '23',
      '19:37',
      '2024',
      '->',
      '<DIR>',
      '03-06-06',
      'AM',
      'name',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(part).map((parts) => parts.join(' ')),
          fc.string(),
        ),
        (line) => {
          expect(['entry', 'nothing', 'unknown']).toContain(listLine(line).kind);
        },
      ),
    );
  });

  it('is dealt with in a moment, however it was made to be slow', () => {
    const slow = [
      '-rw-r--r-- '.padEnd(60_000, ' '),
      `-rw-r--r-- ${'1 '.repeat(30_000)}`,
      `-rw-r--r-- 1 a b ${'9'.repeat(60_000)}`,
      `03-06-06 10:11 ${'1,'.repeat(30_000)}`,
      `-rw-r--r--${' a1'.repeat(20_000)} Nov 23 1`,
    ];
    for (const line of slow) expect(listLine(line).kind).toBe('unknown');
  });

  it('of any other form is dealt with in a moment too', () => {
    const spaces = ' '.repeat(30_000);
    const slow = [
      `A.TXT;1${spaces}1${spaces}x`,
      'A;1'.repeat(20_000),
      ':['.repeat(30_000),
      `Total of 1${spaces}`.repeat(2),
      `QSYS${spaces}77824${spaces}x`,
      `${spaces}*`.repeat(2),
      `+${'m1,'.repeat(20_000)}`,
      `WYOSPT${spaces}3390${spaces}2024/01/31`,
      `VSAM${spaces}a b`,
      `ORDERS${spaces}01.03${spaces}2002/04/12`,
      'D[A]'.repeat(16_000),
    ];
    for (const heading of ['', 'Volume Unit    Referred Ext', ' Name     VV.MM   Created']) {
      const meanings: ListingLine[] = [];
      const reader = new ListReader(CONTEXT, (meaning) => meanings.push(meaning));
      reader.take(Buffer.from(heading));
      for (const line of slow) reader.take(Buffer.from(line));
      reader.end();
      expect(meanings.slice(1).filter(({ kind }) => kind === 'entry')).toEqual([]);
    }
  });

  it('is never thrown at in a listing of mixed forms, and nothing is said twice', () => {
    const line = fc.constantFrom(
      'Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname',
      ' Name     VV.MM   Created       Changed      Size  Init   Mod   Id',
      'WYOSPT 3390   2024/01/31  1   15  FB      80  6160  PO  ACME.SOURCE',
      'ORDERS    01.03 2002/04/12 2002/04/12 16:10    11    11     0 KIL001',
      'LONG_NAME.TXT;12',
      '        3/3      13-FEB-2002 23:32:40.47  [ACME]',
      '        3/3      33-FEB-2002 23:32:40.47  [ACME]',
      'CORE.DIR;1          1  8-SEP-1996 16:09 [SYSTEM]',
      'QSYS 77824 01/30/24 08:00:00 *FILE MYLIB.LIB/ORDERS.FILE',
      'QSYS 77824 13/33/24 08:00:00 *STMF x',
      '    *MEM MYLIB.LIB/ORDERS.FILE/JAN.MBR',
      '+i1,m1,r,s1,\tx',
      '-rw-r--r-- 1 a b 5 Nov 23 19:37 x',
      'no form at all',
      '',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const meanings: ListingLine[] = [];
        const reader = new ListReader(CONTEXT, (meaning) => meanings.push(meaning));
        for (const each of lines) reader.take(Buffer.from(each));
        reader.end();
        const told = meanings.filter(({ kind }) => kind !== 'nothing');
        expect(told.length).toBeLessThanOrEqual(lines.length);
        const odd = lines.filter((each) => each === 'no form at all').length;
        const unknown = told.filter((each) => each.kind === 'unknown' && each.line === 'no form at all');
        expect(unknown.length).toBe(odd);
      }),
    );
  });
});

describe('a line of MLSD', () => {
  const line = (text: string) => parseMachineLine(Buffer.from(text), UTF8_ENCODING);

  it.each<[string, string, RemoteEntry]>([
    [
      'ProFTPD 1.3.8',
      'modify=20261123193718;perm=adfrw;size=3;type=file;unique=FE00U20E414;UNIX.group=0;UNIX.mode=0644;UNIX.owner=0;UNIX.ownername=tally; plain.txt',
      {
        name: 'plain.txt',
        kind: 'file',
        sizeBytes: 3,
        modifiedMs: Date.UTC(2026, 10, 23, 19, 37, 18),
        precisionMs: 1_000,
      },
    ],
    [
      'ProFTPD 1.3.8',
      'modify=19691231235820;perm=adfrw;size=0;type=file;UNIX.mode=0644;  lead',
      {
        name: ' lead',
        kind: 'file',
        sizeBytes: 0,
        modifiedMs: Date.UTC(1969, 11, 31, 23, 58, 20),
        precisionMs: 1_000,
      },
    ],
    [
      'ProFTPD 1.3.8',
      'modify=20261123193718;perm=adfrw;size=9;type=OS.unix=symlink;UNIX.mode=0777; link',
      {
        name: 'link',
        kind: 'link',
        sizeBytes: undefined,
        modifiedMs: Date.UTC(2026, 10, 23, 19, 37, 18),
        precisionMs: 1_000,
      },
    ],
    [
      'Pure-FTPd 1.0.50',
      'type=OS.unix=slink:;size=7;modify=20261123193719;UNIX.mode=0777; dangling',
      {
        name: 'dangling',
        kind: 'link',
        sizeBytes: undefined,
        modifiedMs: Date.UTC(2026, 10, 23, 19, 37, 19),
        precisionMs: 1_000,
      },
    ],
    [
      'Pure-FTPd 1.0.50',
      'type=dir;sizd=4096;modify=20261123193719;UNIX.mode=01755; sub dir',
      {
        name: 'sub dir',
        kind: 'folder',
        sizeBytes: undefined,
        modifiedMs: Date.UTC(2026, 10, 23, 19, 37, 19),
        precisionMs: 1_000,
      },
    ],
    [
      'Pure-FTPd 1.0.50',
      'type=unknown;size=0;modify=20261123193719; pipe',
      {
        name: 'pipe',
        kind: 'other',
        sizeBytes: undefined,
        modifiedMs: Date.UTC(2026, 10, 23, 19, 37, 19),
        precisionMs: 1_000,
      },
    ],
    [
      'RFC 3659 with fractions',
      'Type=file;Size=25;Modify=19990929003355.237; a;b=c',
      {
        name: 'a;b=c',
        kind: 'file',
        sizeBytes: 25,
        modifiedMs: Date.UTC(1999, 8, 29, 0, 33, 55, 237),
        precisionMs: 1,
      },
    ],
    [
      'a server without times',
      'Type=file;Size=25; x',
      { name: 'x', kind: 'file', sizeBytes: 25, modifiedMs: undefined, precisionMs: undefined },
    ],
  ])('of %s is read: %s', (_server, text, expected) => {
    expect(entry(line(text))).toEqual(expected);
  });

  it.each([
    'type=cdir;modify=20261123193718; .',
    'type=pdir; ..',
    'type=cdir; /home/tally',
    'type=dir; .',
    '',
  ])('that names the folder itself or the one above is passed over: "%s"', (text) => {
    expect(line(text).kind).toBe('nothing');
  });

  it.each([
    'size=3; no type',
    'type=file',
    'no facts at all',
    'type=file; ',
    '-rw-r--r-- 1 a b 5 Nov 23 19:37 x',
  ])('that cannot be understood is shown: "%s"', (text) => {
    expect(line(text)).toEqual({ kind: 'unknown', line: text });
  });

  it.each(['-1', '1e3', '0x10', '9'.repeat(40), ''])(
    'gives no size that is no plain number: "%s"',
    (size) => {
      expect(entry(line(`type=file;size=${size}; x`)).sizeBytes).toBeUndefined();
    },
  );

  it.each(['20261332000000', '2026112319', '20260230000000', 'yesterday', '00000000000000'])(
    'gives no time that is none: %s',
    (time) => {
      expect(entry(line(`type=file;modify=${time}; x`)).modifiedMs).toBeUndefined();
    },
  );

  it('keeps any name, and any bytes of it', () => {
    const name = fc.uint8Array({ minLength: 1, maxLength: 40 }).filter((bytes) => !bytes.includes(10));
    fc.assert(
      fc.property(name, (bytes) => {
        const text = Buffer.from(bytes);
        fc.pre(!['.', '..'].includes(text.toString('latin1')));
        const parsed = parseMachineLine(Buffer.concat([Buffer.from('type=file; '), text]), UTF8_ENCODING);
        expect(Buffer.compare(encodeText(entry(parsed).name), text)).toBe(0);
      }),
    );
  });
});

describe('the facts of MLST', () => {
  it('are read with the leading space and without, and without a name', () => {
    expect(parseMachineFacts(' type=dir;modify=20240102030405; /')?.entry.kind).toBe('folder');
    expect(parseMachineFacts('type=file;size=3; /x')?.entry).toMatchObject({ kind: 'file', sizeBytes: 3 });
  });

  it('are none where there is no type', () => {
    expect(parseMachineFacts('Listing /x')).toBeUndefined();
    expect(parseMachineFacts('End')).toBeUndefined();
  });
});
