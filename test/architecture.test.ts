import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
// The one table, shared with the lint rules.
import { borders } from '../scripts/borders.mjs';

const src = resolve(import.meta.dirname, '../src');
const mayImport = borders;

interface Import {
  readonly from: string;
  readonly to: string;
}

async function imports(): Promise<readonly Import[]> {
  const names = await readdir(src, { recursive: true });
  const found: Import[] = [];
  for (const name of names.filter((path) => path.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(path))) {
    const text = await readFile(join(src, name), 'utf8');
    for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      found.push({ from: name, to: relative(src, resolve(src, dirname(name), match[1] ?? '')) });
    }
  }
  return found;
}

describe('imports go downward only', () => {
  it('finds every folder of src/ in the table', async () => {
    const folders = (await readdir(src, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual(Object.keys(mayImport).sort());
  });

  it('keeps the layers: who can be read alone can be trusted alone', async () => {
    const wrong = (await imports()).filter(({ from, to }) => {
      const folder = from.split('/')[0] ?? '';
      const other = to.split('/')[0] ?? '';
      const isInFolder = from.includes('/');
      return isInFolder && other !== folder && to.includes('/') && !mayImport[folder]?.includes(other);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the protocols apart: one can be replaced without reading another', async () => {
    const wrong = (await imports()).filter(({ from, to }) => {
      const [layer, protocol] = from.split('/');
      const [otherLayer, other] = to.split('/');
      const isInProtocol = layer === 'protocols' && from.split('/').length > 2;
      return isInProtocol && otherLayer === 'protocols' && to.split('/').length > 2 && other !== protocol;
    });
    expect(wrong).toEqual([]);
  });

  it('has no folder for leftovers', async () => {
    const names = await readdir(src, { recursive: true });
    expect(names.filter((name) => /(^|\/)(utils?|common|helpers?|misc|types)(\.ts|\/|$)/.test(name))).toEqual(
      [],
    );
  });
});
