import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file below the folder with its text, temporary ones too; an empty folder as `name/`. */
export async function contentBelow(folder: string, above = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(join(folder, above), { withFileTypes: true })) {
    const name = above === '' ? entry.name : `${above}/${entry.name}`;
    if (entry.isDirectory()) {
      const inner = await contentBelow(folder, name);
      if (Object.keys(inner).length === 0) found[`${name}/`] = '';
      Object.assign(found, inner);
    } else if (entry.isSymbolicLink()) found[name] = 'a link';
    else found[name] = await readFile(join(folder, name), 'latin1');
  }
  return found;
}
