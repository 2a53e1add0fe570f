import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { installWithPool, isHost, readmeBlock } from './support/askers.ts';
import { type Firing, seriesOf, testRules } from './support/promtool.ts';
import { makeLoopPool, POOL } from './support/raw-pool.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// What Prometheus' own programs make of the file: promtool, node_exporter, and the README's rules.

const FILE = '/var/lib/prometheus/node-exporter/dmtool.prom';

/** What status tells of the host as it is, once promtool finds nothing wrong with it. */
async function metrics(guest: Guest, ...more: readonly string[]): Promise<string> {
  await dmtool(guest, ['status', '--format', 'prometheus', '--output', FILE, ...more]);
  await must(guest, 'promtool check metrics < "$1"', FILE);
  return guest.readFile(FILE);
}

const serve = `ip link set lo up
runuser -u prometheus -- prometheus-node-exporter --collector.disable-defaults --collector.textfile \\
  --collector.textfile.directory="$(dirname "$1")" --web.listen-address=127.0.0.1:9100 > /run/exporter 2>&1 &
pid=$!
curl --silent --fail --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:9100/metrics
kill $pid`;

/** So that promtool need not know who serves it. */
const alert = (severity: string, summary: string, labels: Readonly<Record<string, string>> = {}): Firing => ({
  exp_labels: { severity, ...labels },
  exp_annotations: { summary },
});

const finding = (severity: string, code: string): Firing =>
  alert(severity, `docker/thinpool on : dmtool explain ${code}`, {
    code,
    pool: 'docker/thinpool',
    state: severity.toUpperCase(),
  });

test.serial('promtool and node_exporter take it, and the alerts fire', async (t) => {
  if (isHost) return t.pass('the host gets no Prometheus');
  await using guest = await boot({ disks: ['512M'] });
  const none = await metrics(guest);
  await installWithPool(guest, diskOf(guest));
  const well = await metrics(guest);
  const critical = await metrics(guest, '--vg-critical', '50:');
  await must(guest, 'lvchange --activate n docker/thinpool');
  t.regex(await metrics(guest), /^dmtool_pool_finding\{code="DM106",pool="docker\/thinpool",state="WARNING"\} 1$/m);
  await must(guest, 'lvchange --activate y docker/thinpool');
  await makeLoopPool(guest, '64M', '16M');
  t.true((await metrics(guest)).includes(`dmtool_pool_suspended{pool="${POOL}"} 0`));
  await must(guest, 'lvchange --monitor n docker/thinpool');
  const ill = await metrics(guest);

  const served = await must(guest, serve, FILE);
  t.regex(served, /^node_textfile_scrape_error 0$/m);
  for (const { series } of seriesOf(ill)) t.true(served.includes(`\n${series} `), series);
  const [written = ''] = /^node_textfile_mtime_seconds\{.*\}/m.exec(served) ?? [];
  t.true(written.includes(FILE));

  const used = /^dmtool_pool_data_used_bytes\{.*\}/m.exec(well)?.[0] ?? '';
  const grows = { series: used, values: '0+1000000x300' };
  const seen = { series: written, values: '0x300' };
  await testRules(guest, readmeBlock('yaml'), [
    { name: 'well', series: [...seriesOf(well), seen], at: '20m', firing: {} },
    {
      name: 'ill',
      series: [...seriesOf(ill), seen],
      at: '20m',
      firing: { ThinPoolWarning: [finding('warning', 'DM109')] },
    },
    {
      name: 'critical',
      series: seriesOf(critical),
      at: '1m',
      firing: { ThinPoolCritical: [finding('critical', 'DM111')] },
    },
    {
      name: 'no pool',
      series: seriesOf(none),
      at: '20m',
      firing: { ThinPoolsUnknown: [alert('warning', ': nobody can say how its thin pools are')] },
    },
    {
      name: 'fills up',
      series: [...seriesOf(well).filter(({ series }) => series !== used), grows],
      at: '2h',
      firing: {
        ThinPoolFullTomorrow: [
          alert('warning', 'docker/thinpool on  is full within a day, if it goes on like this', {
            pool: 'docker/thinpool',
          }),
        ],
      },
    },
    {
      name: 'nobody writes it any more',
      series: [seen],
      at: '31m',
      firing: {
        ThinPoolsUnseen: [alert('warning', ": dmtool.prom is old, or node_exporter can't read it", { file: FILE })],
      },
    },
  ]);
});
