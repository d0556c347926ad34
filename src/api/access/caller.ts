import { ROLES, type Role } from '../../store/access-store.js';

/** Who asks, once the token was believed. */
export interface Caller {
  /** Name of the token; `cli` for the local one. Stands in the audit. */
  readonly name: string;
  readonly role: Role;
  /** Number of the token in the store; absent for the local one, which lives as long as the daemon. */
  readonly tokenId?: number;
}

/** What a route asks of who calls it: nothing, its own check (webhooks), or at least this role. */
export type RouteRole = 'open' | 'hook' | Role;

/** Each role may do what the ones before it may. */
export function includesRole(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}
