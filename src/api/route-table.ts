import type { ApiRoute } from './api-route.js';
import { DAEMON_ROUTES } from './routes/daemon-routes.js';
import { KEEPING_ROUTES } from './routes/keeping-routes.js';
import { PARTNER_ROUTES } from './routes/partner-routes.js';
import { RULE_ROUTES } from './routes/rule-routes.js';
import { RUN_ROUTES } from './routes/run-routes.js';
import { TRANSFER_ROUTES } from './routes/transfer-routes.js';

/** The routes that take and give JSON, in the order of the reference page. */
export const API_ROUTES: readonly ApiRoute[] = [
  ...DAEMON_ROUTES,
  ...RULE_ROUTES,
  ...RUN_ROUTES,
  ...TRANSFER_ROUTES,
  ...PARTNER_ROUTES,
  ...KEEPING_ROUTES,
];
