import type fc from 'fast-check';
import type { KeepFacts } from '../../src/model/keeping.ts';
import type { DockerSituation } from './docker-situations.ts';
import { type Recipe, recipes, situate } from './docker-situations.ts';
import { observe } from './simulated/docker-disk.ts';
import { keepFacts } from './simulated/docker-images.ts';

/** A situation in which images are to come along. */
export const keeping = (
  { host, intent, docker }: DockerSituation,
  facts: Partial<KeepFacts> = {},
): DockerSituation => ({
  host: observe({ ...host, keeping: keepFacts(facts) }),
  intent,
  docker: { ...docker, keepImages: true },
});

/** Hosts whose Docker runs, or has nothing that could be lost: all others are refused. */
export const keepingRecipes: fc.Arbitrary<Recipe> = recipes
  .filter(({ scene }) => scene.up === 'running' || scene.up === undefined || Object.keys(scene.tree ?? {}).length === 0)
  .filter(({ scene }) => !(scene.tree?.devicemapper && scene.config?.includes('overlay2')));

export const situateKeeping = (recipe: Recipe): DockerSituation => keeping(situate(recipe));
