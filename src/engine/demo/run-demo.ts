import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FlagValue } from '../../settings/given-settings.js';
import { startDemoPartners, type DemoPartners } from '../../simulator/demo-partners.js';
import type { BatchResult } from '../../transfers/batch-request.js';
import { runOneShotTransfer, type TransferOrder, type TransferReport } from '../one-shot-transfer.js';
import { readSettings, type Surroundings } from '../surroundings.js';
import { runDemoRules, type DemoRulesReport } from './run-demo-rules.js';
import { DEMO_CONNECTIONS, fillDemoFolder, makeDemoFolder } from './demo-folder.js';

/** One thing that the demo does, as the same command line would do it. */
export interface DemoStep {
  readonly section: 'push' | 'pull' | 'fail';
  readonly title: string;
  readonly order: TransferOrder;
  readonly flags: Readonly<Record<string, FlagValue | undefined>>;
  /** What must come of it; the demo fails otherwise. */
  readonly expected: 'success' | { readonly lastCode: number };
}

/** What the demo tells while it runs, in this order: partners, steps, rules, log. */
export interface DemoListener {
  partners(folder: string, partners: DemoPartners): void;
  /** `isExpected` false = something that should not happen did. */
  step(step: DemoStep, report: TransferReport, isExpected: boolean): void;
  rules(report: DemoRulesReport): void;
  log(file: string, lines: readonly string[]): void;
}

export interface DemoOptions {
  /** A new temporary folder when undefined. */
  readonly folder: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Starts partners on loopback, moves real files to and from them with the ordinary engine, lets a daemon run a few
 * rules, and stops all of it. The folder stays. Resolves with whether everything went as it should.
 */
export async function runDemo(
  options: DemoOptions,
  surroundings: Surroundings,
  listener: DemoListener,
): Promise<boolean> {
  const folder = await makeDemoFolder(options.folder);
  const partners = await startDemoPartners(folder);
  let isFine = true;
  try {
    await fillDemoFolder(folder, partners);
    listener.partners(folder, partners);
    for (const step of demoSteps()) {
      if (options.signal.aborted) return false;
      const report = await runStep(step, folder, surroundings, options.signal);
      const isExpected = wentAsExpected(step, report.result);
      isFine &&= isExpected;
      listener.step(step, report, isExpected);
    }
    const report = await runDemoRules(withinDemo(folder, surroundings), options.signal);
    if (options.signal.aborted) return false;
    isFine &&= report.rules.every(({ isExpected }) => isExpected);
    listener.rules(report);
  } finally {
    await partners.stop();
  }
  for (const file of await logFiles(join(folder, 'logs'))) {
    listener.log(
      file,
      (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => line !== ''),
    );
  }
  return isFine;
}

function* demoSteps(): Iterable<DemoStep> {
  for (const { name, title } of DEMO_CONNECTIONS) {
    const order = { verb: 'copy', source: 'outbox/*', destination: `${name}:/in/` } as const;
    yield { section: 'push', title, order, flags: {}, expected: 'success' };
  }
  for (const { name, title } of DEMO_CONNECTIONS) {
    const order = { verb: 'download', source: `${name}:/out/*.csv`, destination: `inbox/${name}/` } as const;
    yield { section: 'pull', title, order, flags: {}, expected: 'success' };
  }
  const fail = (title: string, order: TransferOrder, lastCode: number, flags: DemoStep['flags'] = {}) =>
    ({ section: 'fail', title, order, flags, expected: { lastCode } }) as const;
  const push = (connection: string) =>
    ({ verb: 'copy', source: 'outbox/photos.zip', destination: `${connection}:/in/` }) as const;
  const wrong = { passwordFile: 'secrets/wrong-password' };
  yield fail('A wrong password, FTP', push('demo-ftp'), 530, wrong);
  yield fail('A wrong password, SFTP', push('demo-sftp'), 3, wrong);
  yield fail('Nobody listens', push('demo-down'), 10_061);
  const missing = { verb: 'download', source: 'demo-ftp:/out/orders.xml', destination: 'inbox/' } as const;
  yield fail('A file that is not there', missing, 550);
}

/** With the demo's own settings only: whatever the user has set up elsewhere stays out of it. */
function withinDemo(folder: string, surroundings: Surroundings): Surroundings {
  return { ...surroundings, workFolder: folder, environment: {}, prompt: undefined };
}

async function runStep(
  step: DemoStep,
  folder: string,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<TransferReport> {
  const within = withinDemo(folder, surroundings);
  const inForce = await readSettings(step.flags, within);
  return runOneShotTransfer(step.order, inForce, within, { signal });
}

function wentAsExpected({ expected }: DemoStep, result: BatchResult): boolean {
  const error = result.stoppedBy ?? result.failures[0]?.error;
  if (expected === 'success') return error === undefined && result.succeeded > 0 && result.failed === 0;
  return error?.lastCode === expected.lastCode;
}

async function logFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^cl\d{6}\.log$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
