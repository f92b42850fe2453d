// One drawing: made when it comes near the window or is printed, and again when its width changes.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePrinting } from "../page/printing";
import type { ChartData } from "./chart_data";
import type { Frame } from "./axes";
import { drawPlot, plotOptions } from "./plots";

const printedWidth = 640;

export function Chart({ data, ranges, label }: { data: ChartData; ranges: Pick<Frame, "x" | "y">; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [width, setWidth] = useState(0);
  const printing = usePrinting();

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const nearness = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true), { rootMargin: "600px" });
    const size = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    nearness.observe(element);
    size.observe(element);
    setWidth(Math.floor(element.clientWidth));
    return () => {
      nearness.disconnect();
      size.disconnect();
    };
  }, []);

  const drawn = width || printedWidth;
  const options = plotOptions(data, { ...ranges, width: Math.max(260, drawn) });
  useLayoutEffect(() => {
    if (near || printing) place.current?.replaceChildren(drawPlot(options, label));
  }, [near, printing, drawn, data]);
  // Room is kept beforehand: what lies below must not move while someone reads it.
  return <div class="chart" ref={place} style={{ minHeight: options.height ?? 0 }} />;
}
