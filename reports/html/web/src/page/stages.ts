// A long page is drawn in two stages: what a reader sees first is on the screen before the rest is made.
import { useLayoutEffect, useState } from "preact/hooks";
import { addRevealer } from "./deep_link";
import { usePrinting } from "./printing";

/**
 * Whether the rest may be drawn: after the first frame, and at once for printing, for a link into the page, and where
 * nobody looks, since a page that is not shown has no frames.
 */
export function useSecondStage(): boolean {
  const [shown, setShown] = useState(location.hash.length > 1 || document.hidden);
  const printing = usePrinting();
  useLayoutEffect(() => {
    if (shown) return;
    const frame = requestAnimationFrame(() => setTimeout(() => setShown(true)));
    const drawAtOnce = () => setShown(true);
    document.addEventListener("visibilitychange", drawAtOnce);
    const removeRevealer = addRevealer(() => {
      drawAtOnce();
      return null;
    });
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener("visibilitychange", drawAtOnce);
      removeRevealer();
    };
  }, [shown]);
  return shown || printing;
}
