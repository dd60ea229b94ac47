// The questions of the help ticket follow the answers in their place, and what is typed is kept as it is typed.
// Without this script a button asks for the questions, and every step keeps what was typed.
(() => {
  const form = document.getElementById("ticket");
  const place = document.getElementById("questions");
  const changed = document.getElementById("questions-status");
  const saved = document.getElementById("saved");
  const PAUSE = 2000; // milliseconds without a key before what was typed is kept
  let latest = 0;
  let waiting = null;
  let saving = new AbortController();

  for (const element of form.querySelectorAll(".without-script")) element.hidden = true;

  const controls = () => [...place.querySelectorAll("input, select, textarea")].filter((control) => control.type !== "hidden" && control.type !== "file");
  const state = () => new Map(controls().map((control) => [control.id, { checked: control.checked, value: control.value }]));

  // Files wait until a button sends them.
  const post = (address, more = {}) => {
    const fields = new FormData(form);
    fields.delete("files");
    return fetch(address, { method: "POST", body: new URLSearchParams(fields), ...more }).then(
      (answer) => (answer.ok && !answer.redirected ? answer : null),
      () => null,
    );
  };

  // What was typed while the server was thinking is newer than what it has sent.
  const keep = (before) => {
    for (const control of controls()) {
      const known = before.get(control.id);
      if (!known) continue;
      if (control.type === "radio" || control.type === "checkbox") control.checked = known.checked;
      else control.value = known.value;
    }
  };

  const refresh = async () => {
    const turn = ++latest;
    const answer = await post(form.dataset.questions);
    const html = answer && (await answer.text());
    if (turn !== latest) return;
    if (!answer) {
      for (const element of form.querySelectorAll(".without-script")) element.hidden = false;
      return;
    }
    const before = state();
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    const chosen = place.querySelector("input[type=file]");
    place.innerHTML = html;
    if (chosen) place.querySelector("input[type=file]")?.replaceWith(chosen); // what is chosen cannot be set anew
    keep(before);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if ([...state().keys()].join() !== [...before.keys()].join()) changed.textContent = changed.dataset.words;
  };

  const save = async (more) => {
    clearTimeout(waiting);
    waiting = null;
    saving = new AbortController();
    const { signal } = saving;
    const answer = await post(form.dataset.draft, { signal, ...more });
    if (signal.aborted) return;
    saved.hidden = false;
    saved.classList.toggle("is-lost", !answer);
    const words = answer ? `${saved.dataset.now} ${new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" })}` : saved.dataset.lost;
    if (saved.textContent !== words) saved.textContent = words;
  };

  form.addEventListener("change", (event) => {
    if (event.target.name === "topic" || event.target.dataset.leads) refresh();
  });
  form.addEventListener("input", (event) => {
    if (event.target.type === "file" || !form.dataset.draft) return; // staff files for a caller without a draft
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    saving.abort(); // what is sent now is newer
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && waiting) save({ keepalive: true });
  });
})();
