/**
 * Which folder of src/ may import from which: downward only. A protocol never imports another; that
 * finer rule stands in test/architecture.test.ts beside the check of this table.
 */
export const borders = {
  core: [],
  'client-log': ['core'],
  'log-tools': ['core', 'client-log'],
  net: ['core'],
  protocols: ['core', 'net'],
  transfers: ['core', 'client-log', 'net', 'protocols'],
  settings: ['core', 'client-log', 'net', 'protocols', 'transfers'],
  simulator: ['core'],
  engine: ['core', 'client-log', 'log-tools', 'net', 'protocols', 'transfers', 'settings', 'simulator'],
  cli: [
    'core',
    'client-log',
    'log-tools',
    'net',
    'protocols',
    'transfers',
    'settings',
    'simulator',
    'engine',
  ],
};
