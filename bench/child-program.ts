/** What the programs that the driver starts have in common: they say where they listen, and end with their parent. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export function announce(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
  });
  // The other end of this pipe closes however the driver ends.
  process.stdin.resume().once('end', () => process.exit());
  // Ctrl-C is meant for the driver, which then ends its children in order.
  process.on('SIGINT', () => undefined);
}
