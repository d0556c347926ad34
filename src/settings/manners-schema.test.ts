import { describe, expect, it } from 'vitest';
import { DEFAULT_MANNERS } from '../transfers/manners.js';
import { testContext } from './place-context.testing.js';
import { resolvePlace } from './resolve-place.js';

async function endpointOf(keys: string) {
  const context = await testContext({
    yaml: `connections: { acme: { url: ftp://127.0.0.1${keys === '' ? '' : `, ${keys}`} } }\n`,
  });
  return (await resolvePlace('acme:/in/', context)).place.endpoint;
}

describe('the manners of a partner', () => {
  it('are those of a server that allows everything, unless the connection says otherwise', async () => {
    const { manners, finalName } = await endpointOf('');
    expect([manners, finalName]).toEqual([DEFAULT_MANNERS, 'temporary']);
  });

  it('of a drop-box allow to put files and nothing else', async () => {
    const { manners, finalName } = await endpointOf('preset: drop-box');
    expect(manners).toEqual({
      statAfterUpload: false,
      setTimes: false,
      list: false,
      goneAfterUploadOk: true,
    });
    expect(finalName).toBe('direct');
  });

  it('of a write-only partner still allow the rename at the end', async () => {
    const { manners, finalName } = await endpointOf('preset: write-only');
    expect(manners).toEqual({ ...DEFAULT_MANNERS, statAfterUpload: false, setTimes: false, list: false });
    expect(finalName).toBe('temporary');
  });

  it('can be set one by one above a preset', async () => {
    const { manners, finalName } = await endpointOf('preset: drop-box, statAfterUpload: yes, rename: on');
    expect(manners?.statAfterUpload).toBe(true);
    expect(finalName).toBe('temporary');
    expect((await endpointOf('rename: off')).finalName).toBe('direct');
  });

  it('cannot contradict themselves', async () => {
    await expect(endpointOf('rename: off, finalName: temporary')).rejects.toThrow(
      /needs a rename at the end/,
    );
    await expect(endpointOf('preset: mailbox')).rejects.toThrow(/one of none, drop-box, write-only/);
  });
});

it.each(['ftp://127.0.0.1', 'sftp://u@127.0.0.1'])('bindAddress is for %s', async (url) => {
  const context = await testContext({
    yaml: `connections: { acme: { url: "${url}", bindAddress: 127.0.0.9 } }\n`,
    environment: { TALLY_PASSWORD: 'x' },
  });
  const { place } = await resolvePlace('acme:/in/', context);
  expect(place.endpoint.options).toMatchObject({ bindAddress: '127.0.0.9' });
});
