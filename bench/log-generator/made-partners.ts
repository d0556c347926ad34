import type { LogOperation, LogProtocol } from '../../src/client-log/record.js';
import type { RandomNumbers } from './random-numbers.js';

/** One folder pair of a partner, and what the files in it are called. */
export interface Route {
  readonly operation: LogOperation;
  readonly user: string;
  /** With its last separator. */
  readonly localFolder: string;
  /** With its last separator. */
  readonly remoteFolder: string;
  /** Name of the n-th file, sent on a day (`yyyymmdd`). */
  readonly nameOf: (serial: string, day: string) => string;
}

/** A made-up partner. */
export interface MadePartner {
  readonly protocol: LogProtocol;
  readonly host: string;
  readonly port: number;
  readonly routes: readonly Route[];
}

const NAMES =
  'acme globex initech hooli wonka stark wayne tyrell duff oceanic soylent lexcorp gekko monarch pied octan ajax zorg kwik buy'.split(
    ' ',
  );

/** Protocol, port, what its host names begin with. Repeats make a protocol more frequent. */
const SERVICES = [
  ['sftp', 22, 'sftp'],
  ['ftp', 21, 'ftp'],
  ['ftps', 990, 'ftps'],
  ['sftp', 2222, 'mft'],
  ['https', 443, 'files'],
  ['ftps', 21, 'secure'],
  ['s3', 443, 's3'],
  ['http', 80, 'www'],
  ['sftp', 22, 'edi'],
  ['ftp', 21, ''],
] as const;

const NAME_STYLES: readonly Route['nameOf'][] = [
  (serial, day) => `ORD_${day}_${serial}.xml`,
  (serial) => `inv_${serial}.xml`,
  (serial) => `DESADV.${serial}.edi`,
  (serial) => `b_${serial}.csv.pgp`,
  (serial) => `prices (${serial}).csv`,
  (serial) => `Rg Müller ${serial}.pdf`,
  (serial) => `pos_${serial}.csv`,
  (serial) => `Köln_${serial}.txt`,
  (serial) => `100%%3B ${serial}.zip`,
];

const LOCAL_ROOTS = [
  (name: string) => `C:\\Out\\${name}\\`,
  (name: string) => `/srv/out/${name}/`,
  (name: string) => `D:\\My EFT\\${name}\\`,
  (name: string) => `\\\\fs1\\out\\${name}\\`,
  (name: string) => `/home/mft/${name}/`,
  (name: string) => `C:\\Jürgen G\\${name}\\`,
] as const;

const REMOTE_ROOTS = ['/in/', '/orders/', '/', '/up/', '/in box/'] as const;

/** So many partners; one host in twenty is an address, one partner in twenty is the machine itself. */
export function makePartners(count: number, random: RandomNumbers): readonly MadePartner[] {
  return Array.from({ length: count }, (_, index): MadePartner => {
    if (index % 20 === 19) return localPartner(index, random);
    const [protocol, port, prefix] = SERVICES[index % SERVICES.length] ?? SERVICES[0];
    const name = `${NAMES[index % NAMES.length]}${index < NAMES.length ? '' : Math.floor(index / NAMES.length) + 1}`;
    const host = prefix === '' ? `192.168.20.${100 + (index % 150)}` : `${prefix}.${name}.test`;
    return { protocol, host, port, routes: makeRoutes(name, random) };
  });
}

function localPartner(index: number, random: RandomNumbers): MadePartner {
  const routes = makeRoutes(`archive${index}`, random).map((route): Route => ({
    ...route,
    remoteFolder: `E:\\Archive\\${index}\\`,
    user: 'SYSTEM',
  }));
  return { protocol: 'local', host: 'localhost', port: 0, routes };
}

function makeRoutes(name: string, random: RandomNumbers): readonly Route[] {
  const users = [`${name}_out`, 'ClientA', 'orders', 'anonymous', 'edi', 'svc-mft'];
  return Array.from({ length: 3 }, (_, index) => ({
    operation: index === 2 ? 'download' : 'upload',
    user: random.oneOf(users),
    localFolder: random.oneOf(LOCAL_ROOTS)(name),
    remoteFolder: random.oneOf(REMOTE_ROOTS),
    nameOf: random.oneOf(NAME_STYLES),
  }));
}
