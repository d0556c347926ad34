import { nameUnknown } from '../../core/name-unknown.js';
import { z } from 'zod';
import type { TransferError } from '../../core/transfer-error.js';
import type { DaemonFace } from '../../engine/daemon/daemon-face.js';
import { readStory } from '../../runs/run-story.js';
import type { RunRecord } from '../../store/run-store.js';
import { defineRoute, type ApiRoute } from '../api-route.js';
import { RUN_STATES, runData, runView, stepData, stepView } from '../views/run-view.js';
import { transferData, transferView } from '../views/transfer-view.js';
import {
  nameText,
  nextCursor,
  pageOf,
  pageQuery,
  pageRows,
  queryInteger,
  queryTime,
} from '../views/view-parts.js';

const runParams = z.strictObject({ run: queryInteger(1, Number.MAX_SAFE_INTEGER) });

const stateList = z
  .string()
  .max(100)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(RUN_STATES)))
  .meta({ description: `Parted by commas: ${RUN_STATES.join(', ')}` });

/** Plain data of `runs/run-story.ts`, which says what each of it means. */
export const storyView = z
  .looseObject({
    run: z.int(),
    rule: z.string(),
    state: z.enum(RUN_STATES),
    sentence: z.string(),
    next: z.array(z.strictObject({ text: z.string(), command: z.string() })),
    steps: z.array(
      z.looseObject({
        path: z.string(),
        kind: z.string(),
        title: z.string(),
        state: z.string(),
        text: z.string(),
      }),
    ),
  })
  .describe('Times are milliseconds since 1970');

const deliveryPair = z.strictObject({ source: z.string(), target: z.string() });

export const retryPlanView = z.strictObject({
  run: z.int(),
  rule: z.string(),
  fromStep: z.string().describe('Way of the first step that is done again'),
  sentTwice: z
    .array(deliveryPair.extend({ reason: z.string() }))
    .describe('What is sent once more though it was, or may have been, delivered'),
  notSent: z.array(deliveryPair).describe('What is delivered and left alone'),
  text: z.array(z.string()),
});

export const RUN_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/runs',
    role: 'viewer',
    operation: 'listRuns',
    summary: 'Runs, newest first',
    query: z.strictObject({
      rule: nameText.optional(),
      state: stateList.optional(),
      since: queryTime.optional().describe('Made at this time or later'),
      until: queryTime.optional().describe('Made before this time'),
      ...pageQuery,
    }),
    answer: z.strictObject({ runs: z.array(runView), ...nextCursor }),
    handle: async ({ face, query }) => {
      const { rule, state, since, until } = query;
      const found = await face.store.runs.list({
        ...pageOf(query),
        ...(rule === undefined ? {} : { rule }),
        ...(state === undefined ? {} : { states: state }),
        ...(since === undefined ? {} : { sinceMs: since }),
        ...(until === undefined ? {} : { untilMs: until }),
      });
      const { rows, cursor } = pageRows(found, query);
      return { runs: rows.map(runData), ...cursor };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/runs/:run',
    role: 'viewer',
    operation: 'getRun',
    summary: 'One run with its steps and the attempts at its files',
    params: runParams,
    answer: z.strictObject({
      run: runView,
      steps: z.array(stepView),
      transfers: z.array(transferView),
    }),
    handle: async ({ face, params }) => {
      const run = await existingRun(face, params.run);
      const [steps, attempts] = await Promise.all([
        face.store.runs.steps(run.id),
        face.store.transfers.ofRun(run.id),
      ]);
      return {
        run: runData(run),
        steps: steps.map(stepData),
        transfers: attempts.map(transferData),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/runs/:run/story',
    role: 'viewer',
    operation: 'tellRun',
    summary: 'One run as a story: what fired, what was decided and why, what was done, what may be done next',
    params: runParams,
    answer: z.strictObject({ story: storyView }),
    handle: async ({ face, params }) => {
      const story = await readStory(face.store, params.run);
      if (story === undefined) throw noRun(params.run);
      const { next, steps, ...facts } = story;
      return {
        story: {
          ...facts,
          next: next.map((each) => ({ ...each })),
          steps: steps.map((each) => ({ ...each })),
        },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/runs/:run/cancel',
    role: 'operator',
    operation: 'cancelRun',
    summary: 'Asks a run to stop after what is under way; leaves the file of a failed one unsent',
    params: runParams,
    answer: z.strictObject({ outcome: z.enum(['asked', 'ended', 'left']) }),
    status: 202,
    audit: { what: 'run.cancel', target: ({ params }) => String(params.run) },
    handle: async ({ face, params, caller }) => ({
      outcome: await face.runs.cancel(params.run, caller?.name ?? '-'),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/runs/:run/retry-plan',
    role: 'viewer',
    operation: 'planRetry',
    summary: 'What a retry of a run would do, and what it would send twice; changes nothing',
    params: runParams,
    answer: retryPlanView,
    handle: async ({ face, params }) => {
      const { run, rule, fromStep, sentTwice, notSent, text } = await face.runs.retryPlan(params.run);
      return {
        run,
        rule,
        fromStep,
        sentTwice: sentTwice.map((each) => ({ ...each })),
        notSent: notSent.map((each) => ({ ...each })),
        text: [...text],
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/runs/:run/retry',
    role: 'operator',
    operation: 'retryRun',
    summary: 'Re-runs what failed, from the failed step on, as a new run',
    params: runParams,
    answer: z.strictObject({ run: z.int().describe('The new one') }),
    status: 202,
    audit: { what: 'run.retry', target: ({ params }) => String(params.run) },
    handle: async ({ face, params, caller }) => ({
      run: await face.runs.retry(params.run, caller?.name ?? '-'),
    }),
  }),
];

/** Rejects with NOT_FOUND. */
async function existingRun({ store }: Pick<DaemonFace, 'store'>, id: number): Promise<RunRecord> {
  const run = await store.runs.get(id);
  if (run === undefined) throw noRun(id);
  return run;
}

/** NOT_FOUND for the number of a run. */
export function noRun(id: number): TransferError {
  return nameUnknown(`there is no run ${id}`, 'tally runs list shows those that are kept.');
}
