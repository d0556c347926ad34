import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import { Secret } from '../../core/secret.js';
import { NO_TRACE, type WireTrace } from '../../core/wire-trace.js';
import { createNodePlatform } from '../../engine/platform/node-platform.js';
import { clientFor, startScriptedServer } from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };

function recordingTrace() {
  const lines: string[] = [];
  const concealed: string[] = [];
  const places: string[] = [];
  const trace: WireTrace = {
    open(place, secrets) {
      places.push(place);
      concealed.push(...secrets.map((secret) => secret.reveal()));
      return {
        ...NO_TRACE.open(place, secrets),
        sent: (text) => lines.push(`> ${text}`),
        received: (text) => lines.push(`< ${text}`),
        noted: (text) => lines.push(`* ${text}`),
      };
    },
  };
  return { trace, lines, concealed, places };
}

describe('the wire trace of an FTP session', () => {
  it('holds every command, every line of every reply and the data connections, and no password', async () => {
    await using server = await startScriptedServer();
    const { trace, lines, concealed, places } = recordingTrace();
    const password = new Secret('hunter2');
    const client = clientFor(
      server,
      { account: new Secret('books'), password },
      { ...createNodePlatform(), trace },
    );
    await client.connect(call);
    await client.read(remotePath('/file'), { write: () => undefined }, call);
    await client.close();
    expect(places).toEqual([`127.0.0.1:${server.port}`]);
    expect(concealed).toEqual(['hunter2', 'books']);
    expect(lines.slice(0, 5)).toEqual([
      '< 220 ready',
      '> USER tally',
      '< 331 password please',
      '> PASS ***',
      '< 230 logged in',
    ]);
    expect(lines).toContain('< 211-Features:');
    expect(lines).toContain('<  SIZE');
    expect(lines).toContain('< 211 End');
    const port = /\|\|\|(\d+)\|/.exec(lines.join('\n'))?.[1];
    expect(lines).toContain(`* data connection to port ${port}`);
    expect(lines).toContain('* data connection ended after 21 bytes');
    expect(lines.filter((line) => line.includes('QUIT'))).toEqual(['> QUIT']);
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  it('tells why a connection ended', async () => {
    await using server = await startScriptedServer({ PASS: (session) => void session.control.destroy() });
    const { trace, lines } = recordingTrace();
    const client = clientFor(server, {}, { ...createNodePlatform(), trace });
    await client.connect(call).catch(() => undefined);
    await client.close();
    expect(lines.at(-1)).toMatch(/^\* closed: .* without a reply$/);
  });
});
