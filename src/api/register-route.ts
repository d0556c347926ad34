import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { DaemonFace } from '../engine/daemon/daemon-face.js';
import { peerOf } from './access/peer.js';
import type { ApiRoute, RouteCall } from './api-route.js';
import { outputJsonSchema } from './json-schema.js';
import { problemSchema } from './problem.js';
import { versioned } from './views/view-parts.js';

/** Registers one route of the table: its schemas check what comes, and only what its answer declares goes out. */
export function registerRoute(app: FastifyInstance, route: ApiRoute, face: DaemonFace): void {
  const { method, path, role, operation, summary, params, query, body, audit } = route;
  const status = route.status ?? 200;
  app.route({
    method,
    url: path,
    config: { role },
    schema: {
      operationId: operation,
      summary,
      description: `Needs the role ${role}.`,
      security: [{ token: [] }],
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: {
        [status]: outputJsonSchema(answerSchema(route)),
        default: {
          description: 'What failed',
          content: { 'application/problem+json': { schema: outputJsonSchema(problemSchema) } },
        },
      },
    },
    preHandler: async (request) => {
      if (audit !== undefined) await writeAudit(route, request, face);
    },
    handler: async (request, reply) => {
      const answer = await route.handle(callOf(request, face));
      return reply.code(status).send({ schemaVersion: 1, ...answer });
    },
  });
}

/** The answer as it goes out. */
export function answerSchema({ answer }: ApiRoute) {
  return z.strictObject({ ...versioned, ...answer.shape });
}

function callOf(request: FastifyRequest, face: DaemonFace): RouteCall<unknown, unknown, unknown> {
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    face,
    caller: request.caller,
    peer: peerOf(request),
    signal: request.signal,
  };
}

/** Before the change: one that is not in the audit is not made. */
async function writeAudit({ audit }: ApiRoute, request: FastifyRequest, face: DaemonFace): Promise<void> {
  if (audit === undefined) return;
  const call = callOf(request, face);
  const { address, claimed } = call.peer;
  const detail = audit.detail?.(call);
  await face.store.access.audit({
    atMs: face.platform.clock.now(),
    who: call.caller?.name ?? '-',
    peer: address,
    ...(claimed === undefined ? {} : { claimedPeer: claimed }),
    what: audit.what,
    target: audit.target(call),
    isAllowed: true,
    ...(detail === undefined ? {} : { detail }),
  });
}
