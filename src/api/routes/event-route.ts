import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { DaemonFace } from '../../engine/daemon/daemon-face.js';
import type { Doorkeeper } from '../access/doorkeeper.js';
import { ApiRefusal } from '../api-refusal.js';
import type { EventFeed, FedEvent } from '../events/event-feed.js';
import { EventStream } from '../events/event-stream.js';
import { securityHeaders } from '../security-headers.js';
import { nameText, queryInteger } from '../views/view-parts.js';

/** So many may listen at once, and so many with one token. */
export const MAX_STREAMS = 100;
export const MAX_STREAMS_OF_TOKEN = 20;

const eventQuery = z.strictObject({
  types: z
    .string()
    .max(500)
    .transform((text) => text.split(','))
    .optional()
    .meta({ description: 'Only these types, parted by commas' }),
  rule: nameText.optional().describe('Only events of this rule'),
  run: queryInteger(1, Number.MAX_SAFE_INTEGER).optional().describe('Only events of this run'),
});

type EventQuery = z.output<typeof eventQuery>;

export interface EventRouteParts {
  readonly face: DaemonFace;
  readonly feed: EventFeed;
  readonly door: Doorkeeper;
}

/** The live events as a stream (server-sent events). */
export function registerEventRoute(app: FastifyInstance, parts: EventRouteParts): void {
  const open = new Map<EventStream, string>();
  app.addHook('preClose', async () => {
    for (const stream of open.keys()) stream.close();
  });
  app.route({
    method: 'GET',
    url: '/v1/events',
    config: { role: 'viewer' },
    schema: {
      operationId: 'watchEvents',
      summary: 'What happens, as it happens (server-sent events)',
      description:
        'Needs the role viewer. `Last-Event-ID` goes on after that event; `event: missed` says how many were left out.',
      security: [{ token: [] }],
      querystring: eventQuery,
      response: {
        200: { description: 'A stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      },
    },
    handler: (request, reply) => {
      const who = request.caller?.name ?? '';
      refuseTooMany([...open.values()], who);
      const stream = begin(request, reply, parts);
      open.set(stream, who);
      reply.raw.on('close', () => open.delete(stream));
    },
  });
}

function refuseTooMany(owners: readonly string[], who: string): void {
  const own = owners.filter((owner) => owner === who).length;
  if (owners.length < MAX_STREAMS && own < MAX_STREAMS_OF_TOKEN) return;
  throw new ApiRefusal({
    code: 'TOO_MANY_REQUESTS',
    status: 429,
    message: `too many streams of events are open (${own} by ${who}, ${owners.length} in all)`,
    headers: { 'retry-after': '10' },
    advice: 'Close one of them.',
  });
}

function begin(
  request: FastifyRequest,
  reply: FastifyReply,
  { face, feed, door }: EventRouteParts,
): EventStream {
  const { caller } = request;
  const lastEventId = request.headers['last-event-id'];
  reply.hijack();
  reply.raw.writeHead(200, {
    ...securityHeaders(request.protocol === 'https'),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  const query = request.query as EventQuery;
  return new EventStream({
    feed,
    clock: face.platform.clock,
    response: reply.raw,
    wants: (event) => isWanted(event, query),
    isStillAdmitted: async () => caller !== undefined && door.isStillAdmitted(caller),
    lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
  });
}

function isWanted({ event }: FedEvent, { types, rule, run }: EventQuery): boolean {
  if (types !== undefined && !types.includes(event.type)) return false;
  if (rule !== undefined && !('rule' in event && event.rule === rule)) return false;
  return run === undefined || ('run' in event && event.run === run);
}
