import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileKernel, kernelModule } from '../../../scripts/compile-kernel.mjs';

it('the kernel that is loaded is the one that kernel/ compiles to', async () => {
  const committed = readFileSync(kernelModule, 'utf8');
  expect(committed === (await compileKernel()), 'run: node scripts/compile-kernel.mjs').toBe(true);
});
