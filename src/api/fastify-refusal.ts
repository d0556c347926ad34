import { ApiRefusal, type ApiRefusalFacts } from './api-refusal.js';

/** What Fastify itself refuses, by its code; its own texts are not passed on. */
const REFUSALS: Readonly<Record<string, Omit<ApiRefusalFacts, 'headers' | 'problems'>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'LIMIT_EXCEEDED',
    status: 413,
    message: 'the body is too large for this route',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'REQUEST_INVALID',
    status: 415,
    message: 'the body must be application/json',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'REQUEST_INVALID',
    status: 400,
    message: 'the body is not as long as Content-Length says',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'REQUEST_INVALID',
    status: 400,
    message: 'the body is empty',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'REQUEST_INVALID',
    status: 400,
    message: 'the body is not valid JSON',
  },
  FST_ERR_BAD_URL: {
    code: 'REQUEST_INVALID',
    status: 400,
    message: 'the path cannot be decoded',
  },
};

/** Undefined for what is no refusal of Fastify's own. */
export function refusalOfFastify(thrown: unknown): ApiRefusal | undefined {
  const { code, statusCode } = (thrown ?? {}) as { readonly code?: unknown; readonly statusCode?: unknown };
  const known = typeof code === 'string' ? REFUSALS[code] : undefined;
  if (known !== undefined) return new ApiRefusal(known);
  // A body that is no JSON, or one that names __proto__, has a status but no code.
  if (statusCode !== 400) return undefined;
  return new ApiRefusal({ code: 'REQUEST_INVALID', status: 400, message: 'the body is not valid JSON' });
}
