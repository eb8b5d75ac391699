// Signing when the network is away: each signature gets a key, waits in this browser, and is sent until it is answered.
// Sent twice, it is still one. Without this script the same page signs by plain forms, with network.
(function () {
  "use strict";
  var STORE = "defi-signatures", EVERY = 20000, CLOCK = "defi-clock", CLOCKS_DIFFER = 600000;
  var status = document.querySelector("[data-signing-status]");
  var turn = document.querySelector("[data-turn]"), own = document.querySelector("form[data-own]");
  var sending = false, back = false, away = !navigator.onLine;

  function queue() {
    try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch (lost) { return []; }
  }
  function keep(rows) { localStorage.setItem(STORE, JSON.stringify(rows)); }
  function key() {
    if (crypto.randomUUID) return crypto.randomUUID();
    var b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    var h = Array.from(b, function (n) { return (n + 256).toString(16).slice(1); }).join("");
    return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
  }
  function add(row) { keep(queue().concat([row])); tell(); send(); }
  function token() {
    var found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    var field = document.querySelector("[name=csrfmiddlewaretoken]");
    return found ? found[1] : field ? field.value : "";
  }
  function tell(words) {
    if (!status) return;
    var left = queue().length;
    if (words) status.textContent = status.dataset[words];
    else if (left) status.textContent = (left === 1 ? status.dataset.waitingOne : status.dataset.waitingMany.replace("#", left));
    if (words !== "clock" && left && away && clockDiffers()) status.textContent += " " + status.dataset.clock;
    status.className = left || words === "clock" || words === "held" ? "notice notice--due" : "";
  }

  // One sheet after the other. What is answered leaves the queue; what is not stays, whatever the reason.
  function send() {
    var rows = queue();
    if (sending || !rows.length) return;
    sending = true;
    back = false;
    var to = rows[0].to, batch = rows.filter(function (row) { return row.to === to; }).slice(0, 100);
    fetch(to, {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ now: new Date().toISOString(), signatures: batch })
    }).then(function (answer) {
      away = false;
      if (!answer.ok) { later(to); tell("refused"); return null; }
      return answer.json();
    }).then(function (told) {
      sending = false;
      if (!told) return;
      var known = told.kept.map(function (row) { return row.key; });
      var left = queue().filter(function (row) { return known.indexOf(row.key) < 0; });
      keep(left);
      tell(told.kept.some(function (row) { return row.said; }) ? "held" : left.length ? "" : "sent");
      if (left.length && known.length) send();
      // The page still asks for what has just been sent: it is read again.
      else if (known.length && "reload" in status.dataset) location.reload();
    }).catch(function () {
      sending = false;
      away = true;
      tell();
      if (back) send();
    });
  }
  // The network may come back while a sending that began without it has not failed yet: it is tried again at once.
  function sendAgain() { back = sending; send(); }
  // A sheet that refuses must not hold back the others.
  function later(to) {
    sending = false;
    var rows = queue();
    keep(rows.filter(function (row) { return row.to !== to; }).concat(rows.filter(function (row) { return row.to === to; })));
  }

  // The server's time comes with the page. A copy shown again without network keeps what was measured when it was new.
  function clockDiffers() {
    var said = turn && turn.dataset.now;
    return Boolean(said) && Math.abs(drift(said)) > CLOCKS_DIFFER;
  }
  function drift(said) {
    var known = null;
    try { known = JSON.parse(localStorage.getItem(CLOCK)); } catch (lost) { known = null; }
    if (known && known.now === said) return known.drift;
    var found = { now: said, drift: Date.now() - Date.parse(said) };
    localStorage.setItem(CLOCK, JSON.stringify(found));
    return found.drift;
  }

  function mark(person) {
    var line = turn.querySelector("[data-line='" + person + "']");
    var signed = document.querySelector("[data-signed]");
    var link = line && line.querySelector("[data-person]");
    if (!link) return;
    var said = signed.content.cloneNode(true);
    said.querySelector("strong").textContent = link.textContent;
    line.replaceChildren(said);
  }

  if (turn) {
    clockDiffers();
    var sure = document.querySelector("[data-sure]"), asked = null;
    queue().forEach(function (row) { if (row.to === turn.dataset.turn) mark(row.person); });
    turn.addEventListener("click", function (event) {
      var link = event.target.closest("[data-person]");
      if (!link || !sure.showModal) return;
      event.preventDefault();
      asked = link;
      // Without network this device alone says when somebody signs.
      if (!navigator.onLine && clockDiffers()) tell("clock");
      var words = sure.querySelector("[data-name]");
      words.textContent = words.dataset.words.replace("#", link.textContent);
      sure.showModal();
    });
    sure.querySelector("[data-no]").addEventListener("click", function () { sure.close(); });
    sure.querySelector("[data-yes]").addEventListener("click", function () {
      var person = Number(asked.dataset.person);
      sure.close();
      // Kept before it is said: what this browser cannot keep is not shown as signed.
      add({ key: key(), to: turn.dataset.turn, person: person, at: new Date().toISOString() });
      mark(person);
      var next = turn.querySelector("[data-person]");
      if (next) next.focus();
    });
  }

  // Signed and waiting for the network: nobody is asked to sign again.
  function signedHere() { (own.closest(".card") || own).hidden = true; }

  if (own) {
    if (queue().some(function (row) { return row.to === own.dataset.own; })) signedHere();
    own.addEventListener("submit", function (event) {
      if (!own.reportValidity || own.dataset.tried) return;
      event.preventDefault();
      var typed = new FormData(own);
      var row = {
        key: typed.get("key"), to: own.dataset.own, person: Number(own.dataset.person),
        at: new Date().toISOString(), code: typed.get("room_code")
      };
      fetch(own.action, { method: "POST", body: typed, credentials: "same-origin", redirect: "manual" }).then(
        function (answer) {
          if (answer.type === "opaqueredirect") { location.assign(own.dataset.next); return; }
          // Refused: sent again the plain way, the page says why beside the field.
          own.dataset.tried = "1";
          own.submit();
        },
        function () { add(row); signedHere(); }
      );
    });
  }

  // The code of the room changes while the trainer's page stays open.
  var fresh = document.querySelector("[data-fresh]");
  if (fresh) setInterval(function () {
    fetch(fresh.dataset.fresh, { credentials: "same-origin" }).then(function (answer) {
      return answer.ok && !answer.redirected ? answer.text() : "";
    }).then(function (piece) { if (piece) fresh.innerHTML = piece; }).catch(function () {});
  }, EVERY);

  var worker = turn || own;
  // The worker has not seen the page that brought it in come, nor its pieces: it is told of them, and keeps them.
  function keepThisPage(registration) {
    var pieces = performance.getEntriesByType("resource").map(function (piece) { return piece.name; });
    registration.active.postMessage({ keep: pieces.concat(location.href.split("#")[0]) });
  }
  if (worker && "serviceWorker" in navigator) {
    var known = navigator.serviceWorker.controller;
    navigator.serviceWorker.register(worker.dataset.worker).catch(function () {});
    if (!known) window.addEventListener("load", function () { navigator.serviceWorker.ready.then(keepThisPage); });
  }
  window.addEventListener("online", sendAgain);
  setInterval(send, EVERY);
  tell();
  send();
})();
