import type { Host } from '../../src/model/host.ts';
import type { DockerIntent, ProvisionIntent } from '../../src/model/intent.ts';
import { planProvisionedSetup } from '../../src/plan/setup-provisioned.ts';
import type { Plan, Planned } from '../../src/plan/step.ts';
import { GIB } from '../../src/units/quantity.ts';
import { dockerWish, type Scene, withDocker } from './docker-hosts.ts';
import { ready } from './docker-runs.ts';
import { blankHost, disk } from './hosts.ts';
import type { World } from './simulated/docker-disk.ts';

/** `dmtool setup --device … --provisioner docker`, as the command reads it. */
export const provisionWish = (facts: Partial<ProvisionIntent> = {}): ProvisionIntent => ({ wipe: false, ...facts });

export const BLANK = blankHost([disk('/dev/sdb', 10n * GIB)]);

/** A host with a blank disk, and Docker as the scene says. */
export const provisionHost = (scene: Scene = {}): World => withDocker(BLANK, scene);

export const planOn = (host: Host, wish: Partial<ProvisionIntent> = {}, docker: Partial<DockerIntent> = {}): Planned =>
  planProvisionedSetup(host, provisionWish(wish), dockerWish(docker));

export const provisionPlan = (
  host: Host,
  wish: Partial<ProvisionIntent> = {},
  docker: Partial<DockerIntent> = {},
): Plan => ready(planOn(host, wish, docker));
