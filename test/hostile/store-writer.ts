/** A process of its own that writes to a store and says each id once it was told so: `store-writer.ts FILE`. */
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { newAttempt, newRun } from '../suites/store/store-case.js';

const [file = ''] = process.argv.slice(2);
const store = await openSqliteStore({ file, access: 'write', platform: createNodePlatform() });
process.stdout.write(`open ${process.pid}\n`);

async function writeForEver(lane: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const name = `${process.pid}-${lane}-${index}`;
    const [run] = await store.runs.create([newRun({ eventKey: name })]);
    process.stdout.write(`run ${run} ${name}\n`);
    const attempt = await store.transfers.add(
      newAttempt({ localPath: name, remotePath: 'x'.repeat(index % 3000) }),
    );
    process.stdout.write(`attempt ${attempt} ${name}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, lane) => writeForEver(lane)));
