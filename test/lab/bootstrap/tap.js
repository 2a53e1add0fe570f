/** Renders TAP as one readable line a test, with all that is said about a failure, and counts. */
export function createTapReader(print) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  let showsDetails = false;

  const readResult = (verdict, title, directive) => {
    showsDetails = verdict === 'not ok';
    if (directive !== undefined) {
      count.skipped += 1;
      print(`- ${title} (${directive.toLowerCase()})`);
    } else if (verdict === 'ok') {
      count.passed += 1;
      print(`✔ ${title}`);
    } else {
      count.failed += 1;
      print(`✘ ${title}`);
    }
  };

  const readLine = (line) => {
    const result = /^(ok|not ok) \d+ - (.*?)(?: # ([A-Z]+))?$/.exec(line);
    if (result !== null) readResult(result[1], result[2], result[3]);
    else if (/^# {3,}/.test(line)) print(`    ${line.slice(1).trim()}`);
    else if (showsDetails && !/^\s*(---|\.\.\.)?$/.test(line) && !/^(1\.\.\d+|# \w+ \d+)$/.test(line))
      print(`  ${line}`);
  };

  return { count, readLine };
}
