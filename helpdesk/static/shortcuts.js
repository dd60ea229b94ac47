// Single keys on the pages of the desk: each does what a link, a field or a button of the page does, and nothing needs them.
// Whoever does not want them gets this file no more (the account page); while somebody types no key does anything.
(() => {
  const dialog = document.getElementById("shortcuts-dialog");
  const TOGETHER = 1500; // milliseconds between g and q
  const TYPES = "input, textarea, select, [contenteditable]";
  let began = 0; // when g was pressed

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const go = (step) => {
    const all = rows();
    const next = all[all.indexOf(document.activeElement) + step] ?? (step > 0 ? null : all[0]);
    next?.focus();
    return Boolean(next);
  };
  const use = (key) => {
    const target = document.querySelector(`[data-key="${key}"]`);
    if (!target) return false;
    const folded = target.closest("details");
    if (folded) folded.open = true;
    if (target.matches(TYPES)) target.focus();
    else target.click();
    return true;
  };
  const acts = {
    "?": () => dialog.showModal() ?? true,
    j: () => go(1),
    k: () => go(-1),
    o: () => (rows().includes(document.activeElement) ? (document.activeElement.click(), true) : false),
    q: () => (Date.now() - began < TOGETHER ? (location.assign(dialog.dataset.queue), true) : false),
    g: () => ((began = Date.now()), true),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && !"?/".includes(event.key))) return;
    if (event.target.closest(TYPES) || document.querySelector("dialog[open]")) return;
    const isDone = "rnet/".includes(event.key) ? use(event.key) : acts[event.key]?.();
    if (event.key !== "g") began = 0;
    if (isDone) event.preventDefault();
  });
})();
