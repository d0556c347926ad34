import { Ajv, type ValidateFunction } from 'ajv';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehearseApi, type ApiRehearsal } from './api-rehearsal.testing.js';
import { renderApiPage } from './api-page.testing.js';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let api: ApiRehearsal;
let document: Document;

beforeAll(async () => {
  api = await rehearseApi();
  document = JSON.parse((await api.ask('GET', '/openapi.json')).text) as Document;
});
afterAll(() => api.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the OpenAPI document', () => {
  it('is the one that is checked in', async () => {
    const page = new URL('../../docs/reference/openapi.json', import.meta.url);
    const style = await resolveConfig(page);
    const text = await format(JSON.stringify(document), { ...style, parser: 'json' });
    await expect(text).toMatchFileSnapshot(page.pathname);
  });

  it('and docs/reference/rest-api.md say the same', async () => {
    await expect(renderApiPage(document)).toMatchFileSnapshot('../../docs/reference/rest-api.md');
  });

  it('names each operation once, each part of its path, and whether it needs a token', () => {
    expect(document.openapi).toBe('3.1.0');
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { path, operation } of operations()) {
      const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((each) => each.in === 'path');
      expect([path, declared.map(({ name }) => name)]).toEqual([path, parts]);
      expect([path, Array.isArray(operation.security)]).toEqual([path, true]);
      expect(operation.summary).not.toBe('');
    }
  });

  it('holds schemas that a validator takes, closed ones for what is sent', () => {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } });
    for (const { path, operation } of operations()) {
      for (const { schema } of operation.parameters ?? []) expect(() => ajv.compile(schema)).not.toThrow();
      for (const { content = {} } of Object.values(operation.responses)) {
        for (const { schema } of Object.values(content)) expect(() => ajv.compile(schema)).not.toThrow();
      }
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
        expect(() => ajv.compile(schema)).not.toThrow();
        expect([path, (schema as { additionalProperties?: boolean }).additionalProperties]).toEqual([
          path,
          false,
        ]);
      }
    }
  });

  it('describes what is really answered', async () => {
    const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
    const run = await api.daemon.addRun();
    const urls = [
      '/v1/status',
      '/v1/rules',
      '/v1/rules/send-orders',
      '/v1/runs',
      `/v1/runs/${run}`,
      `/v1/runs/${run}/retry-plan`,
      `/v1/runs/${run}/story`,
      '/v1/transfers?count=true',
      '/v1/deliveries',
      '/v1/connections',
      '/v1/alarms',
      '/v1/quarantine',
      '/v1/audit',
      '/v1/tokens',
      '/readyz?verbose',
    ];
    for (const url of urls) {
      const { status, body } = await api.ask('GET', url);
      const validate = validatorOf(url, ajv);
      expect([url, status, validate(body), validate.errors]).toEqual([url, 200, true, null]);
    }
    const { body, status } = await api.ask('GET', '/v1/runs/999');
    const validate = problemValidator(ajv);
    expect([status, validate(body), validate.errors]).toEqual([404, true, null]);
  });
});

function validatorOf(url: string, ajv: Ajv): ValidateFunction {
  const [path = ''] = url.split('?');
  const found = operations().find(
    ({ path: pattern, method }) =>
      method === 'get' && new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return ajv.compile(found?.operation.responses['200']?.content?.['application/json']?.schema ?? false);
}

function problemValidator(ajv: Ajv): ValidateFunction {
  const getRun = document.paths['/v1/runs/{run}']?.['get'];
  return ajv.compile(getRun?.responses['default']?.content?.['application/problem+json']?.schema ?? false);
}
