/** The person's preferences, in this browser; no data of a taxpayer but its id, and no token. */
function item(key: string) {
  return {
    read(): string | null {
      try {
        return localStorage.getItem(key);
      } catch {
        return null; // a browser can forbid storage: then nothing is remembered
      }
    },
    write(value: string): void {
      try {
        localStorage.setItem(key, value);
      } catch {
        return;
      }
    },
  };
}

export const storage = { language: item("language"), theme: item("theme"), taxpayer: item("taxpayer") };
