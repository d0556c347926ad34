import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DaemonFace } from '../../engine/daemon/daemon-face.js';
import { peerOf } from '../access/peer.js';
import type { RefusalAudit } from '../access/refusal-audit.js';
import { ApiRefusal } from '../api-refusal.js';
import { outputJsonSchema } from '../json-schema.js';
import { z } from 'zod';
import { nameText, versioned } from '../views/view-parts.js';

export const MAX_HOOK_BYTES = 1024 * 1024;

const taken = z.strictObject({
  ...versioned,
  state: z.enum(['taken', 'known']).describe('known: seen before, nothing was made'),
  runs: z.array(z.int()),
});

/**
 * Webhooks: each has a secret of its own, so they need no token. The body is taken as it came, since the signature
 * covers its bytes.
 */
export async function registerHookRoute(
  app: FastifyInstance,
  face: DaemonFace,
  refusals: RefusalAudit,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route({
      method: 'POST',
      url: '/v1/hooks/:hook',
      config: { role: 'hook' },
      bodyLimit: MAX_HOOK_BYTES,
      schema: {
        operationId: 'callHook',
        summary: 'Tells a webhook rule that something happened',
        description:
          'Checked by the secret of the hook: HMAC-SHA256 over `timestamp.body` in X-Tally-Signature, or a bearer token.',
        security: [],
        params: z.strictObject({ hook: nameText }),
        response: { 202: outputJsonSchema(taken) },
      },
      handler: async (request, reply) => {
        const answer = await face.receiveHook(hookCall(request));
        if (answer.kind === 'refused') throw await refusalOf(request, answer.reason, refusals);
        const runs = answer.kind === 'taken' ? answer.runs : [];
        return reply.code(202).send({ schemaVersion: 1, state: answer.kind, runs });
      },
    });
  });
}

function hookCall(request: FastifyRequest) {
  const { hook } = request.params as { readonly hook: string };
  return {
    hook,
    headers: firstValues(request.headers),
    query: firstValues(request.query as Readonly<Record<string, string | readonly string[]>>),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    peer: peerOf(request).counted,
  };
}

function firstValues(
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> {
  const first = Object.entries(values).map(([name, value]): [string, string] => {
    return [name, (typeof value === 'string' ? value : value?.[0]) ?? ''];
  });
  return Object.fromEntries(first);
}

async function refusalOf(
  request: FastifyRequest,
  reason: string,
  refusals: RefusalAudit,
): Promise<ApiRefusal> {
  const { address, claimed } = peerOf(request);
  const { hook } = request.params as { readonly hook: string };
  await refusals.add({
    who: '-',
    peer: address,
    ...(claimed === undefined ? {} : { claimedPeer: claimed }),
    what: 'hook',
    target: hook,
    reason,
  });
  return new ApiRefusal({
    code: 'ACCESS_REFUSED',
    status: 403,
    message: 'there is no such hook, or its check failed',
    advice:
      'Check the name of the hook, its secret, and the clock of the sender; the audit says which it was.',
  });
}
