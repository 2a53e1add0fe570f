import { LabFailure } from '../../lab/errors.ts';
import type { Guest } from '../../lab/guest.ts';

type Labels = Readonly<Record<string, string>>;

/** What stands in a text in Prometheus' format, and stays so, as promtool's tests have it. */
export const seriesOf = (text: string): { series: string; values: string }[] =>
  [...text.matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm)].map(([, series = '', value]) => ({
    series,
    values: `${value}x300`,
  }));

/** An alert that fires, as `promtool test rules` tells it. */
export interface Firing {
  readonly exp_labels: Labels;
  readonly exp_annotations: Labels;
}

/** One situation: what is measured, when it is looked at, and every alert that then fires. */
export interface Situation {
  readonly name: string;
  readonly series: readonly { readonly series: string; readonly values: string }[];
  readonly at: string;
  readonly firing: Readonly<Record<string, readonly Firing[]>>;
}

/** Has promtool try the rules; the alerts that are not named must not fire. */
export async function testRules(guest: Guest, rules: string, situations: readonly Situation[]): Promise<void> {
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  const tests = situations.map(({ name, series, at, firing }) => ({
    name,
    interval: '1m',
    input_series: series,
    alert_rule_test: alerts.map((alertname) => ({ alertname, eval_time: at, exp_alerts: firing[alertname] ?? [] })),
  }));
  await guest.writeFile('/run/rules.yml', rules);
  await guest.writeFile(
    '/run/tests.yml',
    JSON.stringify({ rule_files: ['/run/rules.yml'], evaluation_interval: '1m', tests }),
  );
  for (const argv of [
    ['check', 'rules', '/run/rules.yml'],
    ['test', 'rules', '/run/tests.yml'],
  ]) {
    const { exitCode, stdout, stderr } = await guest.run(['promtool', ...argv]);
    if (exitCode !== 0) throw new LabFailure(`promtool ${argv.join(' ')}: exit ${exitCode}\n${stdout}${stderr}`);
  }
}
