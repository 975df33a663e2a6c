"use strict";
(function () {
  var text = document.getElementById("text"), aside = document.getElementById("claims");
  var title = document.getElementById("claims-title"), all = document.getElementById("all");
  var none = document.getElementById("none");
  var byHolder = document.getElementById("by-holder"), byCertainty = document.getElementById("by-certainty");
  var segs = Array.from(text.querySelectorAll(".seg")), cards = Array.from(aside.querySelectorAll(".card"));
  var card = new Map(cards.map(function (one) { return [one.dataset.claim, one]; }));
  var chosen = null;

  segs.forEach(function (seg) { seg.claims = seg.dataset.claims.split(" "); });
  var of = new Map();
  segs.forEach(function (seg) {
    seg.claims.forEach(function (name) { of.set(name, (of.get(name) || []).concat(seg)); });
  });

  function fits(name) {
    var one = card.get(name);
    if (!one) return false;
    if (byHolder.value && one.dataset.holders.split("\n").indexOf(byHolder.value) < 0) return false;
    return !byCertainty.value || one.dataset.certainty === byCertainty.value;
  }
  function counted(count) { return count + (count === 1 ? " claim" : " claims"); }
  function light(names, on) {
    names.forEach(function (name) {
      (of.get(name) || []).forEach(function (seg) { seg.classList.toggle("lit", on); });
    });
  }
  function show(names, words) {
    var count = 0;
    cards.forEach(function (one) {
      var name = one.dataset.claim, shown = fits(name) && (!names || names.indexOf(name) >= 0);
      one.hidden = !shown;
      count += shown;
    });
    title.textContent = counted(count) + (words ? " on “" + words + "”" : "");
    none.hidden = count > 0;
    all.hidden = !names;
    document.body.classList.toggle("choosing", !!names);
    aside.scrollTop = 0;
  }
  function clear() {
    segs.forEach(function (seg) { seg.classList.remove("chosen", "lit"); seg.removeAttribute("aria-current"); });
    cards.forEach(function (one) { one.classList.remove("here"); });
    chosen = null;
  }
  function choose(seg) {
    clear();
    chosen = seg;
    seg.classList.add("chosen");
    seg.setAttribute("aria-current", "true");
    light(seg.claims, true);
    var words = seg.textContent.trim();
    show(seg.claims, words.length > 60 ? words.slice(0, 57).trim() + "…" : words);
  }
  function back() {
    clear();
    show(null);
    segs.forEach(function (seg) { seg.classList.toggle("off", !seg.claims.some(fits)); });
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  }
  function open(name, jump) {
    var one = card.get(name);
    if (!one) return;
    clear();
    byHolder.value = byCertainty.value = "";
    segs.forEach(function (seg) { seg.classList.remove("off"); });
    show([name]);
    title.textContent = "Claim " + name;
    one.classList.add("here");
    light([name], true);
    var first = (of.get(name) || [])[0];
    if (jump && first) first.scrollIntoView({ block: "center" });
  }

  // One stop for Tab; the arrow keys go from mark to mark.
  function reach(seg) {
    segs.forEach(function (one) { one.tabIndex = one === seg ? 0 : -1; });
  }
  if (segs.length) reach(segs[0]);
  text.addEventListener("focusin", function (event) {
    if (event.target.classList.contains("seg")) reach(event.target);
  });
  text.addEventListener("keydown", function (event) {
    var at = segs.indexOf(event.target), to = -1;
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight") to = at + 1;
    else if (event.key === "ArrowLeft") to = at - 1;
    else if (event.key === "Home") to = 0;
    else if (event.key === "End") to = segs.length - 1;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      var step = event.key === "ArrowDown" ? 1 : -1, home = segs[at].closest(".para");
      for (to = at; segs[to] && segs[to].closest(".para") === home; to += step);
    } else return;
    event.preventDefault();
    if (segs[to]) segs[to].focus();
  });
  text.addEventListener("click", function (event) {
    var seg = event.target.closest(".seg");
    if (!seg) return;
    event.preventDefault();
    reach(seg);
    if (seg === chosen) back(); else choose(seg);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var seg = chosen;
    back();
    if (seg) seg.focus();
  });
  aside.addEventListener("mouseover", function (event) {
    var one = event.target.closest(".card");
    segs.forEach(function (seg) { seg.classList.remove("lit"); });
    if (one) light([one.dataset.claim], true);
    else if (chosen) light(chosen.claims, true);
  });
  aside.addEventListener("mouseleave", function () {
    segs.forEach(function (seg) { seg.classList.remove("lit"); });
    if (chosen) light(chosen.claims, true);
  });
  all.addEventListener("click", function () { back(); aside.focus(); });
  byHolder.addEventListener("change", back);
  byCertainty.addEventListener("change", back);
  byHolder.form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", function () { open(decodeURIComponent(location.hash.slice(1)), true); });
  if (location.hash.length > 1) open(decodeURIComponent(location.hash.slice(1)), true);
})();
