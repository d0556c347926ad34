import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DaemonFace } from '../../engine/daemon/daemon-face.js';
import { ApiRefusal } from '../api-refusal.js';
import type { Caller, RouteRole } from './caller.js';
import type { Doorkeeper } from './doorkeeper.js';
import { isOwnHost } from './host-check.js';
import { peerOf } from './peer.js';
import { RateWindow } from './rate-window.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; one without it cannot be registered. */
    readonly role?: RouteRole;
  }
  interface FastifyRequest {
    /** Undefined on open routes and webhooks. */
    caller: Caller | undefined;
  }
}

/** Lets nobody in whom no rule lets in. Stands before everything else that a request meets. */
export function guardRoutes(app: FastifyInstance, face: DaemonFace, door: Doorkeeper): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.role === undefined) {
      throw new Error(`${String(method)} ${url} says no role, so nobody may call it`);
    }
  });
  const rates = new RateWindow(face.platform.clock);
  app.addHook('onRequest', async (request) => {
    refuseForeignHost(request, face);
    refuseBeyond(rates, `address ${peerOf(request).counted}`, face);
    const { config, method, url } = request.routeOptions;
    // A path that does not exist is told only to who may see those that do.
    const role = config.role ?? 'viewer';
    request.caller = await door.admit({
      authorization: request.headers.authorization,
      peer: peerOf(request),
      target: `${String(method ?? request.method)} ${url ?? 'unknown path'}`,
      role,
    });
    if (request.caller !== undefined) refuseBeyond(rates, `token ${request.caller.name}`, face);
  });
}

function refuseForeignHost(request: FastifyRequest, face: DaemonFace): void {
  const { address, hostNames } = face.book().api;
  const names = [address, face.platform.host.hostName, ...hostNames];
  if (isOwnHost(request.headers.host, names)) return;
  throw new ApiRefusal({
    code: 'ACCESS_REFUSED',
    status: 421,
    message: 'the Host header names another machine',
    advice: 'Use the address of the daemon, or add the name to api.hostNames in the settings.',
  });
}

function refuseBeyond(rates: RateWindow, key: string, face: DaemonFace): void {
  const { requestsPerMinute } = face.book().api;
  const waitMs = rates.takeOne(key, requestsPerMinute);
  if (waitMs === 0) return;
  throw new ApiRefusal({
    code: 'TOO_MANY_REQUESTS',
    status: 429,
    message: `more than ${requestsPerMinute} requests came within a minute`,
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  });
}
