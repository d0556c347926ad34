import { EventEmitter } from 'node:events';
import { beforeEach, expect, it } from 'vitest';
import { promptWithoutEcho } from './password-prompt.js';

let said: string[];
let input: EventEmitter;

beforeEach(() => {
  said = [];
  input = Object.assign(new EventEmitter(), {
    setRawMode: (on: boolean) => said.push(on ? '<raw>' : '<cooked>'),
    setEncoding: () => undefined,
    resume: () => undefined,
    pause: () => said.push('<paused>'),
  });
});

const ask = () =>
  promptWithoutEcho(
    'Password: ',
    input as unknown as NodeJS.ReadStream,
    { write: (text: string) => said.push(text) } as unknown as NodeJS.WriteStream,
  );

it('shows nothing of what is typed, takes back with backspace, and leaves the terminal as it was', async () => {
  const answer = ask();
  input.emit('data', 'secreX');
  input.emit('data', '\u007ft ü😀\u007f\r');
  expect((await answer).reveal()).toBe('secret ü');
  expect(said).toEqual(['<raw>', 'Password: ', '<cooked>', '<paused>', '\n']);
});

it.each(['\u0003', '\u0004'])('%j gives up', async (key) => {
  const answer = ask();
  input.emit('data', `abc${key}`);
  await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(said.slice(2)).toEqual(['<cooked>', '<paused>', '\n']);
  expect(input.listenerCount('data')).toBe(0);
});

it('the end of the input gives up, too', async () => {
  const answer = ask();
  input.emit('end');
  await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
});
