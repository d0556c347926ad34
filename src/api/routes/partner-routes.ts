import { z } from 'zod';
import { TransferError } from '../../core/transfer-error.js';
import { defineRoute, type ApiRoute } from '../api-route.js';
import { connectionData, connectionView, probeData, probeView } from '../views/partner-view.js';
import { nameText } from '../views/view-parts.js';

const connectionParams = z.strictObject({ connection: nameText });

export const PARTNER_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/connections',
    role: 'viewer',
    operation: 'listConnections',
    summary: 'The connections of the settings, and how each stands with its partner; nobody is asked',
    answer: z.strictObject({ connections: z.array(connectionView) }),
    handle: async ({ face }) => ({
      connections: face.connections.list().map(connectionData),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/connections/:connection/release',
    role: 'operator',
    operation: 'releaseConnection',
    summary: 'Lets rules try a parked or shut connection again',
    params: connectionParams,
    answer: z.strictObject({ connection: z.string() }),
    audit: { what: 'connection.release', target: ({ params }) => params.connection },
    handle: async ({ face, params: { connection }, caller }) => {
      const wasHeld = await face.connections.release(connection, caller?.name ?? '-');
      if (!wasHeld) {
        throw new TransferError({
          code: 'REFUSED',
          lastCode: -1,
          phase: 'plan',
          message: `${connection} is neither parked nor shut`,
          side: 'us',
          advice: 'Nothing holds it back; see its last failure: tally status',
        });
      }
      return { connection };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/connections/:connection/test',
    role: 'operator',
    operation: 'testConnection',
    summary: 'Tries a connection step by step from here, with one log-in; nothing is written there',
    params: connectionParams,
    answer: z.strictObject({ test: probeView }),
    audit: { what: 'connection.test', target: ({ params }) => params.connection },
    handle: async ({ face, params, signal }) => ({
      test: probeData(await face.connections.test(params.connection, signal)),
    }),
  }),
];
