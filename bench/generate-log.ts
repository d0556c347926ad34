/**
 * Makes a client log like those of a busy year: about sixty partners, every protocol and table of codes, outages, nine
 * and ten columns, and a share of lines that no reader likes. The same flags make the same bytes.
 *
 *   npx tsx bench/generate-log.ts --lines 5000000 --seed 1 --out FILE     one file, about 680 MB
 *   npx tsx bench/generate-log.ts --days 30 --out FOLDER                  one cl[yymmdd].log a day
 *
 * More: --start 2026-05-01, --span DAYS (of one file; default 30), --columns 9|10|mixed (default mixed: one in ten has
 * nine), --hostile RATE (default 0.005), --partners N, --json (what stands in it, as JSON on stdout).
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  DEFAULT_SHAPE,
  NEEDLE,
  NEEDLE_LINES,
  generateLines,
  type LogShape,
  type LogTruth,
} from './log-generator/generate-lines.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    lines: { type: 'string', default: String(DEFAULT_SHAPE.lines) },
    seed: { type: 'string', default: String(DEFAULT_SHAPE.seed) },
    start: { type: 'string', default: DEFAULT_SHAPE.start },
    span: { type: 'string', default: String(DEFAULT_SHAPE.days) },
    days: { type: 'string' },
    partners: { type: 'string', default: String(DEFAULT_SHAPE.partners) },
    columns: { type: 'string', default: DEFAULT_SHAPE.columns },
    hostile: { type: 'string', default: String(DEFAULT_SHAPE.hostileRate) },
    json: { type: 'boolean', default: false },
  },
});

function numberOf(flag: string, text: string): number {
  const number = Number(text);
  if (text !== '' && number >= 0) return number;
  throw new RangeError(`--${flag} needs a number, not "${text}"`);
}

function columnsOf(text: string): LogShape['columns'] {
  if (text === '9' || text === '10' || text === 'mixed') return text;
  throw new RangeError(`--columns is 9, 10 or mixed, not "${text}"`);
}

function shapeOf(): LogShape {
  return {
    lines: numberOf('lines', values.lines),
    seed: numberOf('seed', values.seed),
    start: values.start,
    days: numberOf('days', values.days ?? values.span),
    partners: numberOf('partners', values.partners),
    columns: columnsOf(values.columns),
    hostileRate: numberOf('hostile', values.hostile),
  };
}

/** Writes one file, or with `isFolder` one a day. */
function writeLog(out: string, shape: LogShape): LogTruth {
  const isFolder = values.days !== undefined;
  if (isFolder) mkdirSync(out, { recursive: true });
  const pieces = generateLines(shape);
  let name = '';
  let file: number | undefined;
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) {
      if (file !== undefined) closeSync(file);
      return piece.value;
    }
    const wanted = isFolder ? join(out, `cl${piece.value.day.slice(2)}.log`) : out;
    if (file === undefined || wanted !== name) {
      if (file !== undefined) closeSync(file);
      file = openSync(wanted, 'w');
      name = wanted;
    }
    writeWhole(file, piece.value.bytes);
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(file, bytes, written);
}

function summaryOf(truth: LogTruth, seconds: number): string {
  const rows = [
    ['lines', truth.lines],
    ['bytes', truth.bytes],
    ['bytes a line', (truth.bytes / Math.max(1, truth.lines)).toFixed(1)],
    ['records', truth.kinds.record],
    ['  of nine columns', truth.nineColumns],
    ['  failed', truth.failed],
    ['  different codes', truth.byCode.size],
    ['headers', truth.kinds.header],
    ['blank', truth.kinds.blank],
    ['malformed', truth.kinds.malformed],
    [`lines with ${NEEDLE}`, NEEDLE_LINES],
    ...Object.entries(truth.oddities).map(([name, count]) => [`odd: ${name}`, count]),
    ['seconds', seconds.toFixed(1)],
  ];
  return rows.map(([name, value]) => `${String(name).padEnd(32)}${value}\n`).join('');
}

if (values.out === undefined) throw new RangeError('--out FILE is missing (with --days: a folder)');
const started = performance.now();
const truth = writeLog(values.out, shapeOf());
process.stdout.write(
  values.json
    ? `${JSON.stringify({ ...truth, byCode: Object.fromEntries(truth.byCode), needle: { name: NEEDLE, lines: NEEDLE_LINES } })}\n`
    : summaryOf(truth, (performance.now() - started) / 1000),
);
