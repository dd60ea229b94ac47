// In every page of staff: urgent cases of one's teams are announced above it, and in the queue how many cases came or changed since it
// was drawn. Nothing moves under the hand, and nothing is asked while nobody looks. Without this script, pages are as they were drawn.
(() => {
  const EVERY = 20_000; // milliseconds
  const LONGEST = 300_000; // between two questions, while the desk does not answer
  const MOST_REMEMBERED = 200;
  const MOST_SHOWN = 5; // announcements of urgent cases; of the others it says how many they are
  const place = document.getElementById("news");
  const more = place.querySelector(".urgent-more");
  const line = document.querySelector(".announced");
  const rows = new Map([...document.querySelectorAll(".row-tick input")].map((box) => box.value.split(":")));
  const address = line ? `${place.dataset.address}?since=${line.dataset.since}&${line.dataset.query}` : place.dataset.address;
  const memory = (name) => ({
    key: `${name}-${place.dataset.person}`,
    read() {
      try {
        return JSON.parse(localStorage.getItem(this.key)) ?? [];
      } catch {
        return []; // nothing can be kept here
      }
    },
    add(number) {
      const kept = this.read();
      if (kept.includes(number)) return;
      try {
        localStorage.setItem(this.key, JSON.stringify([...kept, number].slice(-MOST_REMEMBERED)));
      } catch {
        // Then it is announced again on the next page.
      }
    },
  });
  const [announced, dismissed] = [memory("announced"), memory("dismissed")];
  let pause = EVERY;
  let timer = null;
  let told = { urgent: [], urgent_in_all: 0 };

  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });

  // Spoken at once the first time; on the pages after that it only stands there.
  const announce = (one) => {
    const banner = element("div", "", { className: "notice notice-danger urgent-case", id: `urgent-${one.number}` });
    const link = element("a", `${one.number} ${one.subject}`, { href: one.address });
    const button = element("button", place.dataset.dismiss, { type: "button", className: "btn btn-outline-primary btn-sm" });
    const about = element("span", ` ${place.dataset.about.replace("{number}", one.number)}`, { className: "visually-hidden" });
    button.append(about);
    link.addEventListener("click", () => dismissed.add(one.number));
    button.addEventListener("click", () => {
      dismissed.add(one.number);
      banner.remove();
      document.getElementById("main").focus();
      showUrgent();
    });
    banner.setAttribute("role", announced.read().includes(one.number) ? "status" : "alert");
    more.before(banner);
    banner.append(element("strong", place.dataset.said.replace("{team}", one.team)), " ", link, " ", button);
    announced.add(one.number);
  };

  const bannerOf = (one) => document.getElementById(`urgent-${one.number}`);

  // What stands there stays as long as it is urgent; where there is room, what is due first comes next.
  const showUrgent = () => {
    const known = dismissed.read();
    const wanted = told.urgent.filter((one) => !known.includes(one.number) && one.address !== location.pathname);
    const kept = new Set(wanted.map(bannerOf));
    for (const banner of place.querySelectorAll(".urgent-case"))
      if (!kept.has(banner) && !banner.contains(document.activeElement)) banner.remove();
    place.hidden = false;
    for (const one of wanted) if (!bannerOf(one) && place.querySelectorAll(".urgent-case").length < MOST_SHOWN) announce(one);
    const rest = told.urgent_in_all - told.urgent.length + wanted.filter((one) => !bannerOf(one)).length;
    const [link, text] = [more.firstElementChild, rest ? place.dataset.more.replace("{n}", rest) : ""];
    link.hidden = !text;
    if (link.textContent !== text) link.textContent = text;
  };

  const showChanges = (cases) => {
    let [fresh, changed] = [0, 0];
    for (const [id, version, isNew, fits] of cases) {
      const seen = rows.get(String(id));
      if (seen === undefined && fits && isNew) fresh += 1;
      else if (seen === undefined ? fits : Number(seen) !== version) changed += 1;
    }
    const { dataset } = line;
    const said = [];
    if (fresh) said.push(fresh === 1 ? dataset.new : dataset.news.replace("{n}", fresh));
    if (changed) said.push(dataset.changed.replace("{n}", changed));
    const words = line.querySelector("[data-words]");
    const text = said.length ? `${said.join(", ")}.` : "";
    line.firstElementChild.hidden = !text;
    if (words.textContent !== text) words.textContent = text;
  };

  const look = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    let answer = null;
    try {
      answer = await fetch(address, { redirect: "manual" });
      if (answer.ok) {
        told = await answer.json();
        showUrgent();
        if (line) showChanges(told.cases);
        pause = EVERY;
      }
    } catch {
      answer = null; // the desk restarts perhaps
    }
    if (answer && !answer.ok && answer.status < 500) return; // signed out: the next press of a button says so
    if (!answer?.ok) pause = Math.min(pause * 2, LONGEST);
    clearTimeout(timer);
    timer = setTimeout(look, pause);
  };

  document.addEventListener("visibilitychange", look);
  window.addEventListener("storage", (event) => {
    if (event.key === dismissed.key) showUrgent();
  });
  look();
})();
