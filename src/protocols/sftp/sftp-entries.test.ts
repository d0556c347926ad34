import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryKind, listedEntry, remoteEntry } from './sftp-entries.js';

describe('the kind of an entry', () => {
  it.each([
    [0o100644, 'file'],
    [0o040755, 'folder'],
    [0o120777, 'link'],
    [0o020666, 'other'],
    [0o140777, 'other'],
    [0o010644, 'other'],
  ])('comes from the mode %o: %s', (mode, kind) => {
    expect(entryKind({ mode }, 'drwxr-xr-x 1 a b 0 Jan 1 00:00 x')).toBe(kind);
  });

  it.each([
    ['-rw-r--r--    1 user group 5 Jan 1 00:00 x', 'file'],
    ['drwxr-xr-x    1 user group 0 Jan 1 00:00 x', 'folder'],
    ['lrwxrwxrwx    1 user group 0 Jan 1 00:00 x -> y', 'link'],
    ['crw-rw-rw-    1 user group 0 Jan 1 00:00 x', 'other'],
    ['drafts.txt', undefined],
    ['-dash.txt', undefined],
    ['', undefined],
  ])('comes from the row %j where the mode has no type: %s', (longname, kind) => {
    expect(entryKind({ mode: 0o644 }, longname)).toBe(kind);
    expect(entryKind({}, longname)).toBe(kind);
  });

  it('is never guessed from the name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(entryKind({}, name.slice(0, 9))).toBeUndefined();
        expect(listedEntry({ filename: name, attrs: {} })).toEqual({ name, kind: 'other' });
      }),
    );
  });
});

describe('an entry', () => {
  it('has only what the server said', () => {
    expect(remoteEntry('x', 'file', {})).toEqual({ name: 'x', kind: 'file' });
    expect(remoteEntry('x', 'file', { size: 0, mtime: 0 })).toEqual({
      name: 'x',
      kind: 'file',
      sizeBytes: 0,
      modifiedMs: 0,
      precisionMs: 1000,
    });
  });

  it('that is a folder has no size', () => {
    expect(remoteEntry('x', 'folder', { size: 4096 }).sizeBytes).toBeUndefined();
  });
});
