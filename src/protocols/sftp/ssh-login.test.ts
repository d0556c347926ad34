import { describe, expect, it } from 'vitest';
import { LoginPlan, type LoginStep } from './ssh-login.js';

function step(name: string, method: LoginStep['method']): LoginStep {
  return { name, method, attempt: { type: 'none', username: name } };
}

const STEPS = [
  step('key 1', 'publickey'),
  step('key 2', 'publickey'),
  step('password', 'password'),
  step('questions', 'keyboard-interactive'),
];

/** Answers each attempt of the plan in turn and tells what it tried. */
function play(
  answers: readonly { readonly methods: readonly string[]; readonly partial?: boolean }[],
): readonly string[] {
  const plan = new LoginPlan('user', STEPS);
  expect(plan.next()).toEqual({ type: 'none', username: 'user' });
  for (const { methods, partial } of answers) {
    plan.refused({ methods, partial: partial ?? false });
    if (plan.next() === undefined) break;
  }
  return plan.tried;
}

describe('a login plan', () => {
  it('tries keys before the password, each once', () => {
    const all = { methods: ['publickey', 'password', 'keyboard-interactive'] };
    expect(play([all, all, all, all, all, all])).toEqual(['key 1', 'key 2', 'password']);
  });

  it('tries only what the server offers', () => {
    expect(play([{ methods: ['gssapi', 'password'] }, { methods: ['gssapi', 'password'] }])).toEqual([
      'password',
    ]);
    expect(play([{ methods: ['gssapi'] }])).toEqual([]);
  });

  it('answers questions with the password only where password itself is not offered', () => {
    const questions = { methods: ['keyboard-interactive'] };
    expect(play([questions, questions])).toEqual(['questions']);
    const both = { methods: ['keyboard-interactive', 'password'] };
    expect(play([both, both, both])).toEqual(['password']);
    expect(play([{ methods: ['password'] }, questions])).toEqual(['password']);
  });

  it('gives the password anew in each stage of a chain', () => {
    expect(
      play([
        { methods: ['publickey'] },
        { methods: ['password'], partial: true },
        { methods: ['keyboard-interactive'], partial: true },
      ]),
    ).toEqual(['key 1', 'password', 'questions']);
  });

  it('goes on with the next key when a chain wants two', () => {
    const keys = { methods: ['publickey'] };
    expect(play([keys, { ...keys, partial: true }, keys])).toEqual(['key 1', 'key 2']);
  });
});
