// Runs before the first paint, so that a chosen theme or language never flashes. Keys as in frontend/src/ui/storage.rs.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem("signalbox.theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  root.lang = localStorage.getItem("signalbox.language") ?? navigator.language;
} catch {
  // A browser that refuses storage gets the system's theme.
}
