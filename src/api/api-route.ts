import type { z } from 'zod';
import type { DaemonFace } from '../engine/daemon/daemon-face.js';
import type { Caller, RouteRole } from './access/caller.js';
import type { Peer } from './access/peer.js';

/** What a route gets: its parts are checked by its schemas already. */
export interface RouteCall<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly face: DaemonFace;
  /** Undefined only on open routes. */
  readonly caller: Caller | undefined;
  readonly peer: Peer;
  /** Aborted when the client goes away before it was answered. */
  readonly signal: AbortSignal;
}

/** One route as data: registration, the role check, the audit, OpenAPI and the reference page all read it. */
export interface ApiRoute<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodObject = z.ZodObject,
> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `:name` for parts that vary. */
  readonly path: string;
  readonly role: RouteRole;
  /** Name of the operation in OpenAPI; unique. */
  readonly operation: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Without `schemaVersion`, which stands at the head of every answer. */
  readonly answer: Answer;
  /** Default 200. */
  readonly status?: 200 | 201 | 202;
  /** Of a route that changes something: its entry in the audit, written before the change. */
  readonly audit?: {
    readonly what: string;
    readonly target: (
      call: Pick<RouteCall<z.output<Params>, z.output<Query>, z.output<Body>>, 'params' | 'query' | 'body'>,
    ) => string;
    /** Never a secret, never the values of variables. */
    readonly detail?: (
      call: Pick<RouteCall<z.output<Params>, z.output<Query>, z.output<Body>>, 'params' | 'query' | 'body'>,
    ) => unknown;
  };
  readonly handle: (
    call: RouteCall<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<z.input<Answer>>;
}

/** A route with its types known inside and forgotten outside. */
export function defineRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodObject,
>(route: ApiRoute<Params, Query, Body, Answer>): ApiRoute {
  return route;
}
