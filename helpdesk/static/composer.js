// On the page of a case: what is typed is kept as it is typed, and whoever else has the case open is told of it.
// Without this script a button keeps the draft, and the page says who was there when it was opened.
(() => {
  const PAUSE = 2000; // milliseconds without a key before what was typed is kept
  const BEAT = 10000; // between two words about being here
  const WRITES = 20000; // so long after the last key somebody is writing
  const RESTS = 300000; // a page that nobody has touched for so long says nothing any more
  const place = document.getElementById("presence");
  const csrf = () => document.querySelector("input[name=csrf_token]").value;
  const writing = { kind: "", at: 0 };
  let touched = Date.now();

  const tell = async () => {
    const kind = Date.now() - writing.at < WRITES ? writing.kind : "";
    const fields = new URLSearchParams({ csrf_token: csrf(), writing: kind });
    try {
      const answer = await fetch(place.dataset.presence, { method: "POST", body: fields });
      if (!answer.ok || answer.redirected) return;
      const { words } = await answer.json();
      if (place.textContent !== words) place.textContent = words;
    } catch {
      // the desk cannot be reached; the next word comes in a moment
    }
  };
  const leave = () => navigator.sendBeacon(place.dataset.presence, new URLSearchParams({ csrf_token: csrf(), leaves: 1 }));
  const isHere = () => document.visibilityState === "visible" && Date.now() - touched < RESTS;
  const touch = () => {
    const wasHere = isHere();
    touched = Date.now();
    if (!wasHere && isHere()) tell();
  };
  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, touch, { passive: true });
  document.addEventListener("visibilitychange", () => (isHere() ? tell() : leave()));
  addEventListener("pagehide", leave);
  setInterval(() => isHere() && tell(), BEAT);
  tell();

  const keepsDraft = (form) => {
    const said = form.querySelector("[data-draft]");
    const stopped = new AbortController();
    let waiting = null;
    let before = Promise.resolve(); // one after the other, lest an older text come last

    const send = async (more) => {
      const fields = new FormData(form);
      fields.delete("files");
      let words = form.dataset.lost;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(fields), signal: stopped.signal, ...more });
        if (!answer.redirected) ({ words } = await answer.json());
        if (answer.ok && !answer.redirected) form.querySelector("[data-discard]").hidden = !words;
      } catch {
        if (stopped.signal.aborted) return;
      }
      if (said.textContent !== words) said.textContent = words;
    };
    const save = (more) => {
      clearTimeout(waiting);
      waiting = null;
      before = before.then(() => send(more));
    };

    form.addEventListener("input", (event) => {
      if (event.target.type === "file" || event.target.name === "pick") return;
      const hasBegun = writing.kind !== form.dataset.writes || Date.now() - writing.at > WRITES;
      Object.assign(writing, { kind: form.dataset.writes, at: Date.now() });
      if (hasBegun) tell();
      clearTimeout(waiting);
      waiting = setTimeout(save, PAUSE);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      waiting = null;
      stopped.abort(); // what is sent now is newer
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && waiting) save({ keepalive: true });
    });
  };
  document.querySelectorAll("form[data-autosave]").forEach(keepsDraft);
})();
