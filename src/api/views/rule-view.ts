import { z } from 'zod';
import type { RuleStatus } from '../../engine/daemon/daemon-face.js';
import { optionalTime, timeSchema, timeText } from './view-parts.js';

const triggerView = z.strictObject({
  trigger: z.string().describe('Which trigger of the rule'),
  kind: z.string(),
  state: z.enum(['ready', 'failing', 'off']),
  lastLookAt: timeSchema.optional(),
  failure: z
    .strictObject({ since: timeSchema, code: z.string(), message: z.string() })
    .optional()
    .describe('Why what it watches cannot be looked at'),
});

export const ruleView = z.strictObject({
  name: z.string(),
  description: z.string(),
  sentence: z.string().describe('The rule in one plain sentence'),
  state: z.enum(['active', 'shadow', 'paused', 'disabled']),
  revision: z.string(),
  file: z.string(),
  line: z.int(),
  triggers: z.array(triggerView),
  nextTimes: z.array(timeSchema).describe('When its schedules fire next'),
  pause: z.strictObject({ until: timeSchema.optional(), reason: z.string(), by: z.string() }).optional(),
  running: z.int().describe('Runs that are under way'),
  waiting: z.int().describe('Runs that wait for their turn'),
});

export function ruleData(status: RuleStatus): z.input<typeof ruleView> {
  const { pause, source } = status;
  return {
    name: status.name,
    description: status.description,
    sentence: status.sentence,
    state: ruleState(status),
    revision: status.revision,
    file: source.file,
    line: source.line,
    triggers: status.triggers.map(({ trigger, kind, state, lastLookMs, failure }) => ({
      trigger,
      kind,
      state,
      ...optionalTime('lastLookAt', lastLookMs),
      ...(failure === undefined
        ? {}
        : {
            failure: {
              since: timeText(failure.sinceMs),
              code: failure.errorCode,
              message: failure.message,
            },
          }),
    })),
    nextTimes: status.nextTimesMs.map(timeText),
    ...(pause === undefined
      ? {}
      : { pause: { ...optionalTime('until', pause.untilMs), reason: pause.reason, by: pause.by } }),
    running: status.running,
    waiting: status.waiting,
  };
}

function ruleState({ enabled, pause, shadow }: RuleStatus): z.infer<typeof ruleView>['state'] {
  if (!enabled) return 'disabled';
  if (pause !== undefined) return 'paused';
  return shadow ? 'shadow' : 'active';
}
