import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { z } from 'zod';
import { inputJsonSchema } from './json-schema.js';

/** What stands above the routes. It names no version of the program, so that it changes only with the API. */
export const OPENAPI_HEAD: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Tallyman',
    version: '1',
    description:
      'The API of a Tallyman daemon. Every route is refused unless the token has the role that it needs.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'A token of tally tokens create' },
    },
  },
};

/** Our schemas as JSON Schema. */
export const schemasForDocument: NonNullable<FastifyDynamicSwaggerOptions['transform']> = ({
  schema,
  url,
}) => {
  const converted = Object.entries(schema ?? {}).map(([part, value]): [string, unknown] => [
    part,
    value instanceof z.ZodType ? inputJsonSchema(value) : value,
  ]);
  return { schema: Object.fromEntries(converted), url };
};
