// The questions of the help ticket follow the answers in their place. Without this script they are asked for by buttons.
(() => {
  const form = document.getElementById("ticket");
  const place = document.getElementById("questions");
  const status = document.getElementById("questions-status");
  let latest = 0;

  for (const element of form.querySelectorAll(".without-script")) element.hidden = true;

  const controls = () => [...place.querySelectorAll("input, select, textarea")].filter((control) => control.type !== "hidden" && control.type !== "file");
  const state = () => new Map(controls().map((control) => [control.id, { checked: control.checked, value: control.value }]));

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
    const fields = new FormData(form);
    fields.delete("files");
    let answer;
    try {
      answer = await fetch(form.dataset.questions, { method: "POST", body: new URLSearchParams(fields), headers: { "X-Requested-With": "fetch" } });
    } catch {
      answer = { ok: false };
    }
    if (turn !== latest) return;
    if (!answer.ok || answer.redirected) {
      for (const element of form.querySelectorAll(".without-script")) element.hidden = false;
      return;
    }
    const html = await answer.text();
    if (turn !== latest) return;
    const before = state();
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.innerHTML = html;
    keep(before);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if ([...state().keys()].join() !== [...before.keys()].join()) status.textContent = status.dataset.words;
  };

  form.addEventListener("change", (event) => {
    if (event.target.name === "topic" || event.target.dataset.leads) refresh();
  });
})();
