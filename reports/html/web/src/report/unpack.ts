// Takes the report's JSON text out of the page, where it stands as gzip in base64 (reports/html/packed.h).
import { gunzipSync } from "fflate";

/** Throws for text that is cut off or not packed. At once and not in a promise: the page is printed when it has loaded. */
export function unpack(packed: string): string {
  const binary = atob(packed.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return new TextDecoder("utf-8", { fatal: true }).decode(gunzipSync(bytes));
}
