#!/usr/bin/env node
/** The entry. It prepares the start, then loads the program: code that is loaded before this would not be covered. */
import { keepCompiledCode } from './cli/compile-cache.ts';

keepCompiledCode();
// Stack traces name the sources instead of the bundle.
process.setSourceMapsEnabled(true);
// libsql reads the report of the process to choose its file; addresses of the network in it would take time.
Object.assign(process.report ?? {}, { excludeNetwork: true });
await import('./cli/program.ts');
