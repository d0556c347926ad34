#!/usr/bin/env node
import { runCommandLine } from './run.js';

const words = process.argv.slice(2);

/** What nobody foresaw, also in a listener of some library: one line, no stack unless it was asked for. */
function endUnexpectedly(thrown: unknown): void {
  const isAsked = words.includes('-vv');
  const text = thrown instanceof Error ? (isAsked ? thrown.stack : thrown.message) : String(thrown);
  process.stderr.write(
    `tally: unexpected failure: ${text}\n  Please report it; -vv shows where it happened.\n`,
  );
  process.exit(1);
}

process.on('uncaughtException', endUnexpectedly);
runCommandLine(words).then((exitCode) => process.exit(exitCode), endUnexpectedly);
