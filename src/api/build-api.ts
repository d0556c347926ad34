import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';
import type { DaemonFace } from '../engine/daemon/daemon-face.js';
import { guardRoutes } from './access/admission.js';
import { Doorkeeper } from './access/doorkeeper.js';
import { LockOut } from './access/lock-out.js';
import { RefusalAudit } from './access/refusal-audit.js';
import { ApiRefusal } from './api-refusal.js';
import { EventFeed } from './events/event-feed.js';
import { refusalOfFastify } from './fastify-refusal.js';
import { Metrics } from './metrics/metrics.js';
import { OPENAPI_HEAD, schemasForDocument } from './openapi-document.js';
import { problemOf } from './problem.js';
import { registerRoute } from './register-route.js';
import { API_ROUTES } from './route-table.js';
import { registerEventRoute } from './routes/event-route.js';
import { registerHealthRoutes } from './routes/health-routes.js';
import { registerHookRoute } from './routes/hook-route.js';
import { securityHeaders } from './security-headers.js';

export const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_LIMIT_MS = 30_000;
const MAX_PATH_PART = 600;

export interface ApiOptions {
  /** SHA-256 of the token that commands on this machine use, hex. */
  readonly localTokenHash: string;
  readonly tls?: { readonly certificate: Buffer; readonly key: Buffer };
  /** Also the metrics of Node and the process. */
  readonly withProcessMetrics: boolean;
  /** Hears of what was not foreseen. */
  readonly report: (failure: ApiFailure) => void;
}

export interface ApiFailure {
  readonly requestId: string;
  /** Method and pattern of the route. */
  readonly target: string;
  readonly error: unknown;
}

/** The API around a daemon, ready to listen. Closing it ends streams and forgets the listeners, not the daemon. */
export async function buildApi(face: DaemonFace, options: ApiOptions): Promise<FastifyInstance> {
  const app = newApp(face, options);
  await app.register(swagger, { openapi: OPENAPI_HEAD, transform: schemasForDocument });
  const refusals = new RefusalAudit(face.store.access, face.platform.clock, (error) =>
    options.report({ requestId: '-', target: 'audit', error }),
  );
  const door = new Doorkeeper({
    access: face.store.access,
    clock: face.platform.clock,
    lockOut: new LockOut(face.platform.clock),
    refusals,
    localTokenHash: options.localTokenHash,
  });
  guardRoutes(app, face, door);
  answerFailures(app, options);
  const feed = new EventFeed(face.live, face.startedMs);
  const metrics = new Metrics(face, {
    withProcess: options.withProcessMetrics,
    certificate: options.tls?.certificate,
  });
  app.addHook('onClose', async () => {
    feed.close();
    metrics.close();
  });
  registerHealthRoutes(app, face, metrics);
  registerDocument(app);
  for (const route of API_ROUTES) registerRoute(app, route, { face, report: options.report });
  registerEventRoute(app, { face, feed, door });
  await registerHookRoute(app, face, refusals);
  await metrics.begin();
  await app.ready();
  return app;
}

function newApp(face: DaemonFace, { tls }: ApiOptions): FastifyInstance {
  const { trustedProxies } = face.book().api;
  const limits = { maxHeaderSize: 16 * 1024, headersTimeout: REQUEST_LIMIT_MS };
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_LIMIT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    genReqId: () => face.platform.random.token(12),
    routerOptions: { maxParamLength: MAX_PATH_PART },
    ...(tls === undefined
      ? { http: limits }
      : { https: { ...limits, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' } }),
  }) as unknown as FastifyInstance;
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(({ schema }) => {
    return (data: unknown) => checked(schema as z.ZodType, data);
  });
  app.addHook('onSend', async (request, reply) => {
    void reply.headers(securityHeaders(request.protocol === 'https'));
  });
  return app;
}

function checked(schema: z.ZodType, data: unknown): { value: unknown } | { error: ApiRefusal } {
  const result = schema.safeParse(data);
  if (result.success) return { value: result.data };
  const problems = result.error.issues.map(({ path, message }) => {
    const place = path.map(String).join('.');
    return printable(place === '' ? message : `${place}: ${message}`, 300);
  });
  const message = 'the request does not have the form that this route takes';
  return { error: new ApiRefusal({ code: 'REQUEST_INVALID', status: 400, message, problems }) };
}

function registerDocument(app: FastifyInstance): void {
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { role: 'viewer' },
    schema: {
      operationId: 'getDocument',
      summary: 'This API as an OpenAPI document',
      description: 'Needs the role viewer.',
      security: [{ token: [] }],
      response: {
        200: { description: 'The document', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
    handler: async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  });
}

function answerFailures(app: FastifyInstance, { report }: ApiOptions): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = thrown instanceof TransferError ? thrown : (refusalOfFastify(thrown) ?? thrown);
    return answerFailure(error, request, reply, report);
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new ApiRefusal({
      code: 'NOT_FOUND',
      status: 404,
      message: `there is no ${request.method} ${printable(request.url.split('?')[0] ?? '', 200)}`,
      advice: 'docs/reference/rest-api.md lists the routes.',
    });
    return answerFailure(error, request, reply, report);
  });
}

function answerFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  report: ApiOptions['report'],
): FastifyReply {
  const problem = problemOf(error, request.id);
  if (problem.status >= 500) {
    const { method, url } = request.routeOptions;
    report({ requestId: request.id, target: `${String(method)} ${url ?? '-'}`, error });
  }
  if (error instanceof ApiRefusal) void reply.headers(error.headers);
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
