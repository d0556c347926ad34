/** A process of its own that appends lines to a client log: `client-log-appender.ts FOLDER NAME LINES`. */
import { ClientLogWriter } from '../../src/client-log/index.js';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';

const [folder = '', name = '', lines = '0'] = process.argv.slice(2);
const writer = new ClientLogWriter(createNodePlatform(), { folder, tenthColumn: true, timeZone: 'UTC' });
await writer.open();
const endedMs = Date.parse('2026-03-01T12:00:00Z');
const appends = Array.from({ length: Number(lines) }, (_, index) =>
  writer.append({
    endedMs,
    protocol: 'sftp',
    host: 'sftp.acme.example',
    port: 22,
    user: name,
    localPath: `/out/${'x'.repeat(index % 5000)}`,
    remotePath: `/in/${index}; forged\r\n`,
    operation: 'upload',
    lastCode: 0,
    result: 'succeeded',
  }),
);
await Promise.all(appends);
await writer.close();
