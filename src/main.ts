#!/usr/bin/env node
/** The entry. It prepares the start, then loads the program: code that is loaded before this would not be covered. */
import { keepCompiledCode } from './cli/compile-cache.ts';

keepCompiledCode();
// Stack traces name the sources instead of the bundle.
process.setSourceMapsEnabled(true);
await import('./cli/program.ts');
