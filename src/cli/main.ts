#!/usr/bin/env node
import { runCommandLine } from './run.js';

process.exitCode = 1;
void runCommandLine(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
