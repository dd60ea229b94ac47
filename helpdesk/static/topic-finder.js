// Likely topics follow what is typed, without a press of the button. Nothing is chosen until somebody chooses it.
(() => {
  const AFTER_THE_LAST_KEY = 250; // milliseconds
  const problem = document.getElementById("problem");
  const place = document.getElementById("likely");
  const status = document.getElementById("likely-status");
  const topic = document.getElementById("topic");
  let timer = 0;
  let looked = problem.value.trim();
  let running = null;
  let isBroken = false;

  const show = (html) => {
    if (place.contains(document.activeElement)) return; // nothing changes under the hand
    place.style.minHeight = `${place.offsetHeight}px`; // and what is below does not jump up
    place.innerHTML = html;
    status.textContent = place.firstElementChild?.dataset.said ?? "";
  };

  const look = async () => {
    const typed = problem.value.trim();
    if (typed === looked) return;
    looked = typed;
    running?.abort();
    running = new AbortController();
    try {
      const address = `${place.dataset.address}?${new URLSearchParams({ problem: typed })}`;
      const answer = await fetch(address, { signal: running.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) throw new Error("no answer");
      const html = await answer.text();
      if (typed === looked) show(html);
      isBroken = false;
    } catch (error) {
      if (error.name === "AbortError") return;
      isBroken = true; // the button does without this script
      looked = null;
      for (const element of document.querySelectorAll(".find-button")) element.hidden = false;
    }
  };

  for (const element of document.querySelectorAll(".find-button")) element.hidden = true;

  problem.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, AFTER_THE_LAST_KEY);
  });

  problem.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || isBroken) return;
    event.preventDefault();
    clearTimeout(timer);
    look();
  });

  place.addEventListener("click", (event) => {
    const code = event.target.closest("button[name=pick]")?.value;
    if (![...topic.options].some((option) => option.value === code)) return;
    event.preventDefault();
    topic.value = code;
    for (const name of ["input", "change"]) topic.dispatchEvent(new Event(name, { bubbles: true }));
    topic.focus();
  });
})();
