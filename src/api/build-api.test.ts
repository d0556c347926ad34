import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../store/access-store.js';
import { rehearseApi, type ApiRehearsal } from './api-rehearsal.testing.js';
import { API_ROUTES } from './route-table.js';

/** The roles whose routes each may call, written out so that the test does not believe the code. */
const MAY_CALL: Readonly<Record<Role, readonly string[]>> = {
  viewer: ['viewer'],
  operator: ['viewer', 'operator'],
  editor: ['viewer', 'operator', 'editor'],
  admin: ['viewer', 'operator', 'editor', 'admin'],
};

let api: ApiRehearsal;
beforeEach(async () => {
  api = await rehearseApi();
});
afterEach(() => api.close());

describe('every route is refused unless it is allowed', () => {
  it('answers nobody without a token, but for what is open', async () => {
    const paths = Object.keys((api.app.swagger() as { paths: object }).paths);
    expect(paths.length).toBeGreaterThan(25);
    for (const route of API_ROUTES) {
      const answer = await api.app.inject({ method: route.method, url: exampleUrl(route.path), payload: {} });
      expect([route.operation, answer.statusCode]).toEqual([route.operation, 401]);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
    }
    for (const url of ['/metrics', '/openapi.json', '/v1/events', '/nowhere', '/v1/nowhere']) {
      expect([url, (await api.app.inject(url)).statusCode]).toEqual([url, 401]);
    }
    expect((await api.app.inject('/livez')).statusCode).toBe(200);
    expect((await api.app.inject('/readyz')).statusCode).toBe(200);
  });

  it('answers each role what its role may do, and no more', async () => {
    for (const route of API_ROUTES) {
      for (const role of ROLES) {
        const { status } = await api.ask(route.method, exampleUrl(route.path), { role, body: {} });
        const isIn = MAY_CALL[role].includes(route.role);
        expect([route.operation, role, status === 403]).toEqual([route.operation, role, !isIn]);
      }
    }
  });

  it('does not register a route that says no role', async () => {
    const { default: Fastify } = await import('fastify');
    const app = Fastify();
    const { guardRoutes } = await import('./access/admission.js');
    guardRoutes(app, api.daemon, {} as never);
    expect(() => app.get('/open-by-mistake', async () => 'secret')).toThrow(/says no role/);
  });
});

function exampleUrl(path: string): string {
  return path.replace(':run', '999').replace(':id', '999').replace(/:\w+/, 'nothing');
}
