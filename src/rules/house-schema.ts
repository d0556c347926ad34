import type * as z from 'zod';
import { secretReference } from '../settings/secret-reference.js';
import {
  choice,
  longDuration,
  mustBe,
  onOff,
  pathList,
  strictGroup,
  text,
  wholeNumber,
} from '../settings/setting-values.js';
import { DEFAULT_API_SETTINGS } from './house-settings.js';
import { optional, preset, says, textList } from './rule-values.js';

/** `commands:` */
export const commandsSchema = strictGroup('commands', {
  allow: preset(
    pathList,
    [],
    'the only programs that rules may run; a path that ends with / allows the programs directly in that folder',
  ),
});

const SECURITY_PORTS = { none: 25, starttls: 587, tls: 465 } as const;

/** `mail:` */
export const mailSchema = strictGroup('mail', {
  host: says(text('a host'), 'the server that takes our mail'),
  port: optional(wholeNumber(1, 65_535, 587), 'its port (default: 587, with security tls 465, with none 25)'),
  security: preset(
    choice(['starttls', 'tls', 'none'], {
      starttls: 'TLS after the greeting, or no mail at all',
      tls: 'TLS from the start',
      none: 'in the clear',
    }),
    'starttls',
    'how the line is secured',
  ),
  user: optional(text('a user name'), 'who logs in there'),
  password: optional(secretReference, 'of the user: where it is'),
  ca: optional(text('a path'), 'PEM file of a CA to trust besides the usual ones'),
  from: says(address(), 'whom the mail comes from'),
  alarmsTo: preset(textList('an address'), [], 'who is told of alarms'),
});

function address() {
  return text('an address such as tally@acme.example').refine((value) => value.includes('@'), {
    error: (issue) => mustBe('an address such as tally@acme.example', issue.input),
  });
}

/** The port that goes with a kind of security. */
export function usualMailPort(security: keyof typeof SECURITY_PORTS): number {
  return SECURITY_PORTS[security];
}

const { address: loopback, port, requestsPerMinute } = DEFAULT_API_SETTINGS;

/** `api:` */
export const apiSchema = strictGroup('api', {
  enabled: preset(onOff, true, 'false: no API, no console'),
  address: preset(
    text('an address of this machine'),
    loopback,
    'where it listens; any other than loopback needs tls',
  ),
  port: preset(wholeNumber(0, 65_535, port), port, 'the port'),
  tls: optional(
    strictGroup('tls', {
      certificate: says(text('a path'), 'PEM file of the certificate with its chain'),
      key: says(text('a path'), 'PEM file of its key'),
    }),
    'serves https',
  ),
  trustedProxies: preset(textList('an address'), [], 'proxies whose X-Forwarded-For counts'),
  hostNames: preset(textList('a host name'), [], "names by which it is called besides the machine's own"),
  requestsPerMinute: preset(
    wholeNumber(1, 1_000_000, requestsPerMinute),
    requestsPerMinute,
    'for each caller',
  ),
}).superRefine((group, context) => {
  if (group.tls !== undefined || isLoopback(group.address)) return;
  const message = `is no loopback address, which needs tls: { certificate: ..., key: ... }`;
  context.addIssue({ code: 'custom', path: ['address'], message });
});

function isLoopback(name: string): boolean {
  return name === '::1' || name === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/** `store:` */
export const storeSchema = strictGroup('store', {
  file: optional(text('a path'), 'the SQLite file (default: store.sqlite in the state folder)'),
  keepFailures: preset(longDuration, '90d', 'how long failures are kept'),
  keepSuccesses: preset(longDuration, '30d', 'how long successes are kept'),
  keepAudit: preset(longDuration, '365d', 'how long the audit of changes is kept'),
});

export const HOUSE_SCHEMAS = {
  commands: commandsSchema,
  mail: mailSchema,
  api: apiSchema,
  store: storeSchema,
} as const;

export type WrittenMail = z.output<typeof mailSchema>;
