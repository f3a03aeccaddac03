/**
 * `npm pack` and `npm publish` run this: before packing, package.json becomes that of a bundle, and afterwards it is
 * restored. In the repository `dependencies` are all packages that the product consists of, so that `npm audit --omit=dev` and
 * its reports speak of the product. An installation of the bundle needs only what it leaves outside.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const file = 'package.json';
const saved = 'package.json.unpacked';

if (process.argv[2] === '--restore') {
  if (existsSync(saved)) renameSync(saved, file);
} else {
  // A copy that is there already is the right one: an earlier run was interrupted.
  if (!existsSync(saved)) writeFileSync(saved, readFileSync(file));
  const {
    scripts: _s,
    devDependencies: _d,
    overrides: _o,
    dependencies,
    ...manifest
  } = JSON.parse(readFileSync(saved, 'utf8'));
  const external = JSON.parse(readFileSync('build/external.json', 'utf8'));
  const kept = Object.fromEntries(external.map((name) => [name, dependencies[name]]));
  writeFileSync(file, `${JSON.stringify({ ...manifest, dependencies: kept }, null, 2)}\n`);
}
