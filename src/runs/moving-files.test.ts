import { expect, it } from 'vitest';
import { MovingFiles } from './moving-files.js';

it('counts the files of batches, and none that its batch left unsettled', () => {
  const moving = new MovingFiles();
  const one = moving.ofBatch('acme');
  const other = moving.ofBatch('acme');
  one.started(1);
  one.started(2);
  other.started(1);
  one.settled(1);
  one.settled(1);
  expect(moving.byPartner()).toEqual({ acme: 2 });
  one.over();
  one.settled(2);
  expect(moving.byPartner()).toEqual({ acme: 1 });
  other.settled(1);
  expect(moving.byPartner()).toEqual({ acme: 0 });
});
