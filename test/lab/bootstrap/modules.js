import { announce, must, repository } from './spawn.js';
import { hashFiles, unlessDone } from './stamp.js';

/** Installs what package-lock.json says; the stamp lies inside node_modules, so that it goes with it. */
export function installModules() {
  const wanted = hashFiles([`${repository}/package-lock.json`]);
  unlessDone(`${repository}/node_modules/.dmtool-lock-hash`, wanted, () => {
    announce('npm ci: node_modules is missing or older than package-lock.json');
    must('npm', ['ci'], { stdio: ['ignore', 2, 2] });
  });
}
