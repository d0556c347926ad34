import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';

const project = join(import.meta.dirname, '../..');
const compiler = join(project, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);

async function compile(folder: string, config: object): Promise<void> {
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await run(process.execPath, [compiler, '-p', folder]).catch((error: unknown) => {
    const { stdout } = error as { stdout: string };
    throw new Error(`the compiler refuses: ${stdout}`);
  });
}

/** Builds `tallyman/client-log` alone, as the package holds it, into the `node_modules` of a folder. */
async function installPackage(folder: string): Promise<void> {
  const home = join(folder, 'node_modules/tallyman');
  await mkdir(home, { recursive: true });
  const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const { name, version, type, exports, sideEffects } = manifest;
  await writeFile(join(home, 'package.json'), JSON.stringify({ name, version, type, exports, sideEffects }));
  await compile(home, {
    extends: join(project, 'tsconfig.build.json'),
    compilerOptions: {
      rootDir: join(project, 'src'),
      outDir: join(home, 'dist'),
      incremental: false,
      tsBuildInfoFile: null,
      typeRoots: [join(project, 'node_modules/@types')],
    },
    include: [],
    files: [join(project, 'src/client-log/index.ts')],
  });
}

/** The programs of the reference page. */
async function programs(): Promise<readonly string[]> {
  const page = await readFile(join(project, 'docs/reference/client-log.md'), 'utf8');
  return [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, program = '']) => program);
}

/** What the page says that the first of them prints. */
async function shownOutput(): Promise<string | undefined> {
  const page = await readFile(join(project, 'docs/reference/client-log.md'), 'utf8');
  return /It prints:\n\n```\n([^]*?)```/.exec(page)?.[1];
}

it('compiles and runs the programs of the reference page against tallyman/client-log as it is built', async () => {
  const folder = await temporaryFolder();
  await installPackage(folder);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const all = await programs();
  for (const [index, program] of all.entries()) await writeFile(join(folder, `program${index}.ts`), program);
  // As a browser's project has it: no types of Node.
  const lib = ['ES2023', 'DOM'];
  const options = { target: 'ES2022', lib, module: 'NodeNext', strict: true, skipLibCheck: true, types: [] };
  await compile(folder, { compilerOptions: options, include: ['*.ts'] });
  const outputs: string[] = [];
  for (const index of all.keys()) {
    outputs.push((await run(process.execPath, [join(folder, `program${index}.js`)])).stdout);
  }
  expect(outputs[0]).toBe(await shownOutput());
  expect(outputs[1]).toContain('; download; 226; 0;');
});
