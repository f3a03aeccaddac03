/** Section `metrics`: the listener for Prometheus. */
import { z } from 'zod';

export const metricsSettings = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address to listen on. Any other than a loopback address needs `tokenSha256`.'),
    port: z
      .int()
      .min(0)
      .max(65535)
      .default(9464)
      .describe('TCP port to listen on. 0: a free port, which a printed line names.'),
    tokenSha256: z
      .string({ error: 'expected a text: put it in quotes' })
      .regex(/^[0-9a-f]{64}$/i, {
        error: 'expected 64 hexadecimal digits; the command "token" makes a token and prints them',
      })
      .transform((text) => text.toLowerCase())
      .nullable()
      .default(null)
      .describe(
        'SHA-256 of the bearer token that a scrape must send, 64 hexadecimal digits. The command `token` creates a token and prints its SHA-256. null: no token is asked for.',
      ),
    maxEntitySeries: z
      .int()
      .min(0)
      .max(100_000)
      .default(5000)
      .describe(
        'Maximum of time series with the label `entity`; an entity has up to nine. Entities beyond it have none; `backplane_entity_series_cut` counts them, and `backplane_entity_protection` includes them.',
      ),
  })
  .nullable()
  .default(null);
