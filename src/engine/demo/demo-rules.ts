import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunState } from '../../store/run-store.js';

/** A rule of the demo, and what must come of its runs. */
export interface DemoRule {
  readonly name: string;
  readonly title: string;
  readonly runs: number;
  readonly state: RunState;
}

/** In the order in which their stories are shown. */
export const DEMO_RULES: readonly DemoRule[] = [
  { name: 'send-orders', title: 'moves what arrives in a folder', runs: 2, state: 'succeeded' },
  { name: 'fetch-catalogue', title: "looks into a partner's folder", runs: 1, state: 'succeeded' },
  { name: 'send-invoices', title: 'its partner is down: "if failed" runs', runs: 1, state: 'failed' },
  { name: 'tell-sales', title: 'a shadow rule: only says what it would do', runs: 1, state: 'succeeded' },
];

/** The rules as they stand in the demo's `tallyman.yaml`. */
export const DEMO_RULES_TEXT = `
api: { enabled: false }
rules:
  send-orders:                      # a file of the folder goes once its copy is proven
    on: { folder: { path: ./rules/orders, include: ["*.xml"], settle: 100ms, sweep: 1s } }
    when: { size: { min: 1 } }
    do:
      - move: { from: "%FS.PATH%", to: "demo-sftp:/in/%FS.FILE_NAME%" }
  fetch-catalogue:
    on: { remote: { from: "demo-ftpes:/out/*.csv", every: 1m, settle: 0s } }
    roots: [./rules]
    do:
      - download: { from: "demo-ftpes:/out/%FS.FILE_NAME%", to: ./rules/fetched/ }
  send-invoices:
    on: { folder: { path: ./rules/invoices, settle: 100ms, sweep: 1s } }
    roots: [./rules]
    do:
      - copy: { from: "%FS.PATH%", to: "demo-down:/in/%FS.FILE_NAME%" }
        ifFailed:
          - move: { from: "%FS.PATH%", to: ./rules/unsent/ }
  tell-sales:
    shadow: true
    on: { afterRule: fetch-catalogue }
    do:
      - http: { url: "https://sales.example/news", body: "a new catalogue is there" }
`;

/** The folders that the rules watch, with something in them. */
export async function fillRuleFolders(folder: string): Promise<void> {
  const rules = join(folder, 'rules');
  for (const name of ['orders', 'invoices', 'fetched', 'unsent']) {
    await mkdir(join(rules, name), { recursive: true });
  }
  await writeFile(join(rules, 'orders', 'order 4712.xml'), '<order number="4712"/>\n');
  await writeFile(join(rules, 'orders', 'order 4713.xml'), '<order number="4713"/>\n');
  await writeFile(join(rules, 'orders', 'notes.txt'), 'no order: this one stays\n');
  await writeFile(join(rules, 'invoices', 'invoice 99.pdf'), 'an invoice\n');
}
