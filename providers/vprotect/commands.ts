/** The commands of vProtect. */
import type { CreateRequest, StartRequest } from '../../src/core/provider-commands.ts';
import { type CancelOptions, createCancel } from './cancel.ts';
import type { VProtectConfig } from './config.ts';
import { createEdits, type EditsOptions } from './edit.ts';
import { defaultSettings, settingsField, toSettings } from './settings.ts';
import { createStarts, type StartsOptions } from './start.ts';

interface CommandsOptions extends StartsOptions, CancelOptions, EditsOptions {
  readonly config: VProtectConfig;
}

export function createCommands({ config, ...options }: CommandsOptions) {
  const starts = createStarts(options);
  return {
    start: async (request: StartRequest, signal: AbortSignal) =>
      starts.start(request, defaultSettings(config), ['input'], signal),
    create: async (request: CreateRequest, signal: AbortSignal) =>
      starts.start(request, toSettings(request.settings, config), settingsField, signal),
    find: starts.find,
    cancel: createCancel(options),
    ...createEdits(options),
  };
}
