import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { S3Options } from '../protocols/s3/s3-options.js';
import { partnerBook } from './partner-book.js';
import { testContext, type ContextFixture } from './place-context.testing.js';
import { resolvePlace } from './resolve-place.js';

async function resolved(text: string, fixture: ContextFixture) {
  const { place } = await resolvePlace(text, await testContext(fixture));
  return { path: place.path, columns: place.endpoint.columns, options: place.endpoint.options as S3Options };
}

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 's3cret' };
const MINIO = `connections:
  acme:
    protocol: s3
    endpoint: https://minio.acme.example:9000
    user: orders
    password: { env: ACME_SECRET }
    sessionToken: { env: ACME_TOKEN }
    region: eu-central-1
    partSize: 32M
`;

describe('an S3 location', () => {
  it('of a URL begins with its bucket and goes to Amazon in the region', async () => {
    const { path, columns, options } = await resolved('s3://bucket/in/a.xml', { environment: KEYS });
    expect(path).toBe('/bucket/in/a.xml');
    expect(columns).toEqual({ protocol: 's3', host: 's3.us-east-1.amazonaws.com', port: 443, user: 'AKIA1' });
    expect(options).toMatchObject({ security: 'tls', addressing: 'virtual', partBytes: 16 * 2 ** 20 });
    expect(options.credentials?.secretAccessKey.reveal()).toBe('s3cret');
  });

  it('of a connection takes all from there', async () => {
    const environment = { ...KEYS, ACME_SECRET: 'sec', ACME_TOKEN: 'tok', AWS_REGION: 'us-west-2' };
    const { path, columns, options } = await resolved('acme:/bucket/a', { yaml: MINIO, environment });
    expect(path).toBe('/bucket/a');
    expect(columns).toEqual({ protocol: 's3', host: 'minio.acme.example', port: 9000, user: 'orders' });
    expect(options).toMatchObject({ region: 'eu-central-1', addressing: 'path', partBytes: 32 * 2 ** 20 });
    expect(options.credentials?.secretAccessKey.reveal()).toBe('sec');
    expect(options.credentials?.sessionToken?.reveal()).toBe('tok');
  });

  it.each<[string, ContextFixture, object]>([
    [
      '--endpoint before all',
      { flags: { endpoint: 'http://[::1]:9000' } },
      { host: '::1', port: 9000, security: 'none' },
    ],
    [
      'AWS_ENDPOINT_URL_S3 before AWS_ENDPOINT_URL',
      { environment: { AWS_ENDPOINT_URL: 'http://b', AWS_ENDPOINT_URL_S3: 'https://a' } },
      { host: 'a', port: 443, security: 'tls' },
    ],
    ['AWS_ENDPOINT_URL', { environment: { AWS_ENDPOINT_URL: 'http://b' } }, { host: 'b', port: 80 }],
    [
      '--region',
      { flags: { region: 'eu-west-3' }, environment: { AWS_REGION: 'x' } },
      { host: 's3.eu-west-3.amazonaws.com' },
    ],
    [
      'AWS_DEFAULT_REGION',
      { environment: { AWS_DEFAULT_REGION: 'cn-north-1' } },
      { host: 's3.cn-north-1.amazonaws.com.cn' },
    ],
  ])('takes the endpoint from %s', async (_, fixture, expected) => {
    expect((await resolved('s3://bucket/a', fixture)).options).toMatchObject(expected);
  });

  it.each([
    [MINIO, { host: 'minio.acme.example', port: 9000 }],
    [
      'connections:\n  acme: { protocol: s3, endpoint: "http://[::1]", user: u }\n',
      { host: '::1', port: 80 },
    ],
    [
      'connections:\n  acme: { protocol: s3, region: eu-west-3, user: u }\n',
      { host: 's3.eu-west-3.amazonaws.com', port: 443 },
    ],
  ])('is known in the log by its endpoint', async (yaml, expected) => {
    const { loaded } = await testContext({ yaml });
    expect(partnerBook(loaded)).toEqual([expect.objectContaining({ name: 'acme', ...expected })]);
  });

  it('without any keys is not signed', async () => {
    const { options, columns } = await resolved('s3://bucket/a', {});
    expect(options.credentials).toBeUndefined();
    expect(columns.user).toBe('');
  });

  it('takes the profile that AWS_PROFILE names, and says where it is missing', async () => {
    const context = await testContext({ environment: { AWS_PROFILE: 'orders' } });
    await mkdir(join(context.homeFolder, '.aws'));
    const file = join(context.homeFolder, '.aws', 'credentials');
    await writeFile(file, '[default]\naws_access_key_id=D\naws_secret_access_key=d\n');
    await expect(resolvePlace('s3://bucket/a', context)).rejects.toThrow(
      /AWS_PROFILE {2}.*no pair of keys.*"orders"/,
    );
    await writeFile(file, '[orders]\r\naws_access_key_id = O\r\naws_secret_access_key = o/+=\r\n');
    const { options } = (await resolvePlace('s3://bucket/a', context)).place.endpoint;
    expect((options as S3Options).credentials?.secretAccessKey.reveal()).toBe('o/+=');
  });

  it.each<[string, ContextFixture, RegExp]>([
    ['half a pair of keys', { environment: { AWS_ACCESS_KEY_ID: 'x' } }, /AWS_SECRET_ACCESS_KEY is not/],
    [
      'an endpoint with a path',
      { flags: { endpoint: 'https://a/b' } },
      /--endpoint {2}must be a URL of host and port/,
    ],
    ['a login in the endpoint', { flags: { endpoint: 'https://u:s3cret@a' } }, /found "https:\/\/\*\*\*@a"/],
    [
      'a CA without TLS',
      { flags: { endpoint: 'http://a', ca: ['ca.pem'] } },
      /--ca {2}is for TLS; the endpoint http:\/\/a:80 has none/,
    ],
    ['a region with a slash', { flags: { region: 'a/b' } }, /--region {2}must be a region/],
  ])('refuses %s', async (_, fixture, message) => {
    await expect(resolved('s3://bucket/a', fixture)).rejects.toThrow(message);
  });

  it('refuses parts that S3 refuses, and a host in a connection', async () => {
    const small = MINIO.replace('32M', '4M');
    const environment = { ACME_SECRET: 'sec', ACME_TOKEN: 'tok' };
    await expect(resolved('acme:/b/a', { yaml: small, environment })).rejects.toThrow(
      /:9:.*must be from 5M to 5G/,
    );
    const host = MINIO.replace('region: eu-central-1', 'host: a');
    await expect(resolved('acme:/b/a', { yaml: host })).rejects.toThrow(/"host" is not for s3|is not for s3/);
  });

  it('refuses a port in the URL: it is a bucket', async () => {
    await expect(resolved('s3://bucket:9000/a', {})).rejects.toThrow(/--endpoint/);
  });
});
