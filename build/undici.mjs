/**
 * What the program uses of undici. The entry of the package loads `fetch`, WebSockets, caches and mocks as well: a megabyte
 * of source that each start would compile and never run.
 */
import api from 'undici/lib/api/index.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';

// As the entry of the package does.
Object.assign(Dispatcher.prototype, api);

export { Agent, buildConnector, Pool };
