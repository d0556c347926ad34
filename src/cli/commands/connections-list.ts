import { printable } from '../../core/printable.js';
import { listConnections, type ListedConnection } from '../../engine/connection-list.js';
import { showPlace } from '../../net/tcp-dialer.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { styleFor } from '../style.js';
import { writeResult, type ResultColumn } from '../tabular.js';

const COLUMNS: readonly ResultColumn<ListedConnection>[] = [
  { key: 'name', title: 'NAME', words: ({ name }) => name, value: ({ name }) => name },
  {
    key: 'protocol',
    title: 'PROTOCOL',
    words: ({ protocol }) => protocol,
    value: ({ protocol }) => protocol,
  },
  {
    key: 'host',
    title: 'HOST',
    shrinks: 'middle',
    words: ({ host, port }) => (host === '' ? '-' : printable(showPlace(host, port), 300)),
    value: ({ host }) => host,
  },
  {
    key: 'port',
    title: 'PORT',
    onlyData: true,
    words: ({ port }) => String(port),
    value: ({ port }) => port,
  },
  {
    key: 'user',
    title: 'USER',
    shrinks: 'end',
    words: ({ user }) => (user === '' ? '-' : printable(user, 120)),
    value: ({ user }) => user,
  },
  {
    key: 'trust',
    title: 'TRUSTS',
    words: trustWords,
    value: ({ trust }) => trust,
  },
  {
    key: 'pinned',
    title: 'PINNED',
    onlyData: true,
    words: ({ pinned }) => String(pinned),
    value: ({ pinned }) => pinned,
  },
  {
    key: 'proxy',
    title: 'PROXY',
    dropOrder: 1,
    shrinks: 'middle',
    words: ({ proxies }) => proxies.join(' ') || '-',
    value: ({ proxies }) => proxies.join(' '),
  },
  {
    key: 'maxConnections',
    title: 'LIMIT',
    align: 'right',
    dropOrder: 2,
    words: ({ maxConnections }) => String(maxConnections),
    value: ({ maxConnections }) => maxConnections,
  },
];

function trustWords({ trust, pinned }: ListedConnection): string {
  switch (trust) {
    case 'host-keys':
    case 'pins':
      return `${pinned} pinned`;
    case 'known-hosts':
      return 'known_hosts';
    case 'ca':
      return 'CAs';
    case 'none':
      return 'no TLS';
  }
}

/** `tally connections list`: nothing is fetched and nobody is asked. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { inForce, format, isQuiet } = await openSession(call, context);
  const { file } = inForce.loaded;
  const rows = listConnections(inForce);
  const form = { format, noHeader: false, name: 'connections', facts: { file } };
  if (rows.length > 0 || format !== 'words') {
    await writeResult(rows, COLUMNS, form, context.stdout, styleFor(context.stdout));
  } else if (!isQuiet) {
    const where = file === undefined ? 'no settings file was found' : `${file} has none`;
    await context.stderr.write(`no connections: ${where}\n  See: docs/reference/settings.md, connections\n`);
  }
  return 0;
}
