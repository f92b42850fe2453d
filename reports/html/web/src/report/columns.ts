// Reads the form in which the report stands in the page (reports/html/columns.h): lists of like records as columns.

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function table([, count, keys, ...parts]: Json[]): Json[] {
  const names = keys as string[];
  const isNull = new Set(parts[names.length] as number[]);
  const columns = parts.slice(0, names.length).map((part) => list(part as Json[]));
  const rows: Json[] = [];
  for (let row = 0, at = 0; row < (count as number); ++row) {
    if (isNull.has(row)) {
      rows.push(null);
      continue;
    }
    const record: { [key: string]: Json } = {};
    for (let i = 0; i < names.length; ++i) record[names[i]!] = columns[i]![at]!;
    rows.push(record);
    ++at;
  }
  return rows;
}

function dictionary([, strings, ...places]: Json[]): Json[] {
  return places.map((place) => (strings as string[])[place as number]!);
}

function prefixes([, counts, ...rests]: Json[]): Json[] {
  let before = "";
  return rests.map((rest, i) => (before = before.slice(0, (counts as number[])[i]) + (rest as string)));
}

function list(form: Json[]): Json[] {
  switch (form[0]) {
    case 0: return form.slice(1).map(decoded);
    case 1: return table(form);
    case 2: return dictionary(form);
    case 3: return new Array<Json>(form[1] as number).fill(form[2]!);
    case 4: return prefixes(form);
    default: throw new Error(`a list of the unknown form ${JSON.stringify(form[0])}`);
  }
}

function decoded(value: Json): Json {
  if (Array.isArray(value)) return list(value);
  if (value === null || typeof value !== "object") return value;
  // Assigning to an own key is safe for every name, `__proto__` included.
  for (const key of Object.keys(value)) value[key] = decoded(value[key]!);
  return value;
}

/** The value whose lists were turned into columns. Throws for text that is not of that form. */
export function fromColumns(text: string): unknown {
  return decoded(JSON.parse(text) as Json);
}
