import { z } from 'zod';
import { TransferError } from '../../core/transfer-error.js';
import type { ApiRoute } from '../api-route.js';
import { defineRoute } from '../api-route.js';
import { ruleData, ruleView } from '../views/rule-view.js';
import { lineText, nameText, queryTime } from '../views/view-parts.js';

const ruleParams = z.strictObject({ rule: nameText });
const oneRule = z.strictObject({ rule: ruleView });

const MAX_VALUES = 100;
const MAX_VALUE_LENGTH = 32_768;

const pauseBody = z.strictObject({
  reason: lineText(500),
  until: queryTime.optional().describe('Absent: until somebody resumes it'),
});

const runBody = z.strictObject({
  values: z
    .record(z.string().min(1).max(200), z.string().max(MAX_VALUE_LENGTH))
    .refine((values) => Object.keys(values).length <= MAX_VALUES, `at most ${MAX_VALUES} values`)
    .optional()
    .describe('Values by variable name without percent signs'),
  file: z.string().min(1).max(4096).optional().describe('As if a trigger had seen this file'),
});

export const RULE_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/rules',
    role: 'viewer',
    operation: 'listRules',
    summary: 'The rules in force, in the order of the file',
    answer: z.strictObject({ rules: z.array(ruleView) }),
    handle: async ({ face }) => ({ rules: face.rules.list().map(ruleData) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/rules/:rule',
    role: 'viewer',
    operation: 'getRule',
    summary: 'One rule: its sentence, triggers and next times',
    params: ruleParams,
    answer: oneRule,
    handle: async ({ face, params }) => ({
      rule: ruleData(face.rules.status(params.rule)),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/rules/:rule/pause',
    role: 'operator',
    operation: 'pauseRule',
    summary: 'No run of the rule begins until then; what is under way goes on',
    params: ruleParams,
    body: pauseBody,
    answer: oneRule,
    audit: {
      what: 'rule.pause',
      target: ({ params }) => params.rule,
      detail: ({ body }) => ({ reason: body.reason, untilMs: body.until }),
    },
    handle: async ({ face, params, body, caller }) => {
      if (body.until !== undefined && body.until <= face.platform.clock.now()) {
        throw refused(`the time until which ${params.rule} is to be paused has passed`);
      }
      await face.rules.pause(params.rule, {
        reason: body.reason,
        by: caller?.name ?? '-',
        ...(body.until === undefined ? {} : { untilMs: body.until }),
      });
      return { rule: ruleData(face.rules.status(params.rule)) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/rules/:rule/resume',
    role: 'operator',
    operation: 'resumeRule',
    summary: 'Ends the pause of a rule',
    params: ruleParams,
    answer: oneRule,
    audit: { what: 'rule.resume', target: ({ params }) => params.rule },
    handle: async ({ face, params, caller }) => {
      const wasPaused = await face.rules.resume(params.rule, caller?.name ?? '-');
      if (!wasPaused) throw refused(`${params.rule} is not paused`);
      return { rule: ruleData(face.rules.status(params.rule)) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/rules/:rule/run',
    role: 'operator',
    operation: 'runRule',
    summary: 'Makes a run of the rule now; it waits for its turn like any other',
    params: ruleParams,
    body: runBody,
    answer: z.strictObject({ run: z.int() }),
    status: 202,
    audit: {
      what: 'rule.run',
      target: ({ params }) => params.rule,
      detail: ({ body }) => ({ values: Object.keys(body.values ?? {}), file: body.file }),
    },
    handle: async ({ face, params, body, caller }) => {
      const run = await face.runs.create({
        rule: params.rule,
        values: body.values ?? {},
        ...(body.file === undefined ? {} : { file: body.file }),
        by: caller?.name ?? '-',
      });
      return { run };
    },
  }),
];

function refused(message: string): TransferError {
  return new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'rule',
    message,
    side: 'us',
    advice: 'See how the rule stands: tally rules list',
  });
}
