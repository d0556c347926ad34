/**
 * Writes what the page of `tally log report` carries, scripts and style, into one module, with the hashes that its
 * Content-Security-Policy names. Run it after a change below src/log-tools/report/; a test says when it was forgotten.
 *
 *   node scripts/build-report-page.mjs
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const projectFolder = resolve(import.meta.dirname, '..');
const reportFolder = join(projectFolder, 'src', 'log-tools', 'report');

/** Where the module stands. */
export const assetsFile = join(reportFolder, 'view', 'page-assets.ts');

/** In the order in which one overrides another. */
const styles = ['theme', 'page', 'controls', 'summary', 'chart', 'lists', 'heat-map', 'narrow', 'print'];

/** The text of the module, from the sources as they are. */
export async function pageAssets() {
  const script = await bundled('client/main.ts');
  const themeScript = await bundled('client/theme-start.ts');
  const style = styles
    .map((name) => readFileSync(join(reportFolder, 'client', 'style', `${name}.css`), 'utf8'))
    .join('\n');
  return `/** Made by scripts/build-report-page.mjs from src/log-tools/report/; not to be edited. */

/** A script or a style, and its hash as a Content-Security-Policy names it. */
export interface PageAsset {
  readonly text: string;
  readonly hash: string;
}

/** Runs at the end of the page. */
export const PAGE_SCRIPT: PageAsset = ${assetCode(script)};

/** Runs in the head. */
export const THEME_SCRIPT: PageAsset = ${assetCode(themeScript)};

export const PAGE_STYLE: PageAsset = ${assetCode(style)};
`;
}

async function bundled(name) {
  const { outputFiles } = await build({
    entryPoints: [join(reportFolder, name)],
    absWorkingDir: projectFolder,
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: ['es2022'],
    charset: 'utf8',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

function assetCode(text) {
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error('the text would end its own element');
  const hash = `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const lines = text.split('\n').map((line) => `    ${JSON.stringify(line)},\n`);
  return `{\n  hash: '${hash}',\n  text: [\n${lines.join('')}  ].join('\\n'),\n}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(assetsFile, await pageAssets());
