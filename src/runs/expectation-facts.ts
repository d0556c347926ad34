import { baseNameOf } from '../client-log/log-paths.js';
import { counted } from '../core/counted.js';
import { errorFacts, type Side } from '../core/error-codes.js';
import type { Step } from '../rules/actions/action.js';
import type { FilesExpectation } from '../rules/expectation-times.js';
import type { Rule } from '../rules/rule.js';
import type { AttemptRecord } from '../store/transfer-store.js';
import type { RunRecord } from '../store/run-store.js';
import type { Store } from '../store/store.js';
import { dosMatcher } from '../transfers/wildcard.js';
import type { ActionDetail } from './step-detail.js';

type FactStore = Pick<Store, 'runs' | 'transfers'>;

/** Different files that the rule transferred since then and that fit the masks; counting ends at `atLeast`. */
export async function countFiles(
  store: FactStore,
  rule: string,
  { masks, atLeast }: FilesExpectation,
  sinceMs: number,
): Promise<number> {
  const fits = masks.map(dosMatcher);
  const found = new Set<string>();
  for await (const run of runsSince(store, rule, sinceMs)) {
    if (run.filesSucceeded === 0 && run.endedMs !== undefined) continue;
    for (const attempt of await store.transfers.ofRun(run.id)) {
      if (!attempt.succeeded || attempt.endedMs < sinceMs || !isOne(attempt, fits)) continue;
      found.add(attempt.operation === 'upload' ? attempt.localPath : attempt.remotePath);
      if (found.size >= atLeast) return found.size;
    }
  }
  return found.size;
}

/** A file counts under the name that it had, and under the one that it got. */
function isOne(
  { localPath, remotePath }: AttemptRecord,
  fits: readonly ((name: string) => boolean)[],
): boolean {
  const names = [baseNameOf(localPath), baseNameOf(remotePath)];
  return fits.length === 0 || fits.some((fit) => names.some(fit));
}

/** A run may have been made long before its files were moved: it waited for a partner, or for its turn. */
const LONGEST_RUN_MS = 7 * 86_400_000;
const PAGE = 200;

async function* runsSince(store: FactStore, rule: string, sinceMs: number): AsyncGenerator<RunRecord> {
  const filter = { rule, sinceMs: sinceMs - LONGEST_RUN_MS, limit: PAGE };
  let page = await store.runs.list(filter);
  while (page.length > 0) {
    for (const run of page) if ((run.endedMs ?? Infinity) >= sinceMs) yield run;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    page = await store.runs.list({ ...filter, beforeId: last.id });
  }
}

/** Why nothing came, and who must act. */
export interface MissingFacts {
  readonly side: Side;
  /** A sentence. */
  readonly text: string;
}

/** What the runs since then say. */
export async function whyMissing(store: FactStore, rule: Rule, sinceMs: number): Promise<MissingFacts> {
  const runs = await store.runs.list({ rule: rule.name, sinceMs, limit: PAGE });
  const side = isFromPartner(rule) ? 'partner' : 'us';
  const failed = runs.find(({ state }) => state === 'failed');
  if (failed !== undefined) {
    return {
      side: await sideOf(store, failed),
      text: `Run ${failed.id} failed: ${failed.reason ?? 'no reason was kept'}.`,
    };
  }
  const open = runs.find(({ state }) => state === 'waiting' || state === 'running');
  if (open !== undefined) {
    const reason = open.reason === undefined ? '' : `: ${open.reason}`;
    return { side: 'us', text: `Run ${open.id} has not ended (${open.state}${reason}).` };
  }
  const done = runs.filter(({ state }) => state === 'succeeded');
  if (done.length > 0) {
    const files = done.reduce((sum, { filesSucceeded }) => sum + filesSucceeded, 0);
    return { side, text: `${counted(done.length, 'run')} succeeded, with ${counted(files, 'file')} in all.` };
  }
  return { side, text: 'No run of the rule was made in that time.' };
}

/** As the step that failed has it: of one and the same code it may be ours, where the place is local, or the partner's. */
async function sideOf({ runs }: FactStore, { id, errorCode }: RunRecord): Promise<Side> {
  if (errorCode === undefined) return 'us';
  const failures = (await runs.steps(id)).map(({ detail }) => (detail as ActionDetail | undefined)?.failure);
  return failures.find((failure) => failure?.code === errorCode)?.side ?? errorFacts(errorCode).side;
}

/** True where a partner's files are fetched, or a partner calls. */
function isFromPartner({ triggers, steps }: Rule): boolean {
  return triggers.some(({ kind }) => kind === 'remote' || kind === 'webhook') || hasDownload(steps);
}

function hasDownload(steps: readonly Step[]): boolean {
  return steps.some((step) => {
    switch (step.kind) {
      case 'action':
        return step.action.kind === 'download';
      case 'branch':
        return hasDownload(step.then) || hasDownload(step.otherwise);
      case 'loop':
        return hasDownload(step.steps);
    }
  });
}
