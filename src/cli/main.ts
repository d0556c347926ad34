#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './run.js';

// Payload passes through memory outside V8's heap, which V8 takes for pressure: it then marks our small heap beside
// us, over and over, at twice the processor time of the transfer. A whole collection of such a heap takes 2 ms.
setFlagsFromString('--no-incremental-marking');

process.exitCode = 1;
void runCommandLine(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
