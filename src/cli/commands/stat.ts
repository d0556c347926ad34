import { statEntry } from '../../engine/list-entries.js';
import { withSession } from '../../engine/one-shot-session.js';
import { printable } from '../../core/printable.js';
import { remoteName } from '../../core/remote-path.js';
import type { RemoteEntry } from '../../protocols/protocol-client.js';
import { showBytes } from '../../settings/byte-size.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession, type CommandSession } from '../command-session.js';
import { entryData, entryPlainLine, localTimeText } from '../entry-text.js';
import { styleFor } from '../style.js';

/** `tally stat`: what one file or folder is. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openSession(call, context);
  const location = call.args[0] ?? '';
  const { inForce, surroundings } = session;
  const text = await withSession(
    location,
    inForce,
    surroundings,
    context.signal,
    async ({ client, place }) => {
      const entry = await statEntry(client, place.path, context.signal);
      return statText(entry, { location: place.text, name: remoteName(place.path) }, session, context);
    },
  );
  await context.stdout.write(text);
  return 0;
}

interface Subject {
  readonly location: string;
  readonly name: string;
}

function statText(
  entry: RemoteEntry,
  { location, name }: Subject,
  { format, surroundings }: CommandSession,
  { stdout }: CommandContext,
): string {
  if (format !== 'words')
    return `${JSON.stringify({ schemaVersion: 1, location, ...entryData(entry, name) })}\n`;
  if (!stdout.isTerminal) return `${entryPlainLine(entry, name)}\n`;
  const { timeZone } = surroundings.platform.host;
  const style = styleFor(stdout);
  const rows = [
    ['kind', entry.kind],
    ['size', sizeText(entry)],
    ['modified', `${localTimeText(entry, timeZone)} (${timeZone})`],
  ];
  return `${style.strong(printable(location, 4000))}\n${rows.map(([label = '', value = '']) => `  ${label.padEnd(9)} ${value}\n`).join('')}`;
}

function sizeText({ sizeBytes }: RemoteEntry): string {
  if (sizeBytes === undefined) return 'not told by the server';
  return sizeBytes < 1024 ? `${sizeBytes} bytes` : `${sizeBytes} bytes (${showBytes(sizeBytes)})`;
}
