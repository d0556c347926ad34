import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { asTransferError } from '../core/transfer-error.js';
import type { DaemonFace } from '../engine/daemon/daemon-face.js';
import type { AuditResult } from '../store/access-store.js';
import { peerOf } from './access/peer.js';
import type { ApiRoute, RouteCall } from './api-route.js';
import { outputJsonSchema } from './json-schema.js';
import { httpStatusOf } from './http-status.js';
import { problemSchema } from './problem.js';
import { versioned } from './views/view-parts.js';

export interface RouteSurroundings {
  readonly face: DaemonFace;
  /** Hears of a result that the audit did not take: the change is made all the same. */
  readonly report: (failure: {
    readonly requestId: string;
    readonly target: string;
    readonly error: unknown;
  }) => void;
}

/** Registers one route of the table: its schemas check what comes, and only what its answer declares goes out. */
export function registerRoute(app: FastifyInstance, route: ApiRoute, around: RouteSurroundings): void {
  const { method, path, role, operation, summary, params, query, body } = route;
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
    handler: async (request, reply) => {
      const answer = await handled(route, request, around);
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

/** Of a route that changes something, the audit says before that it was asked for, and then what came of it. */
async function handled(route: ApiRoute, request: FastifyRequest, { face, report }: RouteSurroundings) {
  const call = callOf(request, face);
  const { audit } = route;
  if (audit === undefined) return route.handle(call);
  const entry = await writeAudit(audit, call);
  const ended = (result: AuditResult) =>
    face.store.access
      .auditEnded(entry, result)
      .catch((error: unknown) => report({ requestId: request.id, target: 'audit', error }));
  const answer = await route.handle(call).catch(async (thrown: unknown) => {
    const error = asTransferError(thrown, 'plan');
    await ended({ status: httpStatusOf(error), errorCode: error.code });
    throw thrown;
  });
  await ended({ status: route.status ?? 200 });
  return answer;
}

/** A change that is not in the audit is not made. Gives the entry's number. */
async function writeAudit(
  audit: NonNullable<ApiRoute['audit']>,
  call: RouteCall<unknown, unknown, unknown>,
): Promise<number> {
  const { address, claimed } = call.peer;
  const detail = audit.detail?.(call);
  return call.face.store.access.audit({
    atMs: call.face.platform.clock.now(),
    who: call.caller?.name ?? '-',
    peer: address,
    ...(claimed === undefined ? {} : { claimedPeer: claimed }),
    what: audit.what,
    target: audit.target(call),
    isAllowed: true,
    ...(detail === undefined ? {} : { detail }),
  });
}
