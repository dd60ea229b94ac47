// While a back-test runs, its page says how far it is, and opens again once it is over. Without this script the link "Refresh" does both.
(() => {
  const LOOKS_EVERY = 2000; // milliseconds
  const SAID_IN = 4; // parts: whoever listens is told as often
  for (const place of document.querySelectorAll("[data-progress]")) {
    const bar = place.querySelector("progress");
    let told = 0;
    const show = (now) => {
      bar.max = now.total || 1;
      bar.value = now.done;
      place.querySelector("[data-words]").textContent = now.words;
      const part = Math.floor((now.done / bar.max) * SAID_IN);
      if (part > told) {
        told = part;
        place.querySelector("[data-said]").textContent = now.words;
      }
    };
    const look = async () => {
      try {
        const answer = await fetch(place.dataset.progress);
        if (answer.ok && !answer.redirected) {
          const now = await answer.json();
          if (now.is_over) {
            location.reload();
            return;
          }
          show(now);
        }
      } catch {
        // The desk restarts perhaps: look again.
      }
      setTimeout(look, LOOKS_EVERY);
    };
    setTimeout(look, LOOKS_EVERY);
  }
})();
