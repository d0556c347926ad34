import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { DaemonFace } from '../../engine/daemon/daemon-face.js';
import type { Metrics } from '../metrics/metrics.js';
import { outputJsonSchema } from '../json-schema.js';

const liveView = z.strictObject({ status: z.literal('ok') });

const readyView = z.strictObject({
  status: z.enum(['ok', 'failed']),
  checks: z
    .array(z.strictObject({ name: z.string(), isOk: z.boolean() }))
    .optional()
    .describe('With `verbose`; the words are in /v1/status, which needs a token'),
});

const readyQuery = z.strictObject({ verbose: z.enum(['', 'true', '1']).optional() });

/** For load balancers, containers and Prometheus. Nothing here depends on a partner. */
export function registerHealthRoutes(app: FastifyInstance, face: DaemonFace, metrics: Metrics): void {
  app.route({
    method: 'GET',
    url: '/livez',
    config: { role: 'open' },
    schema: {
      operationId: 'isAlive',
      summary: 'The process answers',
      security: [],
      response: { 200: outputJsonSchema(liveView) },
    },
    handler: async () => ({ status: 'ok' }),
  });
  app.route({
    method: 'GET',
    url: '/readyz',
    config: { role: 'open' },
    schema: {
      operationId: 'isReady',
      summary: 'Store, client log and settings are in order, and it does not drain',
      security: [],
      querystring: readyQuery,
      response: { 200: outputJsonSchema(readyView), 503: outputJsonSchema(readyView) },
    },
    handler: async (request, reply) => {
      const { verbose } = request.query as z.output<typeof readyQuery>;
      const checks = await face.health();
      const isReady = checks.every(({ isOk }) => isOk);
      const named = checks.map(({ name, isOk }) => ({ name, isOk }));
      return reply.code(isReady ? 200 : 503).send({
        status: isReady ? 'ok' : 'failed',
        ...(verbose === undefined ? {} : { checks: named }),
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { role: 'viewer' },
    schema: {
      operationId: 'getMetrics',
      summary: 'Metrics for Prometheus',
      description: 'Needs the role viewer. docs/reference/metrics.md has their names.',
      security: [{ token: [] }],
      response: { 200: { description: 'A page', content: { 'text/plain': { schema: { type: 'string' } } } } },
    },
    handler: async (_request, reply) => {
      const page = await metrics.page();
      return reply.type(metrics.contentType).send(page);
    },
  });
}
