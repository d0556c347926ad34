import { describe, expect, it } from 'vitest';
import { logLabels } from './log-labels.js';

describe('what tells logs apart', () => {
  it.each([
    [
      ['nodeA/Logs', 'nodeB/Logs'],
      ['nodeA', 'nodeB'],
    ],
    [
      ['/srv/eft/nodeA', '/srv/eft/nodeB/'],
      ['nodeA', 'nodeB'],
    ],
    [
      [String.raw`\\eft1\Logs`, String.raw`\\eft2\Logs`],
      ['eft1', 'eft2'],
    ],
    [
      ['a/x/cl.log', 'b/y/cl.log'],
      ['a/x', 'b/y'],
    ],
    [
      ['logs', 'logs/old'],
      ['logs', 'logs/old'],
    ],
    [
      ['a.log', 'b.log'],
      ['a.log', 'b.log'],
    ],
    [
      ['-', 'a.log'],
      ['-', 'a.log'],
    ],
    [
      ['/', 'a'],
      ['/', 'a'],
    ],
  ])('of %j is %j', (names, labels) => {
    expect(logLabels(names)).toEqual(labels);
  });
});
