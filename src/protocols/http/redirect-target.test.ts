import { expect, it } from 'vitest';
import { targetProblem } from './redirect-target.js';

it.each([
  '169.254.169.254',
  'fe80::1',
  'febf::1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  'fd00:ec2::254',
  'Metadata.Google.Internal.',
  '127.0.0.1',
  '127.9.9.9',
  '::1',
  'LOCALHOST',
  'x.localhost',
  '::ffff:7f00:1',
  '0.0.0.0',
  '::',
])('nobody sends us on to %s', (host) => {
  expect(targetProblem(host, false)).toBeDefined();
});

it.each(['93.184.216.34', '10.0.0.1', '2606:2800::1', 'example.com', '169.25.4.1', 'localhost.example'])(
  '%s is an address like any other',
  (host) => {
    expect(targetProblem(host, false)).toBeUndefined();
  },
);

it('from this machine to this machine is no news to anybody', () => {
  expect(targetProblem('127.0.0.1', true)).toBeUndefined();
  expect(targetProblem('169.254.169.254', true)).toBeDefined();
});
