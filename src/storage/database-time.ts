import { sql } from 'kysely';

/** The clock of PostgreSQL, in microseconds since 1970: the same for all gateways. */
export const databaseTime = sql<number>`(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`;
