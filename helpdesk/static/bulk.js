// How many cases of the queue are ticked, said politely; "all on this page" ticks the others. Without this script the form does the same.
(() => {
  const form = document.getElementById("bulk");
  const all = document.getElementById("bulk-all");
  const said = form.querySelector("[data-ticked]");
  const boxes = [...form.querySelectorAll('[name="cases"]')];
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    const words = ticked === 1 ? said.dataset.one : said.dataset.some.replace("{n}", ticked);
    said.textContent = ticked ? words : said.dataset.none;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener("change", tell);
  addEventListener("pageshow", tell); // the browser ticks again what was ticked, when somebody comes back
})();
