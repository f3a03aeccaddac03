/** How a Storware vProtect server stands in the configuration file. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';
import { isGuid } from './guid.ts';

const guid = () => z.string().refine(isGuid, { error: 'expected a GUID' });

export const vprotectConfig = z
  .strictObject({
    ...providerFields,
    kind: z.literal('vprotect'),
    /** With the `/api` at its end. */
    url: providerUrl(),
    username: z.string().min(1),
    password: secret(),
    /** Backup destination of the backups that are started here. */
    destination: guid().optional(),
    /** Or the policy rules that say where they go. */
    rules: z.array(guid()).min(1).optional(),
  })
  .refine(({ destination, rules }) => destination === undefined || rules === undefined, {
    path: ['rules'],
    error: 'expected either destination or rules, not both',
  });

export type VProtectConfig = z.output<typeof vprotectConfig>;
