/**
 * Compiles kernel/ to WebAssembly and writes it as a module of src/, so that the command, the library and the tests
 * load it like any other: `node scripts/compile-kernel.mjs`. A test holds the module to the sources.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const project = resolve(import.meta.dirname, '..');
export const kernelModule = join(project, 'src/engine/log-files/scan-kernel-bytes.ts');

/** The text of the module. Rejects with the compiler's messages. */
export async function compileKernel() {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes;
  const { error, stderr } = await asc.main(
    ['kernel/index.ts', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '-o', 'kernel.wasm'],
    {
      readFile: (name, folder) => readIfThere(join(project, folder, name)),
      listFiles: () => [],
      writeFile: (_name, contents) => (bytes = contents),
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return moduleText(Buffer.from(bytes));
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
}

function moduleText(bytes) {
  const lines = bytes.toString('base64').match(/.{1,100}/g) ?? [];
  return [
    '/** Made from kernel/ by `node scripts/compile-kernel.mjs`. Do not edit. */',
    'export const SCAN_KERNEL =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(kernelModule, await compileKernel());
}
