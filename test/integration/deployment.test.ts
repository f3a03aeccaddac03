/** The files in `deploy` agree with each other, with the configuration and with the program. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';

const folder = 'deploy/kubernetes';
const manifest = (name: string) => parse(readFileSync(`${folder}/${name}.yaml`, 'utf8'));
const deployment = manifest('deployment').spec;
const pod = deployment.template.spec;
const [container] = pod.containers;
const secret: Record<string, string> = manifest('secret').stringData;
const config = parseConfig(manifest('configmap').data['backplane.yaml'], products, secret, {
  folder: '/etc/backplane',
});

describe('the manifests of Kubernetes', () => {
  it('have a configuration that the gateway takes, with the variables of the Secret and no other', () => {
    expect(config.auth?.tokens).toHaveLength(1);
    const used = [...manifest('configmap').data['backplane.yaml'].matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(used.toSorted()).toEqual(Object.keys(secret).toSorted());
  });

  it('select the pods that the Deployment makes', () => {
    const { labels } = deployment.template.metadata;
    expect(deployment.selector.matchLabels).toEqual(labels);
    expect(manifest('service').spec.selector).toEqual(labels);
    expect(manifest('poddisruptionbudget').spec.selector.matchLabels).toEqual(labels);
  });

  it('name the same ConfigMap, Secret and volume', () => {
    const [configuration, state] = pod.volumes;
    expect(configuration.configMap.name).toBe(manifest('configmap').metadata.name);
    expect(state.persistentVolumeClaim.claimName).toBe(manifest('persistentvolumeclaim').metadata.name);
    expect(container.envFrom).toEqual([{ secretRef: { name: manifest('secret').metadata.name } }]);
    expect(container.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(['configuration', 'state']);
  });

  it('let the gateway be reached and probed at its port, and write its database', () => {
    expect(container.ports).toEqual([{ name: 'http', containerPort: config.server.port }]);
    expect(config.server.host).toBe('0.0.0.0');
    expect(manifest('service').spec.ports[0].targetPort).toBe('http');
    expect(container.livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
    expect(config.storage.url).toMatch(`file:${container.volumeMounts[1].mountPath}/`);
  });

  it('leave a pod the time to stop, and one process the database', () => {
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(config.server.shutdownSeconds + 10);
    expect(deployment.replicas).toBe(1);
    expect(deployment.strategy).toEqual({ type: 'Recreate' });
  });

  it('run as the user of the image, with a root file system that cannot be written', () => {
    const user = /^USER (\d+):(\d+)$/m.exec(readFileSync('deploy/Dockerfile', 'utf8'));
    expect([pod.securityContext.runAsUser, pod.securityContext.runAsGroup]).toEqual([
      Number(user?.[1]),
      Number(user?.[2]),
    ]);
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
  });

  it('are all mentioned in the document', () => {
    const text = readFileSync('docs/deployment.md', 'utf8');
    const kinds = readdirSync(folder).map((file) => manifest(file.replace('.yaml', '')).kind);
    expect(kinds.filter((kind: string) => !text.includes(kind))).toEqual([]);
  });
});

describe('the image and the service', () => {
  it('start the program where the package has it, with the same configuration', () => {
    const path = 'node_modules/backplane/dist/main.js';
    const image = readFileSync('deploy/Dockerfile', 'utf8');
    const service = readFileSync('deploy/backplane.service', 'utf8');
    for (const text of [image, service]) {
      expect(text).toContain(path);
      expect(text).toContain('BACKPLANE_CONFIG=/etc/backplane/backplane.yaml');
    }
    // Started means that it listens, and a wrong configuration is not tried again and again.
    expect(service).toMatch(/^ExecStartPost=.*dist\/main\.js healthcheck --wait \d+$/m);
    expect(service).toMatch(/^RestartPreventExitStatus=2$/m);
    const timeout = Number(/^TimeoutStopSec=(\d+)s$/m.exec(service)?.[1]);
    expect(timeout).toBeGreaterThanOrEqual(10);
  });

  it('copy into the build what the bundle is made of', () => {
    const kept = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(kept.filter((line) => !existsSync(line.slice(1)))).toEqual([]);
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
    const packed = files.filter((file) => !file.startsWith('dist/')).map((file) => file.split('/')[0]);
    expect(packed.filter((file) => !kept.includes(`!${file}`))).toEqual([]);
  });
});

describe('the manifest of the package', () => {
  const script = resolve('build/publish-manifest.mjs');

  async function checkout(): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), 'publish-'));
    onTestFinished(() => rm(copy, { recursive: true }));
    await cp('package.json', join(copy, 'package.json'));
    await cp('build', join(copy, 'build'), { recursive: true });
    return copy;
  }

  it('names only what is installed beside the bundle, and is restored, after an interruption too', async () => {
    const copy = await checkout();
    const file = join(copy, 'package.json');
    const original = await readFile(file, 'utf8');
    const external = JSON.parse(readFileSync('build/external.json', 'utf8')) as string[];
    for (let run = 0; run < 2; run++) {
      execFileSync(process.execPath, [script], { cwd: copy });
      const packed = JSON.parse(await readFile(file, 'utf8')) as Record<string, object>;
      expect(Object.keys(packed['dependencies'] ?? {})).toEqual(external);
      expect(packed).toMatchObject({ name: 'backplane', bin: { backplane: 'dist/main.js' } });
      expect(packed).not.toHaveProperty('scripts');
      expect(packed).not.toHaveProperty('devDependencies');
    }
    execFileSync(process.execPath, [script, '--restore'], { cwd: copy });
    expect(await readFile(file, 'utf8')).toBe(original);
  });
});
