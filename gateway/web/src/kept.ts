/** What this browser remembers of the person's taste; nothing of a taxpayer, and no token. */
function place(key: string) {
  return {
    read(): string | null {
      try {
        return localStorage.getItem(key);
      } catch {
        return null; // storage can be forbidden: then nothing is remembered
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

export const kept = { language: place("language"), theme: place("theme"), taxpayer: place("taxpayer") };
