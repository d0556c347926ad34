import { runSimulation } from './run-simulation.js';

/** `npm run simulate -- --seeds N [--from SEED]`. */
process.exitCode = (await runSimulation(process.argv.slice(2), (text) => process.stdout.write(text))) ?? 1;
