// Say, while a new password is typed, what is missing still. Nothing is sent anywhere; the server checks by the same rules
// (helpdesk/accounts/password_rules.py) when the form is.
(() => {
  const normal = (text) => text.normalize("NFKC").toLowerCase();
  const parts = (text) => {
    const apart = normal(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    return [...apart.split(" "), apart.replaceAll(" ", "")];
  };

  const verdict = (typed, rules, personal) => {
    const length = [...typed].length;
    if (length < rules.shortest) return { state: "short", missing: rules.shortest - length };
    let left = normal(typed).replace(/\s+/gu, "");
    const isVaried = new Set(left).size >= 5;
    const words = new Set([...rules.words, ...personal.flatMap(parts)].filter((word) => [...word].length >= 4));
    for (const word of [...words].sort((a, b) => b.length - a.length)) left = left.replaceAll(word, "");
    return { state: isVaried && [...left].length >= rules.fewest ? "good" : "weak" };
  };

  const watch = (box) => {
    const field = document.getElementById(box.dataset.field);
    const said = box.querySelector(".password-meter");
    const rules = { shortest: +box.dataset.shortest, fewest: +box.dataset.fewest, words: box.dataset.words.split(" ") };
    const beside = box.dataset.beside.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    const say = () => {
      const found = verdict(field.value, rules, [...box.dataset.personal.split(" "), ...beside.map((other) => other.value)]);
      said.dataset.state = field.value ? found.state : "";
      said.textContent = field.value ? box.dataset[found.state].replace("{n}", found.missing) : "";
    };
    for (const typed of [field, ...beside]) typed.addEventListener("input", say);
  };

  document.querySelectorAll(".password-with-meter").forEach(watch);
})();
