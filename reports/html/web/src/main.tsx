import { render } from "preact";

const report = JSON.parse(document.getElementById("report")?.textContent ?? "null") as { name: string };

render(
  <main>
    <h1>{report.name}</h1>
  </main>,
  document.getElementById("page") as HTMLElement,
);
