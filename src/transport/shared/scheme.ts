import type { Socket } from 'node:net';

/** How the connection came to this gateway; undefined in tests without one. */
export const schemeOf = (socket: Socket | undefined): 'http' | 'https' =>
  socket && 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
