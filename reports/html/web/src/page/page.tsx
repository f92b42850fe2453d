// The whole page, from the summary down to the provenance.
import { useState } from "preact/hooks";
import { useLookup } from "../report/lookup";
import { Audit } from "../sections/audit";
import { Comparisons } from "../sections/comparisons";
import { DataAndSplit } from "../sections/data_and_split";
import { Definitions } from "../sections/definitions";
import { Measurements } from "../sections/measurements";
import { Provenance } from "../sections/provenance";
import { SuiteView } from "../sections/suite_view";
import { Summary } from "../sections/summary";
import { Systems } from "../sections/systems";
import { fileName } from "../text/csv";
import { count, number } from "../text/numbers";
import { download } from "./download";
import { Foreign } from "./parts";
import { useSecondStage } from "./stages";
import { rememberedTheme, setTheme, themes } from "./theme";

function ThemeChoice() {
  const [theme, setChosen] = useState(rememberedTheme());
  return (
    <label class="theme">
      <span>Theme</span>
      <select
        value={theme}
        onChange={(event) => {
          const chosen = themes[event.currentTarget.selectedIndex] ?? "system";
          setTheme(chosen);
          setChosen(chosen);
        }}
      >
        {themes.map((name) => <option value={name}>{name}</option>)}
      </select>
    </label>
  );
}

function Contents() {
  const lookup = useLookup();
  const { report } = lookup;
  return (
    <nav aria-label="Contents" class="contents">
      <ul>
        <li><a href="#summary">Summary</a></li>
        <li><a href="#data">Data and split</a></li>
        {report.suites.map((suite) => (
          <li>
            <a href={`#${lookup.anchorOf(suite)}`}><Foreign text={suite.info.name} /></a>
            {suite.measured ? null : <span class="quiet"> not measured</span>}
          </li>
        ))}
        <li><a href="#measurements">Measurements</a></li>
        <li><a href="#comparisons">Comparisons</a></li>
        {lookup.audit ? <li><a href="#audit">Audit view</a></li> : null}
        <li><a href="#definitions">Definitions</a></li>
        <li><a href="#systems">Systems</a></li>
        <li><a href="#provenance">Provenance</a></li>
      </ul>
    </nav>
  );
}

function Head() {
  const { report, json, seed } = useLookup();
  const { data } = report;
  return (
    <header class="head">
      <div>
        <p class="quiet">recgauge report</p>
        <h1 id="summary"><Foreign text={report.name || report.run_id || "unnamed run"} /></h1>
        <p class="meta">
          <Foreign text={data.origin.name || "unnamed data set"} />: {count(data.users, "user")}, {count(data.items, "item")},{" "}
          {count(data.interactions, "interaction")}. {count(report.systems.length, "system")}, {count(report.suites.length, "suite")}.{" "}
          <span class="quiet">Run <code class="hash"><Foreign text={report.run_id.slice(0, 16)} /></code>, recgauge <Foreign text={report.provenance.tool_version} />, seed {seed}</span>
        </p>
      </div>
      <div class="actions">
        <button type="button" onClick={() => download(fileName(report.name || "report") + ".json", "application/json", json())}>
          Whole report as JSON
        </button>
        <button type="button" onClick={() => print()}>Print</button>
        <ThemeChoice />
      </div>
    </header>
  );
}

function Rest() {
  const { report, measurements } = useLookup();
  return (
    <>
      <DataAndSplit />
      {report.suites.map((suite) => <SuiteView suite={suite} />)}
      <Measurements />
      <Comparisons />
      <Audit />
      <Definitions />
      <Systems />
      <Provenance />
      <footer class="quiet">{number(measurements.length)} measurements; this page needs no network and sends nothing.</footer>
    </>
  );
}

export function Page() {
  const whole = useSecondStage();
  return (
    <>
      <a class="skip" href="#summary">Skip to the summary</a>
      <div class="layout">
        <Contents />
        <main aria-busy={!whole}>
          <Head />
          <Summary />
          {whole ? <Rest /> : null}
        </main>
      </div>
    </>
  );
}
