// Light, dark or as the system says; remembered where the browser lets a local file remember.

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "recgauge-theme";

export function rememberedTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system";
  }
}

export function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Storage may be forbidden; the theme then lasts as long as the page.
  }
}
