import { expect, it } from 'vitest';
import { ManualClock } from '../../client-log/manual-clock.testing.js';
import { Secret } from '../../core/secret.js';
import { RecordedTrace } from './recorded-trace.js';

function recorded() {
  const clock = new ManualClock('2026-03-01T02:10:44.120Z');
  return { clock, trace: new RecordedTrace(clock) };
}

it('a line has its time and says who spoke', () => {
  const { clock, trace } = recorded();
  const session = trace.open('ftp.acme.example:21', []);
  session.noted('connected');
  session.sent('USER joe');
  clock.advance(1_030);
  session.received('331 Password required');
  expect(session.recent()).toEqual([
    '2026-03-01T02:10:44.120Z * connected',
    '2026-03-01T02:10:44.120Z > USER joe',
    '2026-03-01T02:10:45.150Z < 331 Password required',
  ]);
});

it('a secret that is learnt late is hidden in what was said before, too', () => {
  const session = recorded().trace.open('x', []);
  session.received('your token is s3cr3t');
  expect(session.recent()).toEqual(['2026-03-01T02:10:44.120Z < your token is s3cr3t']);
  session.conceal(new Secret('s3cr3t'));
  expect(session.recent()).toEqual(['2026-03-01T02:10:44.120Z < your token is ***']);
});

it('keeps the last 200 lines in order, and a failure takes the last 60', () => {
  const session = recorded().trace.open('x', []);
  for (let index = 0; index < 450; index += 1) session.sent(`NOOP ${index}`);
  const words = session.recent().map((line) => line.split(' ').at(-1));
  expect(words).toEqual(Array.from({ length: 200 }, (_, index) => String(250 + index)));
  expect(session.soFar()()).toEqual(session.recent().slice(-60));
});

it('what a failure took along does not grow afterwards', () => {
  const session = recorded().trace.open('x', []);
  session.sent('SIZE a');
  const taken = session.soFar();
  session.sent('QUIT');
  expect(taken()).toEqual(['2026-03-01T02:10:44.120Z > SIZE a']);
});

it('an endless line costs what is shown of it, and hides a secret at its edge', () => {
  const session = recorded().trace.open('x', [new Secret('hunter22')]);
  session.received('x'.repeat(995) + 'hunter22' + 'y'.repeat(1_000_000));
  const [line = ''] = session.recent();
  expect(line).toBe(`2026-03-01T02:10:44.120Z < ${'x'.repeat(995)}*** ...`);
});

it('a sink gets every line of every session, with number and place, masked', () => {
  const { trace } = recorded();
  const lines: string[] = [];
  const before = trace.open('first:21', [new Secret('pass word')]);
  trace.recordTo((line) => lines.push(line));
  before.sent('PASS pass word');
  trace.open('second\n:22', []).noted('two\nlines');
  expect(lines).toEqual([
    '2026-03-01T02:10:44.120Z 1 first:21 > PASS ***\n',
    '2026-03-01T02:10:44.120Z 2 second\\x0a:22 * two\\x0alines\n',
  ]);
});
