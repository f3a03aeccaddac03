/** The parts of a sandbox server that are the same for all products. */
import type { SandboxRequest } from './contract.ts';
import { type SandboxRoutes, type ServeOptions, serveRoutes } from './http.ts';

export abstract class SandboxServer {
  url = '';
  requests: SandboxRequest[] = [];
  #stop = async (): Promise<void> => {};

  protected async serve(routes: SandboxRoutes, options: ServeOptions): Promise<void> {
    const { url, requests, close } = await serveRoutes(routes, options);
    this.url = url;
    this.requests = requests;
    this.#stop = close;
  }

  close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = async () => {};
    return stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A queue of scripts for the next runs, and the usual script for all others. */
export class Scripts<Script extends object> {
  readonly #next: Script[] = [];
  #usual: Script;

  constructor(usual: Script) {
    this.#usual = usual;
  }

  /** Adds a script for the next run without one. */
  add(script: Script): void {
    this.#next.push(script);
  }

  /** Sets the script of all runs for which none was added. */
  setUsual(script: Script): void {
    this.#usual = script;
  }

  take(): Script {
    return this.#next.shift() ?? this.#usual;
  }
}
