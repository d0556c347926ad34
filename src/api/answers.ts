import type { z } from 'zod';
import type { reloadView, statusView } from './routes/daemon-routes.js';
import type { retryPlanView } from './routes/run-routes.js';
import type { alarmView, quarantineView, tokenView } from './views/keeping-view.js';
import type { ruleView } from './views/rule-view.js';
import type { runView, stepView } from './views/run-view.js';
import type { transferView } from './views/transfer-view.js';

/** What the API answers, as its clients see it. */
export type StatusJson = z.output<typeof statusView>;
export type ReloadJson = z.output<typeof reloadView>;
export type RetryPlanJson = z.output<typeof retryPlanView>;
export type RuleJson = z.output<typeof ruleView>;
export type RunJson = z.output<typeof runView>;
export type StepJson = z.output<typeof stepView>;
export type TransferJson = z.output<typeof transferView>;
export type AlarmJson = z.output<typeof alarmView>;
export type QuarantinedJson = z.output<typeof quarantineView>;
export type TokenJson = z.output<typeof tokenView>;

/** One run with all that is kept of it. */
export interface WholeRunJson {
  readonly run: RunJson;
  readonly steps: readonly StepJson[];
  readonly transfers: readonly TransferJson[];
}
