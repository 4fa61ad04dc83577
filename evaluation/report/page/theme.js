// Light or dark: what the system says, until the reader says otherwise.
const toggle = document.querySelector("#theme");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? prefersDark.matches : theme === "dark";
}

function label() {
  if (toggle) toggle.textContent = isDark() ? "Light" : "Dark";
}

if (toggle instanceof HTMLElement) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  prefersDark.addEventListener("change", label);
  label();
}
