// Beside what can be taken back stands how long: "Until then you can take it back (0:42)". Without this script the time is there all the same.
(() => {
  for (const place of document.querySelectorAll("[data-countdown]")) {
    const words = place.textContent.trim();
    const until = Date.parse(place.dataset.countdown);
    const tick = () => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) {
        place.textContent = place.dataset.over;
        clearInterval(timer);
      } else if (seconds < 3600) {
        place.textContent = `${words} (${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")})`;
      }
    };
    const timer = setInterval(tick, 1000);
    tick();
  }
})();
