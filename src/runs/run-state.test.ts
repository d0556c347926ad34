import { describe, expect, it } from 'vitest';
import {
  hasEnded,
  nextRunState,
  nextStepState,
  RUN_EVENTS,
  RUN_STATES,
  STEP_EVENTS,
  STEP_STATES,
} from './run-state.js';

/** Every allowed move, written out a second time on purpose: a move that is added must be meant. */
const RUN = [
  'waiting claim running',
  'running claim running',
  'running giveBack waiting',
  'running succeed succeeded',
  'running fail failed',
  'running cancel cancelled',
  'running skip skipped',
];
const STEP = [
  'absent begin running',
  'absent succeed succeeded',
  'absent fail failed',
  'absent skip skipped',
  'absent leaveOut notTaken',
  'running begin running',
  'running succeed succeeded',
  'running fail failed',
  'running cancel cancelled',
  'notTaken leaveOut notTaken',
];

describe('the states of a run', () => {
  for (const state of RUN_STATES) {
    for (const event of RUN_EVENTS) {
      const move = RUN.find((known) => known.startsWith(`${state} ${event} `));
      it(`${state}, ${event}: ${move ?? 'refused'}`, () => {
        if (move === undefined) expect(() => nextRunState(state, event)).toThrow(/cannot/);
        else expect(nextRunState(state, event)).toBe(move.split(' ')[2]);
      });
    }
  }

  it('no end can be left', () => {
    expect(RUN_STATES.filter(hasEnded)).toEqual(['succeeded', 'failed', 'cancelled', 'skipped']);
  });
});

describe('the states of a step', () => {
  for (const state of ['absent', ...STEP_STATES] as const) {
    for (const event of STEP_EVENTS) {
      const move = STEP.find((known) => known.startsWith(`${state} ${event} `));
      it(`${state}, ${event}: ${move ?? 'refused'}`, () => {
        if (move === undefined) expect(() => nextStepState(state, event)).toThrow(/cannot/);
        else expect(nextStepState(state, event)).toBe(move.split(' ')[2]);
      });
    }
  }
});
